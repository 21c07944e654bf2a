/// T48: how often root walks the tree for somebody who may not ask for a walk of his own.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>

#include "bus/tree_look.hpp"
#include "support/bus_host.hpp"

namespace jts::hot_storage::test {
namespace {

namespace fs = std::filesystem;
using Verdict = ScriptedPolkit::Verdict;
using Question = ScriptedPolkit::Question;

constexpr const char* inside = "/mnt/jts/hot/kafka/data/inside";
constexpr const char* file = "/mnt/jts/hot/kafka/data/inside/file";

class WalksByAnybody : public ::testing::Test {
  protected:
    WalksByAnybody() {
        host_.start_daemon();
        EXPECT_TRUE(host_.provision().ok());
        fs::create_directories(inside);
        write_file(file, "x");
        host_.polkit.decide([](const Question& question) {
            const bool may = question.uid == World::olga || question.action.ends_with(".read");
            return may ? Verdict::yes : Verdict::no;
        });
    }

    /// Calls that differ in whatever a caller can vary, none of which a cache could answer by
    /// equality. The directories that were opened for them.
    std::size_t looks_for(uid_t uid, int rounds) {
        const Watch watch({inside});
        Caller caller(uid);
        for (int i = 0; i < rounds; ++i) {
            for (const char* method : {"GetUsage", "Validate", "Plan"}) {
                const auto answer = caller.call({.member = method, .fill = arguments(method, i)});
                EXPECT_TRUE(answer.ok()) << method << ": " << answer.error;
            }
        }
        return watch.count();
    }

    static Fill arguments(std::string_view method, int i) {
        std::vector<std::string> names{"kafka"};
        if (i % 2 == 0) names.emplace_back("redis");
        if (i % 3 == 0) names.emplace_back("mongodb");
        std::vector<Option> options{{"wait", std::uint64_t{20'000'000} + static_cast<unsigned>(i)}};
        if (method == "GetUsage") options.push_back({"max_age", static_cast<std::uint64_t>(i)});
        return services_and_options(names, options);
    }

    BusHost host_;
};

TEST_F(WalksByAnybody, T48_ALoopOfReadsByNobodyWalksOnceAMinuteAtMost) {
    const auto one_walk = [&] {
        const Watch watch({inside});
        EXPECT_TRUE(
            host_.call(World::olga, {.member = "GetUsage", .fill = arguments("GetUsage", 0)}).ok());
        return watch.count();
    }();
    ASSERT_GT(one_walk, 0u);
    const auto nobodys = looks_for(World::nobody, 100);
    const auto operators = looks_for(World::olga, 10);
    std::printf(
        "looks at a directory: %zu in one walk, %zu for 300 calls of nobody, %zu for 30 "
        "of an operator\n",
        one_walk, nobodys, operators);
    // A walk that ended a moment ago, and one that was begun before it.
    EXPECT_LE(nobodys, 2 * one_walk);
    EXPECT_GE(operators, 10 * one_walk) << "who may sample gets what he asks for";
}

}  // namespace
}  // namespace jts::hot_storage::test
