#include "engine/call_rate.hpp"

#include <gtest/gtest.h>

namespace jts::hot_storage::engine {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class Rate : public ::testing::Test {
  protected:
    int taken(std::uint32_t uid, int tries) {
        int count = 0;
        for (int i = 0; i < tries; ++i) count += rate_.take(uid, now_) ? 1 : 0;
        return count;
    }

    CallRate rate_{{.burst = 10, .per_second = 4}};
    CallRate::Time now_{};
};

TEST_F(Rate, T24_ABurstIsTakenAndThenAsManyAsTimeAllows) {
    EXPECT_EQ(taken(1, 50), 10);
    now_ += milliseconds(500);
    EXPECT_EQ(taken(1, 50), 2);
    now_ += milliseconds(200);
    EXPECT_EQ(taken(1, 50), 0);
    now_ += milliseconds(50);
    EXPECT_EQ(taken(1, 50), 1);
}

TEST_F(Rate, T24_OneUsersFloodIsNotAnothers) {
    taken(1, 50);
    EXPECT_EQ(taken(2, 50), 10);
    EXPECT_EQ(taken(4'000'000'000, 50), 10);
}

TEST_F(Rate, NeverGrowsBeyondTheBurst) {
    taken(1, 50);
    now_ += seconds(3600);
    EXPECT_EQ(taken(1, 50), 10);
}

TEST_F(Rate, UsersWhoHaveBeenQuietAreForgotten) {
    for (std::uint32_t uid = 0; uid < 1000; ++uid) taken(uid, 1);
    now_ += seconds(60);
    taken(7, 1100);
    EXPECT_LE(rate_.remembered(), 2u);
}

}  // namespace
}  // namespace jts::hot_storage::engine
