#include "core/layout_form.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "core/layout_node.hpp"
#include "core/layout_values.hpp"
#include "core/text.hpp"

namespace jts::hot_storage {

namespace {

struct Key {
    std::string_view name;
    void (*check)(const LayoutNode&);
};

/// A value that a drop-in may set or, with null, give its default back.
template <auto Read>
void nullable(const LayoutNode& node) {
    if (!node.value.is_null()) static_cast<void>(Read(node));
}

void require_object(const LayoutNode& node) {
    if (!node.value.is_object()) node.reject("must be an object");
}

std::string names_of(std::span<const Key> keys) {
    std::string out;
    for (const auto& key : keys) out += (out.empty() ? "" : ", ") + std::string(key.name);
    return out;
}

void check_keys(const LayoutNode& object, std::span<const Key> keys) {
    require_object(object);
    for_each_member(object, [&](const std::string& name, const LayoutNode& member) {
        const auto key =
            std::find_if(keys.begin(), keys.end(), [&](const Key& k) { return k.name == name; });
        if (key == keys.end())
            throw LayoutFault{member.pointer, "unknown key; here may stand " + names_of(keys)};
        key->check(member);
    });
}

void check_names(const LayoutNode& object, bool (*is_name)(std::string_view) noexcept,
                 const std::string& rule, void (*check)(const LayoutNode&)) {
    require_object(object);
    for_each_member(object, [&](const std::string& name, const LayoutNode& member) {
        if (!is_name(name)) throw LayoutFault{member.pointer, rule};
        if (!member.value.is_null()) check(member);
    });
}

constexpr std::array directory_keys{
    Key{"owner", nullable<read_account>}, Key{"group", nullable<read_account>},
    Key{"mode", nullable<read_mode>},     Key{"policy", nullable<read_policy>},
    Key{"below", nullable<read_below>},   Key{"acl", nullable<read_acl>},
};

void check_directory(const LayoutNode& node) {
    check_keys(node, directory_keys);
}

void check_directories(const LayoutNode& node) {
    check_names(node, is_directory_name,
                "must be one path component, [A-Za-z0-9_][A-Za-z0-9._-]{0,63}", check_directory);
}

/// `percent` for what may exceed its plan, `fill` for what cannot be more than full.
constexpr auto check_percent = nullable<read_between<1, 1000>>;
constexpr auto check_fill = nullable<read_between<1, 100>>;
constexpr auto check_points = nullable<read_between<0, 50>>;
constexpr auto check_days = nullable<read_between<0, max_threshold>>;

constexpr std::array thresholds_keys{
    Key{"warning_percent", check_percent},
    Key{"critical_percent", check_percent},
    Key{"warning_bytes", nullable<read_threshold_bytes>},
    Key{"critical_bytes", nullable<read_threshold_bytes>},
    Key{"hysteresis_points", check_points},
    Key{"warning_days_left", check_days},
    Key{"critical_days_left", check_days},
};

void check_thresholds(const LayoutNode& node) {
    check_keys(node, thresholds_keys);
}

constexpr std::array filesystem_thresholds_keys{
    Key{"warning_percent", check_fill},     Key{"critical_percent", check_fill},
    Key{"hysteresis_points", check_points}, Key{"warning_days_left", check_days},
    Key{"critical_days_left", check_days},
};

void check_filesystem_thresholds(const LayoutNode& node) {
    check_keys(node, filesystem_thresholds_keys);
}

constexpr std::array service_keys{
    Key{"owner", nullable<read_account>},
    Key{"group", nullable<read_account>},
    Key{"mode", nullable<read_mode>},
    Key{"policy", nullable<read_policy>},
    Key{"below", nullable<read_below>},
    Key{"acl", nullable<read_acl>},
    Key{"planned_bytes", nullable<read_bytes>},
    Key{"units", nullable<read_units>},
    Key{"directories", nullable<check_directories>},
    Key{"thresholds", nullable<check_thresholds>},
};

void check_service(const LayoutNode& node) {
    check_keys(node, service_keys);
}

void check_services(const LayoutNode& node) {
    check_names(node, is_service_name, "must be a service name, [a-z][a-z0-9_]{0,30}",
                check_service);
}

constexpr std::array layout_keys{
    Key{"format", read_format},
    Key{"base", nullable<read_base>},
    Key{"expected_mount", nullable<read_mount_point>},
    Key{"reserve_percent", nullable<read_between<0, 50>>},
    Key{"services", nullable<check_services>},
    Key{"filesystem_thresholds", nullable<check_filesystem_thresholds>},
};

}  // namespace

void check_layout_form(const nlohmann::json& file) {
    const LayoutNode document{file, ""};
    require_object(document);
    if (!file.contains("format"))
        throw LayoutFault{"/format", "is missing; every layout file must hold \"format\": 1"};
    // Before any other key: those of another format may mean something else.
    read_format({file["format"], "/format"});
    check_keys(document, layout_keys);
}

}  // namespace jts::hot_storage
