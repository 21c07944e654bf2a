/// What a walk costs in depth, counted in bytes of memory: a service's user can make directories
/// as deep below one another as the disk has room.
#include <dirent.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/stat.h>

#include <atomic>
#include <cstdlib>
#include <functional>
#include <new>
#include <string>
#include <vector>

#include "support/sandbox.hpp"
#include "sys/path.hpp"
#include "sys/walk.hpp"

namespace {

/// Bytes that this program has asked for in all, has now, and had at most.
struct Memory {
    std::atomic<std::size_t> taken = 0, held = 0, most_held = 0;

    void take(std::size_t bytes) {
        taken += bytes;
        const std::size_t now = held += bytes;
        std::size_t most = most_held;
        while (now > most && !most_held.compare_exchange_weak(most, now)) {
        }
    }
};

Memory memory;

}  // namespace

// Where a sanitizer has its own, these take its place and get their memory from it.
void* operator new(std::size_t bytes) {
    void* const place = std::malloc(bytes);
    if (place == nullptr) throw std::bad_alloc();
    memory.take(::malloc_usable_size(place));
    return place;
}

void operator delete(void* place) noexcept {
    if (place != nullptr) memory.held -= ::malloc_usable_size(place);
    std::free(place);
}

void operator delete(void* place, std::size_t) noexcept {
    operator delete(place);
}

namespace jts::hot_storage::test {
namespace {

class Counter final : public sys::Visitor {
  public:
    std::size_t met = 0;
    std::vector<std::string> refused_for;

    void directory(const sys::Met&, int, const sys::Look&) override { ++met; }
    void other(const sys::Met&, const sys::Look&) override { ++met; }
    void refused(const sys::Met&, const char* reason) override { refused_for.push_back(reason); }
};

/// What a walk by two workers met and took.
struct Cost {
    std::size_t met = 0, taken = 0, most_held = 0;
    std::vector<std::string> refused_for;
};

class WalkCost : public ::testing::Test {
  protected:
    /// Goes down by descriptor, since no path of that length can be used. In each directory there
    /// is also an empty one if `beside`.
    static void make_chain(const std::string& top, int depth, bool beside = false) {
        make_directory(top);
        const std::string name(255, 'd');
        sys::Fd current(::open(top.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        for (int i = 0; i < depth; ++i) {
            require(::mkdirat(current.get(), name.c_str(), 0755) == 0, "mkdirat");
            if (beside) require(::mkdirat(current.get(), "empty", 0755) == 0, "mkdirat");
            const int next = ::openat(current.get(), name.c_str(), O_RDONLY | O_DIRECTORY);
            current = sys::Fd(next);
        }
    }

    Cost walk(const std::string& top) const {
        Counter first, second;
        const std::size_t taken = memory.taken, held = memory.held;
        memory.most_held = held;
        sys::walk(
            {{top, {}, {}}},
            [&](std::size_t) {
                return sys::open_for_reading(sys::open_if_directory(top).get(), top);
            },
            {&first, &second}, {}, limits);
        Cost cost{first.met + second.met, memory.taken - taken, memory.most_held - held,
                  std::move(first.refused_for)};
        cost.refused_for.insert(cost.refused_for.end(), second.refused_for.begin(),
                                second.refused_for.end());
        return cost;
    }

    Sandbox sandbox;
    sys::WalkLimits limits;
};

TEST_F(WalkCost, T12_of_twice_the_depth_is_twice_as_much_and_not_four_times) {
    for (const bool beside : {false, true}) {
        const std::string half = "/mnt/half" + std::to_string(beside),
                          whole = "/mnt/whole" + std::to_string(beside);
        make_chain(half, 1500, beside);
        make_chain(whole, 3000, beside);
        const Cost of_half = walk(half), of_whole = walk(whole);
        EXPECT_EQ(of_half.met, beside ? 3000u : 1500u);
        EXPECT_EQ(of_whole.met, beside ? 6000u : 3000u);
        EXPECT_LT(of_whole.taken, 3 * of_half.taken) << of_half.taken;
    }
}

TEST_F(WalkCost, T12_no_more_than_one_path_a_worker_is_held) {
    constexpr std::size_t depth = 8000, path = depth * 256, readers = 2 * 34 * 32768;
    make_chain("/mnt/top", depth, true);
    const Cost cost = walk("/mnt/top");
    EXPECT_EQ(cost.met, 2 * depth);
    // A string that grows holds twice what it needs, and while it moves half as much again.
    EXPECT_LT(cost.most_held, 2 * 3 * path + readers);
}

TEST_F(WalkCost, T12_is_bounded_whatever_the_depth_and_what_lies_deeper_is_refused) {
    limits.max_way = 256u << 10;
    make_chain("/mnt/top", 4000);
    const Cost cost = walk("/mnt/top");
    EXPECT_EQ(cost.met, (limits.max_way - 8 - sys::level_bytes) / (256 + sys::level_bytes) + 1);
    EXPECT_THAT(cost.refused_for, ::testing::ElementsAre(::testing::StartsWith("too-deep: ")));
    EXPECT_LT(cost.most_held, 2 * 3 * limits.max_way + 2 * 34 * 32768);
}

TEST(WalkLimits, T12_hold_ten_thousand_levels_of_the_longest_names) {
    EXPECT_GT(sys::WalkLimits{}.max_way, 10'000u * (256 + sys::level_bytes));
}

}  // namespace
}  // namespace jts::hot_storage::test
