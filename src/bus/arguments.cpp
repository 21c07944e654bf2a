#include "bus/arguments.hpp"

#include <algorithm>

#include "core/layout.hpp"
#include "core/text.hpp"
#include "jts/hot_storage/error.hpp"

namespace jts::hot_storage::bus {
namespace {

/// Far above what any layout needs; keeps a caller from making the daemon sort megabytes.
constexpr std::size_t most_argument_bytes = 64 * 1024;
constexpr std::size_t most_quoted = 64;
constexpr std::size_t most_top = 100;

std::string quoted(const std::string& text) {
    return "\"" + escape(text.substr(0, most_quoted)) + (text.size() > most_quoted ? "…\"" : "\"");
}

Error bad(const std::string& message) {
    return Error(ErrorCode::invalid_args, message);
}

}  // namespace

std::vector<std::string> check_services(std::vector<std::string> services) {
    std::size_t bytes = 0;
    for (const auto& name : services) {
        // An empty name costs something too, or an array of them would be free.
        bytes += name.size() + sizeof(std::string);
        if (bytes > most_argument_bytes) throw bad("services: more than 64 KiB of names");
        if (!is_service_name(name)) {
            throw bad("services: " + quoted(name) +
                      " is not a service name ([a-z][a-z0-9_]{0,30})");
        }
    }
    std::sort(services.begin(), services.end());
    services.erase(std::unique(services.begin(), services.end()), services.end());
    return services;
}

std::optional<sdbus::Variant> Options::take(const std::string& key) {
    auto node = options_.extract(key);
    if (node.empty()) return std::nullopt;
    return std::move(node.mapped());
}

template <typename Value>
std::optional<Value> Options::take_value(const std::string& key, const char* signature) {
    const auto value = take(key);
    if (!value) return std::nullopt;
    if (!value->containsValueOfType<Value>()) {
        throw bad("option " + key + " has type " + value->peekValueType() + ", but " + signature +
                  " is expected");
    }
    return value->get<Value>();
}

std::optional<std::string> Options::take_string(const std::string& key) {
    return take_value<std::string>(key, "s");
}

std::optional<bool> Options::take_bool(const std::string& key) {
    return take_value<bool>(key, "b");
}

std::optional<std::uint32_t> Options::take_number(const std::string& key) {
    return take_value<std::uint32_t>(key, "u");
}

std::optional<std::chrono::microseconds> Options::take_duration(const std::string& key) {
    const auto value = take_value<std::uint64_t>(key, "t");
    if (!value) return std::nullopt;
    return std::chrono::microseconds(
        std::min(*value, static_cast<std::uint64_t>(for_ever.count())));
}

void Options::finish() const {
    if (!options_.empty()) {
        throw bad("option " + quoted(options_.begin()->first) + " is not known to this method");
    }
}

void check_series(const std::string& service) {
    if (!service.empty() && !is_service_name(service))
        throw bad(
            "service: " + quoted(service) +
            " is no service name ([a-z][a-z0-9_]{0,30}), nor empty for the base's file system");
}

void check_period(std::uint64_t since, std::uint64_t until) {
    if (until != 0 && since > until)
        throw bad("since: " + std::to_string(since) + " is later than until, " +
                  std::to_string(until) + " (microseconds since the epoch; until 0 is now)");
}

void check_change_id(const std::string& id) {
    if (!is_hexadecimal(id, 32))
        throw bad("change_id: " + quoted(id) +
                  " is no change's id (32 hexadecimal digits, as ListChanges shows them)");
}

void check_digest(const std::string& digest) {
    if (!is_hexadecimal(digest, 64)) {
        throw bad("option plan_digest: " + quoted(digest) +
                  " is not a plan's digest (64 hexadecimal digits, as Plan answers them)");
    }
}

std::size_t check_top(std::uint32_t count) {
    if (count <= most_top) return count;
    throw bad("option top: " + std::to_string(count) + " directories are more than " +
              std::to_string(most_top));
}

bool check_priority(const std::string& priority) {
    if (priority == "full") return true;
    if (priority == "idle") return false;
    throw bad("option priority: " + quoted(priority) + " is neither \"idle\" nor \"full\"");
}

}  // namespace jts::hot_storage::bus
