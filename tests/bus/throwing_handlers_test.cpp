/// The root object in this very process, over ports that throw whatever they like: what a handler
/// throws is its answer, and nothing ever ends the loop.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <new>

#include "service_in_process.hpp"

namespace jts::hot_storage::test {
namespace {

using engine::Authorizer;
using ::testing::HasSubstr;

constexpr const char* failed = "org.jts.HotStorage1.Error.Failed";

class ThrowingHandlers : public ServiceInProcess {
  protected:
    Answer plan() { return host_.plan({"redis"}); }
};

TEST_F(ThrowingHandlers, WhateverTheWorkThrowsIsTheAnswer) {
    const std::vector<std::pair<std::function<void()>, std::string>> throwers = {
        {[] { throw Error(ErrorCode::busy, "somebody holds it"); }, "somebody holds it"},
        {[] { throw std::logic_error("a bug"); }, "a bug"},
        {[] { throw std::bad_alloc(); }, "bad_alloc"},
        {[] { throw sdbus::Error(bus::compat::ErrorName("a.b.C"), "from the bus"); },
         "from the bus"},
        {[] { throw 42; }, "internal error of an unknown kind"},
        {[] { throw "a text"; }, "internal error of an unknown kind"},
    };
    for (const auto& [thrower, told] : throwers) {
        accounts_.on_read = thrower;
        const auto answer = plan();
        EXPECT_THAT(answer.message, HasSubstr(told));
        EXPECT_FALSE(answer.ok());
    }
    accounts_.on_read = [] {};
    EXPECT_TRUE(host_.call(World::pat, {.member = "GetLayout", .fill = no_options()}).ok());
}

TEST_F(ThrowingHandlers, AnAuthorizerThatThrowsIsAnErrorForTheCaller) {
    authorizer_.on_question = [](auto&&) { throw std::runtime_error("no polkit"); };
    EXPECT_EQ(plan().error, failed);
    authorizer_.on_question = [](auto&&) { throw 42; };
    EXPECT_EQ(plan().error, failed);
}

TEST_F(ThrowingHandlers, ACallThatNobodyAnswersIsAnsweredWhenItIsDropped) {
    authorizer_.on_question = [](auto&&) {};
    const auto answer = plan();
    EXPECT_EQ(answer.error, failed);
    EXPECT_THAT(answer.message, HasSubstr("dropped before it was answered"));
}

TEST_F(ThrowingHandlers, AStateThatCannotBeLookedAtIsNoReasonToEnd) {
    accounts_.on_read = [] { throw 42; };
    BusHost::write_drop_in("50-more", R"({"format": 1, "reserve_percent": 6})");
    EXPECT_TRUE(host_.call(World::pat, {.member = "GetLayout", .fill = no_options()}).ok());
}

TEST_F(ThrowingHandlers, FloodedByOneUserTheServiceRefusesThatUserAndServesRoot) {
    std::promise<void> release;
    const auto released = release.get_future().share();
    accounts_.on_read = [released] { released.wait(); };
    authorizer_.on_question = [](const auto& done) {
        done({Authorizer::Verdict::granted, World::pat, "scripted"});
    };
    Caller pat(World::pat);
    std::vector<Caller::Pending*> calls;
    for (int i = 0; i < 100; ++i) {
        calls.push_back(&pat.send({.member = "Provision", .fill = services({"redis"})}));
    }
    // One runs, four wait, the others are refused at once.
    EXPECT_EQ(pat.wait(*calls.back()).error, "org.freedesktop.DBus.Error.LimitsExceeded");
    release.set_value();
    int refused = 0;
    for (auto* call : calls) {
        if (pat.wait(*call).error == "org.freedesktop.DBus.Error.LimitsExceeded") ++refused;
    }
    EXPECT_GE(refused, 94);
    EXPECT_LE(refused, 96);
}

}  // namespace
}  // namespace jts::hot_storage::test
