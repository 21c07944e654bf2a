// Thresholds, and that their levels are in order, which no single value shows.
#include "core/layout_build.hpp"
#include "core/layout_values.hpp"

namespace jts::hot_storage {

namespace {

/// A value and the other one that it must not be below, or above.
struct Order {
    std::string_view key;
    std::optional<std::uint64_t> value;
    std::string_view other_key;
    std::optional<std::uint64_t> other;
};

[[noreturn]] void reject_order(const std::string& pointer, const Order& order,
                               const char* relation) {
    throw LayoutFault{child_pointer(pointer, order.key),
                      "is " + std::to_string(*order.value) + ", " + relation + " " +
                          std::string(order.other_key) + ", which is " +
                          std::to_string(*order.other)};
}

void expect_not_below(const std::string& pointer, const Order& order) {
    if (order.value < order.other && order.value) reject_order(pointer, order, "below");
}

void expect_not_above(const std::string& pointer, const Order& order) {
    if (order.value > order.other && order.other) reject_order(pointer, order, "above");
}

void check_order(const std::string& pointer, const Thresholds& limits) {
    expect_not_below(pointer, {"critical_percent", limits.critical_percent, "warning_percent",
                               limits.warning_percent});
    expect_not_below(
        pointer, {"critical_bytes", limits.critical_bytes, "warning_bytes", limits.warning_bytes});
    expect_not_above(pointer, {"critical_days_left", limits.critical_days_left, "warning_days_left",
                               limits.warning_days_left});
    // An alert that is cleared below nothing would stand for ever.
    const Order hysteresis{"hysteresis_points", limits.hysteresis_points, "warning_percent",
                           limits.warning_percent};
    if (hysteresis.value >= hysteresis.other) reject_order(pointer, hysteresis, "not below");
}

std::optional<std::uint64_t> read_bytes_or_none(const LayoutNode& node) {
    return read_threshold_bytes(node);
}

}  // namespace

Thresholds build_thresholds(const LayoutNode& object, std::string_view key, Thresholds defaults) {
    const auto node = object.find(key);
    if (!node) return defaults;
    const auto number = [&](std::string_view name, std::uint32_t fallback) {
        return read_or(*node, name, read_between<0, max_threshold>, fallback);
    };
    Thresholds limits;
    limits.warning_percent = number("warning_percent", defaults.warning_percent);
    limits.critical_percent = number("critical_percent", defaults.critical_percent);
    limits.warning_bytes = read_or(*node, "warning_bytes", read_bytes_or_none, {});
    limits.critical_bytes = read_or(*node, "critical_bytes", read_bytes_or_none, {});
    limits.hysteresis_points = number("hysteresis_points", defaults.hysteresis_points);
    limits.warning_days_left = number("warning_days_left", defaults.warning_days_left);
    limits.critical_days_left = number("critical_days_left", defaults.critical_days_left);
    check_order(node->pointer, limits);
    return limits;
}

}  // namespace jts::hot_storage
