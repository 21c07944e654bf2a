/// A small host: the base /mnt/hot, one service `db` with `data` and `logs`, and a place outside
/// with what must never be touched.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <vector>

#include "core/layout.hpp"
#include "core/observation.hpp"
#include "core/plan.hpp"
#include "support/sandbox.hpp"
#include "sys/below.hpp"
#include "sys/changer.hpp"

namespace jts::hot_storage::test {

/// Of this process alone: whether processes of an account run is asked of the whole machine, and
/// attackers of the tests beside this one run as their own `db`.
inline const std::uint32_t db_id = 1'000'000 + 2 * static_cast<std::uint32_t>(::getpid()),
                           other_id = db_id + 1;

class TreeTest : public ::testing::Test {
  protected:
    TreeTest();

    /// Looks, plans, and applies the plan as far as it is about the tree. Returns what was planned.
    Plan provision();
    Observation observe() const;
    Plan plan() const { return make_plan(layout, observe(), {}); }
    sys::ChangeOutcome apply(const PlannedChange& change);
    /// What lies below `data` now, or below another directory of `db`.
    BelowState below(const std::string& directory = "data") const;

    /// Lets the changer see no process at all: what it would see is looked at elsewhere, and takes
    /// the most of a short run's time.
    void blind_to_processes();

    /// The change that gives what lies below `data` to `owner`, also where nothing is foreign.
    PlannedChange give_data_to(const std::string& owner) const;
    DirectorySpec& spec(const std::string& directory);

    /// The error that `action` throws; fails the test where it throws none.
    static ErrorCode code_of(const std::function<void()>& action);
    static std::string message_of(const std::function<void()>& action);

    void expect_outside_untouched() const;
    static void expect_owner(const std::string& path, std::uint32_t id);

    Sandbox sandbox;
    Layout layout;
    AccountDatabase accounts;
    sys::BelowOptions options;
    const std::string base = "/mnt/hot", db = base + "/db", data = db + "/data",
                      logs = db + "/logs";
    const std::string outside = "/mnt/outside", secret = outside + "/secret";
};

/// The first words of the reasons why entries were refused, with counts: `hard-link 1`.
std::vector<std::string> refusals(const std::vector<RefusedBelow>& refused);

/// An environment variable's number, or `otherwise`.
unsigned long from_environment(const char* name, unsigned long otherwise);

}  // namespace jts::hot_storage::test
