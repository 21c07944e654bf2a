#include "core/directory_growth.hpp"

#include <algorithm>
#include <utility>

namespace jts::hot_storage {

/// A directory that the last count did not tell of is new, or held no more than the largest of
/// those that it left out. So that what was filled at once between two counts is growth.
DirectoryGrowth::Course DirectoryGrowth::begin_course(const Service* before, const Count& now) {
    if (before == nullptr || before->incomplete) return {now, now};
    const Count then{before->time, std::min(before->largest_left_out, now.bytes)};
    return {then, then};
}

/// Counts a little less than a stride apart would make the earlier one three strides old. The later
/// one must be old enough to tell of growth.
bool DirectoryGrowth::is_over(const Course& course, Time time) {
    const auto later = time - course.later.time;
    return later >= stride || (time - course.earlier.time > 2 * stride && later >= least_span);
}

/// Those that the last count did not tell of may be there all the same.
void DirectoryGrowth::keep_untold(const std::map<std::string, Course>& before, Time time,
                                  std::map<std::string, Course>& courses) {
    for (const auto& [path, course] : before) {
        if (courses.size() >= 2 * DirectoryTotals::most) return;
        if (time - course.later.time <= 2 * stride) courses.emplace(path, course);
    }
}

void DirectoryGrowth::learn(const std::string& service, const std::string& tree,
                            const DirectoryTotals& totals, Time time) {
    const auto known = services_.find(service);
    const Service* before = known == services_.end() ? nullptr : &known->second;
    if (before != nullptr && time <= before->time) return;
    if (before != nullptr && before->tree != tree) before = nullptr;
    std::map<std::string, Course> courses;
    for (const auto& [path, bytes] : totals.largest) {
        const Count now{time, bytes};
        Course course = begin_course(before, now);
        if (before != nullptr) {
            const auto found = before->courses.find(path);
            if (found != before->courses.end()) course = found->second;
        }
        if (is_over(course, time)) course = {course.later, now};
        courses.emplace(path, course);
    }
    if (before != nullptr && totals.incomplete) keep_untold(before->courses, time, courses);
    services_[service] = {tree, time, totals.largest_left_out, totals.incomplete,
                          std::move(courses)};
}

std::optional<double> DirectoryGrowth::bytes_per_day(const std::string& service,
                                                     const std::string& tree,
                                                     const DirectoryTotal& total, Time time) const {
    const auto known = services_.find(service);
    if (known == services_.end() || known->second.tree != tree) return std::nullopt;
    const auto course = known->second.courses.find(total.path);
    if (course == known->second.courses.end()) return std::nullopt;
    const Count& from = course->second.earlier;
    if (time - from.time < least_span) return std::nullopt;
    const std::chrono::duration<double, std::chrono::days::period> days = time - from.time;
    return (static_cast<double>(total.used_bytes) - static_cast<double>(from.bytes)) / days.count();
}

}  // namespace jts::hot_storage
