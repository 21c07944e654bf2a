/// From a sample's facts to what they say of each subject. Private to the alerts.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/alert.hpp"
#include "core/alert_measures.hpp"

namespace jts::hot_storage {

/// What is known of a subject, whatever stood before. The worst of its measures counts.
struct Condition {
    std::vector<Measure> measures;
    bool may_clear = true;

    Level reached() const;
    Level held() const;

    /// The one that gives an alert of this severity its reason; null where none does.
    const Measure* reason_of(Level severity) const;
};

/// By subject. A subject without a condition was not looked at.
std::map<std::string, Condition> conditions_of(const AlertFacts& facts);

/// Whether the subject still exists: its service is in the layout, its file system may hold one.
bool subject_exists(const std::string& subject, const AlertFacts& facts);

}  // namespace jts::hot_storage
