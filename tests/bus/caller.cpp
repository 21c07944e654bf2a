#include "bus/caller.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <stdexcept>
#include <thread>

#include "bus/message_json.hpp"

namespace jts::hot_storage::test {
namespace {

struct Unref {
    void operator()(sd_bus_message* message) const { sd_bus_message_unref(message); }
};
using MessagePointer = std::unique_ptr<sd_bus_message, Unref>;

void require(int result, const std::string& what) {
    if (result < 0) throw std::runtime_error(what + ": error " + std::to_string(-result));
}

/// Credentials are a thread's own in the kernel, and the bus reads those that connected: so that a
/// thread that lives for a moment can connect as anybody.
sd_bus* connect_as(uid_t uid) {
    sd_bus* bus = nullptr;
    int result = 0;
    std::thread([&] {
        if (uid != 0 && ::syscall(SYS_setresuid, uid, uid, uid) != 0) {
            result = -1;
            return;
        }
        result = sd_bus_open_system(&bus);
        const char* name = nullptr;
        if (result >= 0) result = sd_bus_get_unique_name(bus, &name);  // waits for Hello
    }).join();
    require(result, "connect to the bus as uid " + std::to_string(uid));
    return bus;
}

MessagePointer message_for(sd_bus* bus, const Call& call) {
    sd_bus_message* message = nullptr;
    require(
        sd_bus_message_new_method_call(bus, &message, call.destination.c_str(), call.path.c_str(),
                                       call.interface.c_str(), call.member.c_str()),
        "make a call of " + call.member);
    MessagePointer owner(message);
    sd_bus_message_set_allow_interactive_authorization(message, call.interactive ? 1 : 0);
    call.fill(message);
    return owner;
}

Answer answer_in(sd_bus_message* reply) {
    if (const auto* error = sd_bus_message_get_error(reply); error != nullptr) {
        return {error->name, error->message != nullptr ? error->message : "", nullptr};
    }
    return {"", "", arguments_of(reply)};
}

}  // namespace

Fill services(std::vector<std::string> names, std::string plan_digest) {
    return [names = std::move(names), digest = std::move(plan_digest)](sd_bus_message* message) {
        sd_bus_message_open_container(message, 'a', "s");
        for (const auto& name : names) sd_bus_message_append(message, "s", name.c_str());
        sd_bus_message_close_container(message);
        if (digest.empty()) {
            sd_bus_message_append(message, "a{sv}", 0);
        } else {
            sd_bus_message_append(message, "a{sv}", 1, "plan_digest", "s", digest.c_str());
        }
    };
}

Fill no_options() {
    return [](sd_bus_message* message) { sd_bus_message_append(message, "a{sv}", 0); };
}

Fill services_and_options(std::vector<std::string> names, std::vector<Option> options) {
    return [names = std::move(names), options = std::move(options)](sd_bus_message* message) {
        sd_bus_message_open_container(message, 'a', "s");
        for (const auto& name : names) sd_bus_message_append(message, "s", name.c_str());
        sd_bus_message_close_container(message);
        sd_bus_message_open_container(message, 'a', "{sv}");
        for (const auto& [key, value] : options) {
            if (const auto* number = std::get_if<std::uint64_t>(&value))
                sd_bus_message_append(message, "{sv}", key.c_str(), "t", *number);
            else if (const auto* small = std::get_if<std::uint32_t>(&value))
                sd_bus_message_append(message, "{sv}", key.c_str(), "u", *small);
            else if (const auto* flag = std::get_if<bool>(&value))
                sd_bus_message_append(message, "{sv}", key.c_str(), "b", *flag ? 1 : 0);
            else
                sd_bus_message_append(message, "{sv}", key.c_str(), "s",
                                      std::get<std::string>(value).c_str());
        }
        sd_bus_message_close_container(message);
    };
}

Caller::Caller(uid_t uid) : bus_(connect_as(uid)) {}

std::string Caller::name() const {
    const char* name = nullptr;
    require(sd_bus_get_unique_name(bus_.get(), &name), "tell the own name");
    return name;
}

Caller::Pending& Caller::send(const Call& call) {
    auto& pending = pending_.emplace_back();
    const auto message = message_for(bus_.get(), call);
    const auto on_reply = [](sd_bus_message* reply, void* userdata, sd_bus_error*) {
        auto& waiting = *static_cast<Pending*>(userdata);
        waiting.answer_ = answer_in(reply);
        waiting.arrived_ = true;
        return 1;
    };
    require(sd_bus_call_async(bus_.get(), nullptr, message.get(), on_reply, &pending, UINT64_MAX),
            "send " + call.member);
    require(sd_bus_flush(bus_.get()), "flush");
    return pending;
}

Answer Caller::wait(Pending& pending, std::chrono::seconds limit) {
    if (process_until([&] { return pending.arrived_; }, limit)) return pending.answer_;
    return {"Timeout", "no answer came", nullptr};
}

Answer Caller::call(const Call& call) {
    auto& pending = send(call);
    auto answer = wait(pending);
    if (pending.arrived())
        pending_.remove_if([&](const Pending& each) { return &each == &pending; });
    return answer;
}

void Caller::emit_to(const std::string& destination, const std::string& member, const Fill& fill) {
    sd_bus_message* made = nullptr;
    require(sd_bus_message_new_signal(bus_.get(), &made, "/org/jts/HotStorage1",
                                      "org.jts.HotStorage1", member.c_str()),
            "make a signal " + member);
    const MessagePointer message(made);
    fill(made);
    require(sd_bus_message_set_destination(made, destination.c_str()), "address " + destination);
    require(sd_bus_send(bus_.get(), made, nullptr), "send " + member);
    require(sd_bus_flush(bus_.get()), "send " + member);
}

void Caller::pass_time(std::chrono::milliseconds time) {
    process_until([] { return false; }, time);
}

void Caller::watch_signals() {
    const auto on_signal = [](sd_bus_message* message, void* userdata, sd_bus_error*) {
        static_cast<Caller*>(userdata)->signals_.push_back({sd_bus_message_get_interface(message),
                                                            sd_bus_message_get_member(message),
                                                            arguments_of(message)});
        return 0;
    };
    require(
        sd_bus_add_match(bus_.get(), nullptr, "type='signal',path_namespace='/org/jts/HotStorage1'",
                         on_signal, this),
        "watch signals");
}

bool Caller::wait_for_signal(const std::function<bool(const Signal&)>& condition) {
    std::size_t looked_at = 0;
    return process_until(
        [&] {
            while (looked_at < signals_.size()) {
                if (condition(signals_[looked_at++])) return true;
            }
            return false;
        },
        std::chrono::seconds(30));
}

bool Caller::process_until(const std::function<bool()>& condition,
                           std::chrono::milliseconds limit) {
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + limit;
    while (!condition()) {
        const int result = sd_bus_process(bus_.get(), nullptr);
        require(result, "process the bus");
        if (result > 0) continue;
        const auto left = std::chrono::duration_cast<std::chrono::microseconds>(end - Clock::now());
        if (left.count() <= 0) return false;
        require(sd_bus_wait(bus_.get(), static_cast<std::uint64_t>(left.count())), "wait");
    }
    return true;
}

}  // namespace jts::hot_storage::test
