// The layout's files, the host, the base and the way to it.
#include <tuple>

#include "core/plan_base.hpp"
#include "core/text.hpp"
#include "core/validate_checks.hpp"

namespace jts::hot_storage::validation {

namespace {

using Type = EntryState::Type;

void check_files(Context& context) {
    const auto& rejected = context.input.rejected;
    if (rejected.empty()) {
        context.add(check::layout_rejected, CheckResult::pass, "", "",
                    "every layout file is applied");
    }
    for (const auto& file : rejected) {
        auto& finding = context.add(check::layout_rejected, CheckResult::fail, "",
                                    escape(file.path), "this layout file is not applied");
        const auto pointer = file.pointer.empty() ? "" : escape(file.pointer) + ": ";
        finding.actual = pointer + escape(file.reason);
        finding.fix = "correct it, and look at it with `jts-storage layout check`";
    }
}

void check_hardlinks(Context& context) {
    const std::string subject = "fs.protected_hardlinks";
    const bool is_right = context.input.inspection.hardlinks_protected;
    auto& finding = context.add(
        check::protected_hardlinks, is_right ? CheckResult::pass : CheckResult::fail, "", subject,
        is_right ? "users cannot make hard links to files that are not theirs"
                 : "users can make hard links to others' files, so that no foreign file below a "
                   "declared directory is given to its owner");
    finding.expected = "1";
    finding.actual = is_right ? "1" : "0";
    if (!is_right) {
        finding.fix =
            "sysctl -w fs.protected_hardlinks=1, and the same setting in a file of /etc/sysctl.d";
    }
}

void check_pending(Context& context) {
    const auto& records = context.input.inspection.records;
    const auto& pending = records.pending;
    const bool is_right = pending.empty();
    auto& finding = context.add(
        check::changes_pending, is_right ? CheckResult::pass : CheckResult::fail, "", "changes",
        is_right ? "no interrupted change waits to be finished"
                 : "no change can be made before an interrupted one is finished");
    finding.actual = escape(pending);
    if (is_right) return;
    finding.fix = records.is_recovering ? "wait until Health is not `recovering`"
                                        : "remove what keeps it from that; `systemctl restart "
                                          "jts-hot-storage.service`";
}

/// T32.
void check_records(Context& context) {
    const auto& records = context.input.inspection.records;
    if (!records.error.empty()) {
        auto& finding = context.add(check::changes_records, CheckResult::fail, "", "changes",
                                    "the records of changes cannot be read");
        finding.actual = escape(records.error);
        finding.fix = "remove the cause: without its record no change is made or rolled back";
    } else if (records.damaged.empty()) {
        context.add(check::changes_records, CheckResult::pass, "", "changes",
                    "the record of every change can be read");
    }
    for (const auto& record : records.damaged) {
        auto& finding = context.add(
            check::changes_records, record.is_finished ? CheckResult::warn : CheckResult::fail, "",
            escape(record.path),
            record.is_finished ? "a change that is over cannot be rolled back any more"
                               : "a change that was interrupted cannot be finished");
        finding.actual = escape(record.damage);
        finding.fix = record.is_finished
                          ? "move the file elsewhere"
                          : "move the file elsewhere, restart jts-hot-storage.service, and look at "
                            "`jts-storage plan`";
    }
}

/// A blocker, or its absence.
void add_fault(Context& context, std::string_view check, const std::string& subject,
               const std::optional<planning::Fault>& fault, const std::string& otherwise) {
    const auto result = fault ? CheckResult::fail : CheckResult::pass;
    auto& finding = context.add(check, result, "", subject, fault ? fault->what : otherwise);
    if (fault) finding.fix = fault->help;
}

/// Parents first. Behind one that is not safe nothing was seen for certain. Whether all are.
bool check_way(Context& context) {
    const auto& observation = context.input.observation;
    bool is_safe = true;
    for (const auto& component : observation.base_path) {
        if (component.entry.type == Type::missing && is_safe) continue;
        const auto subject = escape(component.path);
        if (!is_safe) {
            context.add(check::base_safe, CheckResult::skip, "", subject,
                        "not looked at, because a directory above it is not safe");
            continue;
        }
        const bool is_base = &component == &observation.base_path.back();
        const auto fault = planning::component_fault(component, is_base, observation.accounts);
        add_fault(context, check::base_safe, subject, fault,
                  "nobody but root can exchange what lies below");
        is_safe = !fault;
    }
    return is_safe;
}

/// T39.
void check_mount(Context& context, bool way_is_safe) {
    const auto& [layout, observation] = std::tie(context.input.layout, context.input.observation);
    if (!layout.expected_mount) return;
    const auto subject = escape(layout.base);
    if (!way_is_safe) {
        context.add(check::mount_expected, CheckResult::skip, "", subject,
                    "not looked at, because the way there is not safe");
        return;
    }
    add_fault(context, check::mount_expected, subject, planning::mount_fault(layout, observation),
              "the base lies on the mount that the layout names");
    context.findings.back().expected = escape(*layout.expected_mount);
    context.findings.back().actual = escape(observation.mount_point);
}

/// What the plan says of the base itself, and of parents that are to be made.
void check_components(Context& context) {
    const auto& path = context.input.observation.base_path;
    for (const auto& component : path) {
        const bool is_base = &component == &path.back();
        if (!is_base && component.entry.type != Type::missing) continue;
        check_directory(
            context,
            {{"", component.path}, component.path, planning::base_spec(), component.entry});
    }
}

void check_unmanaged(Context& context) {
    const auto& layout = context.input.layout;
    const auto& unmanaged = context.input.inspection.unmanaged;
    const auto subject = escape(layout.base);
    if (!context.base_is_usable) {
        context.add(check::base_unmanaged, CheckResult::skip, "", subject,
                    "not looked at, because the base cannot be used as it is");
        return;
    }
    if (context.input.observation.base_path.back().entry.type == Type::missing) return;
    const bool is_right = unmanaged.count == 0;
    auto& finding = context.add(check::base_unmanaged,
                                is_right ? CheckResult::pass : CheckResult::warn, "", subject,
                                is_right ? "the base holds nothing but the layout's directories"
                                         : "the base holds entries that the layout does not name");
    finding.entries = unmanaged.count;
    finding.examples = unmanaged.examples;
    if (!is_right) finding.fix = "name them as services in the layout, or move them elsewhere";
}

}  // namespace

void check_host(Context& context) {
    check_files(context);
    check_hardlinks(context);
    check_pending(context);
    check_records(context);
}

void check_base(Context& context) {
    const auto& [layout, observation] = std::tie(context.input.layout, context.input.observation);
    const bool way_is_safe = check_way(context);
    check_mount(context, way_is_safe);
    if (way_is_safe && !planning::mount_fault(layout, observation)) {
        add_fault(context, check::base_writable, escape(layout.base),
                  planning::writing_fault(layout, observation), "this service can write there");
        check_components(context);
    }
    check_unmanaged(context);
}

}  // namespace jts::hot_storage::validation
