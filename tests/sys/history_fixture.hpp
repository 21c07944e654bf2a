/// A folder like the service's own, and points to put into it.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "jts/hot_storage/error.hpp"
#include "support/sandbox.hpp"
#include "sys/history_store.hpp"

namespace jts::hot_storage::test {

using Points = std::vector<HistoryPoint>;

constexpr std::uint64_t second = 1'000'000;
constexpr std::uint64_t minute = 60 * second;
constexpr std::uint64_t hour = 60 * minute;
constexpr std::uint64_t day = 24 * hour;
/// No multiple of anything.
constexpr std::uint64_t some_time = 1'790'000'123'456'789;

/// Each value tells the time that it belongs to.
inline HistoryPoint point_at(std::uint64_t time) {
    return {time, time * 2, time + 1, time % 1000};
}

class HistoryTest : public ::testing::Test {
  protected:
    static constexpr const char* folder = "/mnt/state";
    static constexpr const char* path = "/mnt/state/history.db";

    HistoryTest() { make_directory(folder, 0700); }

    sys::HistoryStore store(sys::HistoryLimits limits = {}) {
        return {folder, std::move(limits),
                [this](const std::string& what) { told.push_back(what); }};
    }
    static Points all_of(sys::HistoryStore& store, const std::string& service = "redis") {
        return store.points(service, 0, UINT64_MAX, UINT64_MAX);
    }

    Sandbox sandbox_;
    std::vector<std::string> told;  ///< of damage
};

}  // namespace jts::hot_storage::test
