// What lies below a declared directory, and whether its owner can write there.
#include <algorithm>

#include "core/text.hpp"
#include "core/validate_checks.hpp"

namespace jts::hot_storage::validation {

namespace {

Finding& add_counted(Context& context, std::string_view check, CheckResult result,
                     const Looked& looked, std::string message, const Counted& counted) {
    auto& finding =
        context.add(check, result, looked.service(), escape(looked.path), std::move(message));
    finding.entries = counted.count;
    finding.examples = counted.examples;
    return finding;
}

void check_owner(Context& context, const Looked& looked, bool is_readable) {
    const auto* change = change_of(context.input.plan, ChangeKind::set_owner_below, looked.key);
    if (change != nullptr) {
        auto& finding = add_counted(context, check::below_owner, CheckResult::fail, looked,
                                    "entries below do not belong to whom the layout says",
                                    {change->entries, change->examples});
        finding.expected = change->desired;
        finding.actual = change->current;
        finding.fix = provision;
    } else if (is_readable) {
        add_counted(context, check::below_owner, CheckResult::pass, looked,
                    "what lies below belongs to whom the layout says", {});
    }
}

std::string_view help_for(std::string_view word) {
    if (word == "hard-link") {
        return "find the other names (`find -xdev -samefile`), put a copy in the place of what has "
               "names elsewhere, stop what runs as the owner, and run jts-storage provision";
    }
    if (word == "device") return "remove the device node: services need none here";
    if (word == "other-mount") return "unmount it, or declare its directory in the layout";
    if (word == "immutable") {
        return "take the attribute away (`chattr -i -a`), and run jts-storage provision";
    }
    return "look at the entries, and run jts-storage provision";
}

void check_refused(Context& context, const Looked& looked, const BelowState& below,
                   bool is_readable) {
    for (const auto& refused : below.refused) {
        const auto colon = refused.reason.find(": ");
        const auto word = refused.reason.substr(0, colon);
        const auto text =
            colon == std::string::npos ? refused.reason : refused.reason.substr(colon + 2);
        auto& finding = add_counted(context, check::below_refused, CheckResult::fail, looked,
                                    "entries below must be left as they are: " + escape(text),
                                    {refused.count, refused.examples});
        finding.actual = escape(word);
        finding.fix = help_for(word);
    }
    if (below.refused.empty() && is_readable) {
        add_counted(context, check::below_refused, CheckResult::pass, looked,
                    "nothing below must be left alone", {});
    }
}

void check_links(Context& context, const Looked& looked, bool is_walked) {
    const auto& links = context.input.inspection.links_out;
    const auto found = links.find(looked.key);
    if (found != links.end() && found->second.count > 0) {
        add_counted(context, check::below_links_out, CheckResult::warn, looked,
                    "symbolic links below lead out of the service's directory: what they lead to "
                    "is neither looked at nor counted",
                    found->second)
            .fix = "move what they lead to here, or see that it is cared for where it is";
    } else if (is_walked) {
        add_counted(context, check::below_links_out, CheckResult::pass, looked,
                    "no symbolic link below leads out of the service's directory", {});
    }
}

/// Whether all of it was read.
bool check_readable(Context& context, const Looked& looked) {
    const auto& unreadable = context.input.inspection.unreadable;
    const auto found = unreadable.find(looked.key);
    if (found == unreadable.end()) return true;
    // Provision would stop there.
    const bool matters = looked.spec.below != Below::declared_only;
    auto& finding =
        context.add(check::below_readable, matters ? CheckResult::fail : CheckResult::skip,
                    looked.service(), escape(looked.path), "not all that lies below could be read");
    finding.actual = escape(found->second);
    finding.fix = "look at the kernel's log and at what is mounted there";
    return false;
}

std::string help_for_errno(const std::string& error) {
    if (error == "EACCES" || error == "EPERM") {
        return "jts-storage provision, where owner, mode or ACL fail too; else look at what "
               "confines "
               "the account";
    }
    if (error == "ENOSPC" || error == "EDQUOT") {
        return "make room: `jts-storage usage` says what fills it";
    }
    if (error == "EROFS")
        return "mount the file system for writing; the kernel's log may say why not";
    return "";
}

}  // namespace

void check_below(Context& context, const Looked& looked, const BelowState& below) {
    const bool is_walked = looked.spec.below != Below::declared_only;
    const bool is_readable = check_readable(context, looked);
    if (is_walked) check_owner(context, looked, is_readable);
    check_refused(context, looked, below, is_walked && is_readable);
    check_links(context, looked, is_walked && is_readable);
}

void check_probe(Context& context, const Looked& looked) {
    const auto& probes = context.input.probes;
    if (!probes) return;
    const auto subject = escape(looked.path);
    if (looked.spec.owner == "root") {
        context.add(check::probe_write, CheckResult::skip, looked.service(), subject,
                    "not tried, because it is root's");
        return;
    }
    const auto probe = std::find_if(probes->begin(), probes->end(), [&](const ProbeResult& result) {
        return result.directory == looked.key;
    });
    if (probe == probes->end()) {
        context.add(check::probe_write, CheckResult::skip, looked.service(), subject, "not tried");
        return;
    }
    const bool is_right = probe->error.empty();
    auto& finding =
        context.add(check::probe_write, is_right ? CheckResult::pass : CheckResult::fail,
                    looked.service(), subject,
                    looked.spec.owner + (is_right ? " can write here" : " cannot write here: ") +
                        (is_right ? "" : escape(probe->reason)));
    finding.actual = escape(probe->error);
    if (is_right) finding.latency_usec = probe->latency_usec;
    if (!is_right) finding.fix = help_for_errno(probe->error);
}

}  // namespace jts::hot_storage::validation
