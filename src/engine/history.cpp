#include "engine/history.hpp"

#include <syslog.h>

#include <algorithm>
#include <map>

#include "engine/audit.hpp"

namespace jts::hot_storage::engine {
namespace {

HistoryPoint point_of(const ServiceUsage& usage) {
    return {usage.sampled_at, usage.used_bytes, usage.apparent_bytes, usage.inodes};
}

HistoryPoint point_of(const FilesystemUsage& filesystem, std::uint64_t time) {
    const auto free = std::min(filesystem.inodes_free, filesystem.inodes_total);
    return {time, filesystem.used_bytes, 0, filesystem.inodes_total - free};
}

void tell_damage(const std::string& what) {
    audit(history_damaged_id, LOG_ERR, what, {});
}

}  // namespace

History::History(Clock& clock, std::string folder, sys::HistoryLimits limits)
    : clock_(clock), store_(std::move(folder), std::move(limits), tell_damage) {}

SampleReport History::record(const UsageReport& usage, std::uint64_t begun_at) {
    SampleReport report{.sampled_at = begun_at};
    std::map<std::string, HistoryPoint> points;
    for (const auto& [name, service] : usage.services) {
        report.incomplete = report.incomplete || service.incomplete;
        if (!service.incomplete) points.emplace(name, point_of(service));
    }
    report.services = static_cast<std::uint32_t>(points.size());
    if (!usage.filesystems.empty())  // the base's is the first
        points.emplace(base_filesystem, point_of(usage.filesystems.front(), report.sampled_at));
    store_.append(points);
    return report;
}

std::vector<HistoryPoint> History::points(const std::string& service, std::uint64_t since,
                                          std::uint64_t until) {
    if (until == 0) until = clock_.microseconds();
    return store_.points(service, since, until, most_points);
}

}  // namespace jts::hot_storage::engine
