#include "unit/validate_hosts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

namespace jts::hot_storage::test {

Inspection ValidatedHost::clean_inspection() {
    Inspection inspection;
    inspection.hardlinks_protected = true;
    return inspection;
}

ValidationReport ValidatedHost::validated() const {
    const auto made = plan();
    return validate({layout, rejected, observation, made, inspection, probes, services});
}

User& ValidatedHost::user(const std::string& name) {
    auto& users = observation.accounts.users;
    const auto found = std::find_if(users.begin(), users.end(),
                                    [&](const User& user) { return user.name == name; });
    if (found == users.end()) throw std::logic_error("no user " + name);
    return *found;
}

std::vector<std::string> complaints(const ValidationReport& report) {
    std::vector<std::string> lines;
    for (const auto& finding : report.findings) {
        if (finding.result == CheckResult::pass) continue;
        lines.push_back(std::string(to_string(finding.result)) + " " + finding.check + " " +
                        finding.subject);
    }
    return lines;
}

Finding finding_of(const ValidationReport& report, const std::string& check,
                   const std::string& subject) {
    std::vector<Finding> found;
    for (const auto& finding : report.findings) {
        if (finding.check == check && finding.subject == subject) found.push_back(finding);
    }
    EXPECT_EQ(found.size(), 1U) << check << " " << subject;
    return found.empty() ? Finding() : found.front();
}

bool has_finding(const ValidationReport& report, CheckResult result, const std::string& subject) {
    return std::any_of(report.findings.begin(), report.findings.end(), [&](const Finding& finding) {
        return finding.result == result && finding.subject == subject;
    });
}

}  // namespace jts::hot_storage::test
