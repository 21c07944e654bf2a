/// Checks of a call's arguments that need no look at the host: they run before polkit is asked.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace jts::hot_storage::bus {

/// Far longer than anything lasts, and short enough to be added to any clock's time.
inline constexpr std::chrono::microseconds for_ever = std::chrono::hours(24 * 365 * 10);

using Dict = std::map<std::string, sdbus::Variant>;

/// The services of a call: well-formed names, each once, in order. Throws Error(invalid_args).
std::vector<std::string> check_services(std::vector<std::string> services);

/// The options of a call. Every key must be taken: `finish` refuses those that are left.
class Options {
  public:
    explicit Options(Dict options) : options_(std::move(options)) {}

    /// Throws Error(invalid_args) where the value is no string.
    std::optional<std::string> take_string(const std::string& key);
    /// Throws Error(invalid_args) where the value is no boolean.
    std::optional<bool> take_bool(const std::string& key);
    /// Throws Error(invalid_args) where the value is no uint32.
    std::optional<std::uint32_t> take_number(const std::string& key);
    /// Microseconds, at most `for_ever`. Throws
    /// Error(invalid_args) where the value is no uint64.
    std::optional<std::chrono::microseconds> take_duration(const std::string& key);

    /// Throws Error(invalid_args) where a key was not taken.
    void finish() const;

  private:
    std::optional<sdbus::Variant> take(const std::string& key);
    template <typename Value>
    std::optional<Value> take_value(const std::string& key, const char* signature);

    Dict options_;
};

/// Whether GetUsage's `priority` is `full`; `idle` is the other. Throws Error(invalid_args).
bool check_priority(const std::string& priority);

/// GetUsage's `top`, at most 100. Throws Error(invalid_args).
std::size_t check_top(std::uint32_t count);

/// A service's name, or nothing for the base's file system. Throws Error(invalid_args).
void check_series(const std::string& service);

/// `until` 0 is no end. Throws Error(invalid_args) where nothing lies between the two.
void check_period(std::uint64_t since, std::uint64_t until);

/// A plan's digest: 64 lower-case hexadecimal digits. Throws Error(invalid_args).
void check_digest(const std::string& digest);

/// 32 lower-case hexadecimal digits. Throws Error(invalid_args).
void check_change_id(const std::string& id);

}  // namespace jts::hot_storage::bus
