#include "core/sandbox.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "core/text.hpp"

namespace jts::hot_storage {

namespace {

/// What a unit's setting does to a path and to everything below it.
struct SandboxRule {
    enum class Effect { read_write, read_only, hidden };
    std::string path;
    Effect effect{};
    std::string setting;
};
using Effect = SandboxRule::Effect;

/// `-`: ignored where it does not exist; `+`: below the unit's own root.
std::string without_prefixes(const std::string& path) {
    std::string_view rest = path;
    if (rest.starts_with('-')) rest.remove_prefix(1);
    if (rest.starts_with('+')) rest.remove_prefix(1);
    while (rest.size() > 1 && rest.ends_with('/')) rest.remove_suffix(1);
    return std::string(rest);
}

bool lies_in(std::string_view path, std::string_view parent) {
    if (parent == "/" || path == parent) return true;
    return path.starts_with(parent) && path.substr(parent.size()).starts_with('/');
}

void add_rules(std::vector<SandboxRule>& rules, const std::vector<std::string>& paths,
               Effect effect, const std::string& setting) {
    for (const auto& path : paths) {
        const auto plain = without_prefixes(path);
        rules.push_back({plain, effect, setting + "=" + escape(plain)});
    }
}

void add_implied(std::vector<SandboxRule>& rules, std::initializer_list<const char*> paths,
                 Effect effect, const std::string& setting) {
    for (const auto* path : paths) rules.push_back({path, effect, setting});
}

/// `strict` leaves the kernel's trees to other settings, and people's homes to ProtectHome=.
void add_protect_system(std::vector<SandboxRule>& rules, const std::string& value) {
    const auto setting = "ProtectSystem=" + escape(value);
    if (value == "strict") {
        add_implied(rules, {"/"}, Effect::read_only, setting);
        add_implied(rules, {"/proc", "/sys", "/dev", "/home", "/root", "/run/user"},
                    Effect::read_write, setting);
    }
    if (value == "full") add_implied(rules, {"/etc"}, Effect::read_only, setting);
    if (value == "full" || value == "yes") {
        add_implied(rules, {"/usr", "/boot", "/efi"}, Effect::read_only, setting);
    }
}

/// A temporary file system hides what it lies on.
void add_protect_home(std::vector<SandboxRule>& rules, const std::string& value) {
    if (value != "yes" && value != "tmpfs" && value != "read-only") return;
    const auto effect = value == "read-only" ? Effect::read_only : Effect::hidden;
    add_implied(rules, {"/home", "/root", "/run/user"}, effect, "ProtectHome=" + value);
}

std::vector<SandboxRule> rules_for(const UnitFacts& unit, const std::string& path) {
    std::vector<SandboxRule> rules;
    add_rules(rules, unit.read_write_paths, Effect::read_write, "ReadWritePaths");
    add_rules(rules, unit.read_only_paths, Effect::read_only, "ReadOnlyPaths");
    add_rules(rules, unit.inaccessible_paths, Effect::hidden, "InaccessiblePaths");
    add_protect_system(rules, unit.protect_system);
    add_protect_home(rules, unit.protect_home);
    std::erase_if(rules, [&](const SandboxRule& rule) { return !lies_in(path, rule.path); });
    return rules;
}

/// Of two rules for the same path systemd drops the weaker one.
bool decides_less(const SandboxRule& a, const SandboxRule& b) {
    if (a.path.size() != b.path.size()) return a.path.size() < b.path.size();
    return a.effect < b.effect;
}

/// As one word of a unit file: specifiers and quotes are told from text.
std::string unit_word(const std::string& path) {
    const bool needs_quotes = path.find_first_of(" \t\"'\\") != std::string::npos;
    std::string word;
    for (const char c : path) {
        if (c == '%') word += '%';
        if (c == '"' || c == '\\') word += '\\';
        word += c;
    }
    return escape(needs_quotes ? "\"" + word + "\"" : word);
}

std::string assignment(std::string_view key, const std::string& path) {
    return std::string(key) + "=" + unit_word(path) + "\n";
}

/// A list without the paths that are in the way, written anew. An empty value empties it first.
template <typename InTheWay>
std::string list_without(std::string_view key, const std::vector<std::string>& paths,
                         InTheWay in_the_way) {
    const auto is_in_the_way = [&](const std::string& entry) {
        return in_the_way(without_prefixes(entry));
    };
    if (std::none_of(paths.begin(), paths.end(), is_in_the_way)) return "";
    auto text = std::string(key) + "=\n";
    for (const auto& entry : paths) {
        if (!is_in_the_way(entry)) text += assignment(key, entry);
    }
    return text;
}

bool is_hidden_by_home(const UnitFacts& unit, const std::string& path) {
    std::vector<SandboxRule> rules;
    add_protect_home(rules, unit.protect_home);
    return std::any_of(rules.begin(), rules.end(), [&](const SandboxRule& rule) {
        return rule.effect == Effect::hidden && lies_in(path, rule.path);
    });
}

bool names_in(const std::vector<std::string>& paths, const std::string& path) {
    return std::any_of(paths.begin(), paths.end(),
                       [&](const std::string& entry) { return without_prefixes(entry) == path; });
}

/// The paths that the unit has to be let write to. One that is listed already may be listed in the
/// very file that the drop-in replaces.
std::vector<std::string> paths_to_open(const UnitFacts& unit,
                                       const std::vector<std::string>& paths) {
    std::vector<std::string> found;
    std::copy_if(paths.begin(), paths.end(), std::back_inserter(found),
                 [&](const std::string& path) {
                     return !what_denies_writing(unit, path).empty() ||
                            names_in(unit.read_write_paths, path);
                 });
    return found;
}

std::string service_section(const UnitFacts& unit, const std::vector<std::string>& paths) {
    const auto any = [&](auto condition) {
        return std::any_of(paths.begin(), paths.end(), condition);
    };
    std::string text = "\n[Service]\n";
    // ReadWritePaths= opens what is read-only, but not what is hidden.
    if (any([&](const std::string& path) { return is_hidden_by_home(unit, path); })) {
        text += "ProtectHome=read-only\n";
    }
    text +=
        list_without("InaccessiblePaths", unit.inaccessible_paths, [&](const std::string& entry) {
            return any([&](const std::string& path) { return lies_in(path, entry); });
        });
    text += list_without("ReadOnlyPaths", unit.read_only_paths, [&](const std::string& entry) {
        return any([&](const std::string& path) { return entry == path; });
    });
    for (const auto& path : paths) {
        if (!unit.root_directory.empty()) text += assignment("BindPaths", path);
        text += assignment("ReadWritePaths", path);
    }
    return text;
}

}  // namespace

std::vector<std::string> what_denies_writing(const UnitFacts& unit, const std::string& path) {
    if (!unit.root_directory.empty()) {
        return {"its root is " + escape(unit.root_directory) +
                " (RootDirectory= or RootImage=), where that path is another one"};
    }
    const auto rules = rules_for(unit, path);
    std::vector<std::string> clauses;
    for (const auto& rule : rules) {
        if (rule.effect == Effect::hidden) clauses.push_back(rule.setting + " hides it");
    }
    if (!clauses.empty()) return clauses;
    const auto decisive = std::max_element(rules.begin(), rules.end(), decides_less);
    if (decisive != rules.end() && decisive->effect == Effect::read_only) {
        clauses.push_back(decisive->setting + " leaves it read-only");
    }
    return clauses;
}

bool waits_for_mount(const UnitFacts& unit, const std::string& mount_point) {
    if (mount_point == "/") return true;
    return std::any_of(unit.requires_mounts_for.begin(), unit.requires_mounts_for.end(),
                       [&](const std::string& path) { return lies_in(path, mount_point); });
}

std::string drop_in_for(const UnitFacts& unit, const std::vector<std::string>& paths) {
    auto text = "# /etc/systemd/system/" + escape(unit.name) + ".d/jts-hot-storage.conf\n[Unit]\n";
    for (const auto& path : paths) text += assignment("RequiresMountsFor", path);
    const auto to_open = paths_to_open(unit, paths);
    return to_open.empty() ? text : text + service_section(unit, to_open);
}

}  // namespace jts::hot_storage
