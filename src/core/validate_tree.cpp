// Declared directories against the layout.
#include <algorithm>
#include <tuple>

#include "core/plan_access.hpp"
#include "core/plan_entry.hpp"
#include "core/text.hpp"
#include "core/validate_checks.hpp"

namespace jts::hot_storage::validation {

namespace {

using Type = EntryState::Type;

/// What of a directory's state a change is about.
struct Aspect {
    ChangeKind kind{};
    std::string_view check;
    std::string_view name;
};
constexpr Aspect aspects[] = {
    {ChangeKind::set_owner, check::directory_owner, "owner and group"},
    {ChangeKind::set_mode, check::directory_mode, "mode"},
    {ChangeKind::set_acl, check::directory_acl, "ACL"},
};

/// Why the plan leaves the directory itself alone, without the stable first word.
std::string refusal_of(const Plan& plan, const Looked& looked) {
    const auto subject = escape(looked.path);
    for (const auto& refusal : plan.refused) {
        if (refusal.service != looked.service() || refusal.subject != subject) continue;
        const auto colon = refusal.reason.find(": ");
        return colon == std::string::npos ? refusal.reason : refusal.reason.substr(colon + 2);
    }
    return "";
}

void check_missing(Context& context, const Looked& looked) {
    const auto& plan = context.input.plan;
    const bool is_planned = change_of(plan, ChangeKind::create_directory, looked.key) != nullptr;
    const auto reason = refusal_of(plan, looked);
    const auto subject = escape(looked.path);
    if (!is_planned && reason.empty()) {
        context.add(check::directory_exists, CheckResult::skip, looked.service(), subject,
                    "not looked at, because the directory above it cannot be created");
        return;
    }
    auto& finding = context.add(check::directory_exists, CheckResult::fail, looked.service(),
                                subject, "the directory is missing");
    finding.expected = looked.spec.owner + ":" + looked.spec.group + " " + octal(looked.spec.mode);
    finding.actual = "absent";
    finding.fix = provision;
    if (is_planned) return;
    const auto above = looked.path.substr(0, looked.path.rfind('/'));
    finding.message += " and " + reason;
    finding.fix = "chattr -i -a " + shell_word(escape(above)) + " && " + finding.fix;
}

std::string way_out(const Looked& looked) {
    if (looked.entry.type == Type::sealed) return "umount " + shell_word(escape(looked.path));
    if (looked.entry.type == Type::symlink) {
        return "put the data itself, or a mount of it, in the link's place, and run " +
               std::string(provision);
    }
    return "move it away, and run " + std::string(provision);
}

std::string type_name(Type type) {
    if (type == Type::symlink) return "symbolic link";
    return type == Type::sealed ? "mount that root may not look into" : "no directory";
}

/// Whether it is a directory.
bool check_type(Context& context, const Looked& looked) {
    const bool is_right = looked.entry.type == Type::directory;
    auto& finding =
        context.add(check::directory_type, is_right ? CheckResult::pass : CheckResult::fail,
                    looked.service(), escape(looked.path),
                    is_right ? "it is a directory" : refusal_of(context.input.plan, looked));
    finding.expected = "directory";
    finding.actual = is_right ? "directory" : type_name(looked.entry.type);
    if (!is_right) finding.fix = way_out(looked);
    return is_right;
}

/// What the plan would change if the directory could be changed: an immutable one is refused whole.
Plan changes_wanted(const Context& context, const Looked& looked) {
    auto changeable = looked.entry;
    changeable.immutable = false;
    Plan plan;
    planning::plan_entry({looked.key, looked.path, looked.spec}, changeable, context.numbering,
                         plan);
    return plan;
}

/// `current` and `desired` of a state that is right.
Change as_it_is(const Context& context, const Looked& looked, ChangeKind kind) {
    const auto& accounts = context.numbering.accounts();
    const auto& entry = looked.entry;
    Change change;
    if (kind == ChangeKind::set_owner) {
        change.current = escape(owner_text(accounts, entry.uid, entry.gid));
        change.desired = looked.spec.owner + ":" + looked.spec.group;
    } else if (kind == ChangeKind::set_mode) {
        change.current = octal(entry.mode);
        change.desired = octal(planning::wanted_access(looked.spec, context.numbering).own.shown());
    } else {
        change.current = planning::text_of(planning::present_access(entry, accounts));
        change.desired = planning::text_of(planning::wanted_access(looked.spec, context.numbering));
    }
    return change;
}

void check_aspect(Context& context, const Looked& looked, const Aspect& aspect,
                  const Change* wrong) {
    const auto shown = wrong != nullptr ? *wrong : as_it_is(context, looked, aspect.kind);
    const bool has_plural = aspect.kind == ChangeKind::set_owner;
    auto message = std::string(aspect.name) + (has_plural ? " are" : " is");
    message += wrong != nullptr ? " not as the layout says" : " as the layout says";
    if (wrong == nullptr && shown.current != shown.desired) message += " or narrower";
    auto& finding =
        context.add(aspect.check, wrong != nullptr ? CheckResult::fail : CheckResult::pass,
                    looked.service(), escape(looked.path), std::move(message));
    finding.expected = shown.desired;
    finding.actual = shown.current;
    if (wrong == nullptr) return;
    finding.fix = provision;
    if (!looked.entry.immutable) return;
    finding.message += ", and the directory is immutable or append-only";
    finding.fix = "chattr -i -a " + shell_word(escape(looked.path)) + " && " + finding.fix;
}

void check_lost_found(Context& context, const Looked& looked) {
    const auto& holders = context.input.inspection.lost_found;
    if (looked.spec.name.empty()) return;
    if (std::find(holders.begin(), holders.end(), looked.key) == holders.end()) return;
    auto& finding = context.add(
        check::lost_found, CheckResult::warn, looked.service(), escape(looked.path),
        "a file system is mounted right here, and its lost+found keeps programs that want an empty "
        "directory, such as initdb, from starting");
    finding.expected = "no lost+found";
    finding.actual = "lost+found";
    finding.fix = "mount the file system on the service's directory instead";
}

}  // namespace

void check_directory(Context& context, const Looked& looked) {
    if (looked.entry.type == Type::missing) return check_missing(context, looked);
    context.add(check::directory_exists, CheckResult::pass, looked.service(), escape(looked.path),
                "it exists");
    if (!check_type(context, looked)) return;
    const auto wanted = changes_wanted(context, looked);
    for (const auto& aspect : aspects) {
        check_aspect(context, looked, aspect, change_of(wanted, aspect.kind, looked.key));
    }
}

void check_directories(Context& context, const ServiceSpec& service) {
    const auto& [layout, observation] = std::tie(context.input.layout, context.input.observation);
    bool is_reachable = context.base_is_usable;
    for (const auto& spec : service.directories) {
        const auto path = path_of(layout, service, spec);
        if (!is_reachable) {
            context.add(check::directory_exists, CheckResult::skip, service.name, escape(path),
                        "not looked at, because what is above it is not as it must be");
            continue;
        }
        const auto& seen = observation.directories.at({service.name, spec.name});
        const Looked looked{{service.name, spec.name}, path, spec, seen.entry};
        check_directory(context, looked);
        if (seen.entry.type == Type::directory) {
            check_lost_found(context, looked);
            check_below(context, looked, seen.below);
        }
        check_probe(context, looked);
        if (!spec.name.empty()) continue;
        const auto* creation =
            change_of(context.input.plan, ChangeKind::create_directory, looked.key);
        is_reachable = seen.entry.type == Type::directory || creation != nullptr;
    }
}

}  // namespace jts::hot_storage::validation
