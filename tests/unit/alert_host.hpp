/// A service and its file system from sample to sample, and what their alerts tell.
#pragma once

#include <string>
#include <vector>

#include "core/alert.hpp"
#include "core/usage.hpp"
#include "support/layouts.hpp"

namespace jts::hot_storage::test {

constexpr std::uint64_t usec_per_hour_of_alerts = 3'600'000'000;

/// Service `db`, planned at 1000 bytes, on `/data`. Each sample is an hour after the one before.
struct AlertHost {
    Layout layout = small_layout();
    UsageReport counted;
    std::map<std::string, Forecast> services;
    std::map<std::string, Forecast> filesystems;
    std::map<std::string, std::uint32_t> drift;
    std::uint64_t now = 1'700'000'000'000'000;

    std::vector<Alert> alerts;
    std::vector<std::string> told;  ///< "raised usage.db warning", in order, of all samples

    AlertHost();

    ServiceUsage& db() { return counted.services.at("db"); }
    FilesystemUsage& data() { return counted.filesystems.front(); }
    Thresholds& limits() { return layout.services.front().thresholds; }

    void sample();
    void sample_with(std::uint64_t used_bytes);
    void sample_full_in(double days);

    /// The one of that subject; the test fails where there is none.
    Alert alert(const std::string& subject) const;
};

/// "raised usage.db warning"
std::string text_of(const AlertEvent& event);

/// A forecast of something that is surely growing and full at that time.
Forecast full_at(std::uint64_t at);

}  // namespace jts::hot_storage::test
