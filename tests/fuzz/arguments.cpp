// Calls with any arguments, through the generated adaptor of the real service, up to polkit's door:
// each is answered once, and reaches that door only where its arguments are good.
#include <set>

#include "bus/service.hpp"
#include "core/layout.hpp"
#include "core/text.hpp"
#include "fuzz/call_text.hpp"
#include "fuzz/peer.hpp"
#include "fuzz/shown_text.hpp"

namespace jts::hot_storage::fuzz {
namespace {

constexpr const char* our_interface = "org.jts.HotStorage1";

/// Nobody comes past it, so that no work begins. `too_many` because it alone is not recorded.
class ClosedDoor final : public engine::Authorizer {
  public:
    void authorize(const engine::Caller& caller, const std::string& action,
                   std::function<void(Decision)> done) override {
        REQUIRE(caller.unique_name == ":1.7" && caller.is_call);
        REQUIRE(action.starts_with("org.jts.hotstorage1."));
        done({.verdict = Verdict::too_many, .uid = 1000});
    }
};

/// Behind the door: never reached.
class NoAccounts final : public engine::Accounts {
    AccountDatabase read() override { std::abort(); }
    void create(const std::vector<std::string>&) override { std::abort(); }
};

class NoUnits final : public engine::Units {
    Outcome start(const std::string&) override { std::abort(); }
    std::vector<UnitFacts> look_up(const std::string&) override { std::abort(); }
};

struct World {
    Peer peer;
    NoAccounts accounts;
    NoUnits units;
    ClosedDoor door;
    bus::EventLoop loop{peer.service_end()};
    bus::Service service{
        loop, accounts, units, door, {.vendor = "/nonexistent", .drop_ins = "/nonexistent"}};
};

/// Left to the process' end, like a daemon that is killed.
World& world() {
    static auto* const the_world = new World;
    return *the_world;
}

std::vector<std::string> read_services(sd_bus_message* call) {
    std::vector<std::string> services;
    const char* name = nullptr;
    REQUIRE(sd_bus_message_enter_container(call, 'a', "s") > 0);
    while (sd_bus_message_read(call, "s", &name) > 0) services.emplace_back(name);
    REQUIRE(sd_bus_message_exit_container(call) >= 0);
    return services;
}

void require_change_id(sd_bus_message* call) {
    const char* id = nullptr;
    REQUIRE(sd_bus_message_read(call, "s", &id) > 0);
    REQUIRE(is_hexadecimal(id, 32));
}

void require_period_of_series(sd_bus_message* call) {
    const char* service = nullptr;
    std::uint64_t since = 0, until = 0;
    REQUIRE(sd_bus_message_read(call, "stt", &service, &since, &until) > 0);
    REQUIRE(*service == '\0' || is_service_name(service));
    REQUIRE(until == 0 || since <= until);
}

/// Of a key that stands twice the bus library takes the first.
void require_known_options(sd_bus_message* call) {
    std::set<std::string> seen;
    static const std::map<std::string, std::string> types = {
        {"wait", "t"},    {"plan_digest", "s"}, {"write_probe", "b"}, {"dry_run", "b"},
        {"max_age", "t"}, {"priority", "s"},    {"top", "u"}};
    REQUIRE(sd_bus_message_enter_container(call, 'a', "{sv}") > 0);
    while (sd_bus_message_enter_container(call, 'e', "sv") > 0) {
        const char* key = nullptr;
        const char* type = nullptr;
        REQUIRE(sd_bus_message_read(call, "s", &key) > 0);
        REQUIRE(sd_bus_message_peek_type(call, nullptr, &type) > 0);
        const auto known = types.find(key);
        REQUIRE(known != types.end());
        if (seen.insert(key).second) REQUIRE(known->second == type);
        sd_bus_message_skip(call, "v");
        sd_bus_message_exit_container(call);
    }
}

/// A call that came to the door.
void require_good_arguments(sd_bus_message* call) {
    REQUIRE(sd_bus_message_rewind(call, 1) >= 0);
    const std::string signature = sd_bus_message_get_signature(call, 1);
    if (signature == "asa{sv}") {
        for (const auto& name : read_services(call)) REQUIRE(is_service_name(name));
    } else if (signature == "sa{sv}") {
        require_change_id(call);
    } else if (signature == "stta{sv}") {
        require_period_of_series(call);
    } else {
        REQUIRE(signature == "a{sv}");
    }
    require_known_options(call);
}

/// InconsistentMessage: nested deeper than the protocol allows, so that no bus would deliver it.
bool is_expected(const std::string& error) {
    static const std::set<std::string> names = {
        "InvalidArgs",      "InvalidSignature", "UnknownMethod",
        "UnknownInterface", "UnknownProperty",  "UnknownObject",
        "PropertyReadOnly", "AccessDenied",     "InconsistentMessage"};
    constexpr std::string_view prefix = "org.freedesktop.DBus.Error.";
    return error.starts_with(prefix) && names.contains(error.substr(prefix.size()));
}

/// libsystemd, which answers for the interfaces of D-Bus itself, quotes names as they came.
void require_shown_shortly(const char* message) {
    const std::string text = message != nullptr ? message : "";
    require_shown(text);
    REQUIRE(text.size() < 512);
}

void require_answer(sd_bus_message* call, sd_bus_message* answer) {
    const auto* error = sd_bus_message_get_error(answer);
    const std::string interface = sd_bus_message_get_interface(call);
    if (error == nullptr) return REQUIRE(interface.starts_with("org.freedesktop.DBus."));
    if (interface == our_interface) require_shown_shortly(error->message);
    if (error->name == bus_error_name(ErrorCode::limits_exceeded))
        return require_good_arguments(call);
    REQUIRE(is_expected(error->name));
}

}  // namespace
}  // namespace jts::hot_storage::fuzz

FUZZ_TARGET(input) {
    using namespace jts::hot_storage;
    using namespace jts::hot_storage::fuzz;
    auto& peer = world().peer;
    try {
        const Message call(CallText(input).make_call(peer.bus(), bus::root_path, our_interface),
                           sd_bus_message_unref);
        const auto answer = peer.call(call.get());
        require_answer(call.get(), answer.get());
    } catch (const Unsendable&) {
    }
}
