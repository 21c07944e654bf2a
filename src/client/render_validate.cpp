#include <map>

#include "client/render.hpp"
#include "client/table.hpp"
#include "core/text.hpp"

namespace jts::hot_storage::client {

namespace {

Tone tone_of_result(CheckResult result) {
    switch (result) {
        case CheckResult::pass:
            return Tone::good;
        case CheckResult::warn:
            return Tone::notable;
        case CheckResult::fail:
            return Tone::bad;
        case CheckResult::skip:
            break;
    }
    return Tone::plain;
}

/// Every line indented and safe to show; blank ones stay, since a drop-in's text may have them.
std::string indented(std::string_view text) {
    std::string lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines += "  " + escape(text.substr(0, end)) + '\n';
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

/// One remedy and what it is for: many findings have the same.
struct Fix {
    const Finding* first;
    std::size_t further = 0;
};

std::string fix_heading(const Fix& fix) {
    std::string text = fix.first->check + ' ' + escape(fix.first->subject);
    if (fix.further > 0) text += " and " + std::to_string(fix.further) + " more";
    return text + ":\n";
}

/// In the order of the findings.
std::vector<Fix> distinct_fixes(const std::vector<Finding>& findings) {
    std::vector<Fix> fixes;
    std::map<std::string_view, std::size_t> places;
    for (const Finding& finding : findings) {
        if (finding.fix.empty()) continue;
        const auto [place, added] = places.emplace(finding.fix, fixes.size());
        if (added)
            fixes.push_back({&finding});
        else
            ++fixes[place->second].further;
    }
    return fixes;
}

std::string fixes_text(const std::vector<Finding>& findings) {
    std::string text;
    for (const Fix& fix : distinct_fixes(findings))
        text += '\n' + fix_heading(fix) + indented(fix.first->fix);
    return text;
}

/// Whether the contract gives the finding a count: it is about what lies below a directory.
bool counts_entries(const Finding& finding) {
    return finding.entries > 0 || finding.check.starts_with("below.");
}

Json finding_json(const Finding& finding) {
    Json object = {{"check", finding.check},       {"result", to_string(finding.result)},
                   {"service", finding.service},   {"subject", finding.subject},
                   {"expected", finding.expected}, {"actual", finding.actual},
                   {"message", finding.message},   {"fix", finding.fix}};
    if (counts_entries(finding)) object["entries"] = finding.entries;
    if (!finding.examples.empty()) object["examples"] = finding.examples;
    if (finding.latency_usec) object["latency_usec"] = *finding.latency_usec;
    return object;
}

}  // namespace

std::string validation_text(const ValidationReport& report, bool with_passes, const Style& style) {
    Table table({"RESULT", "CHECK", "SERVICE", "SUBJECT", "MESSAGE"}, style);
    for (const Finding& finding : report.findings)
        if (with_passes || finding.result != CheckResult::pass)
            table.add({{std::string(to_string(finding.result)), tone_of_result(finding.result)},
                       {finding.check},
                       {finding.service},
                       {finding.subject},
                       {finding.message}});
    return table.text() + fixes_text(report.findings);
}

std::string validation_summary(const ValidationReport& report) {
    const auto count = [&](CheckResult result) { return std::to_string(report.count(result)); };
    return count(CheckResult::fail) + " failed, " + count(CheckResult::warn) +
           (report.count(CheckResult::warn) == 1 ? " warning, " : " warnings, ") +
           count(CheckResult::pass) + " passed, " + count(CheckResult::skip) + " skipped";
}

Json validation_json(const ValidationReport& report) {
    Json document = json_document();
    document["ok"] = report.ok();
    document["passed"] = report.count(CheckResult::pass);
    document["warnings"] = report.count(CheckResult::warn);
    document["failed"] = report.count(CheckResult::fail);
    document["skipped"] = report.count(CheckResult::skip);
    document["findings"] = Json::array();
    for (const Finding& finding : report.findings)
        document["findings"].push_back(finding_json(finding));
    return document;
}

}  // namespace jts::hot_storage::client
