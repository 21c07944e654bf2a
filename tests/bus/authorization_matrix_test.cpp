/// Who may call what: every method and every property that the live objects have, times every kind
/// of caller.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pwd.h>

#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>
#include <set>

#include "bus/every_call.hpp"
#include "bus/tree_look.hpp"
#include "support/bus_host.hpp"

namespace jts::hot_storage::test {
namespace {

namespace fs = std::filesystem;
using Kind = EveryCall::Kind;
using Verdict = ScriptedPolkit::Verdict;

constexpr const char* access_denied = "org.freedesktop.DBus.Error.AccessDenied";
constexpr const char* needs_interaction =
    "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired";
constexpr const char* read_only = "org.freedesktop.DBus.Error.PropertyReadOnly";

/// The contract's table. A method that is not in it fails the matrix.
const std::map<std::string, std::string> actions = {
    {"Cancel", "org.jts.hotstorage1.read"},         {"GetLayout", "org.jts.hotstorage1.read"},
    {"GetUsage", "org.jts.hotstorage1.read"},       {"Plan", "org.jts.hotstorage1.read"},
    {"Provision", "org.jts.hotstorage1.provision"}, {"Validate", "org.jts.hotstorage1.read"},
    {"ListChanges", "org.jts.hotstorage1.read"},    {"Rollback", "org.jts.hotstorage1.rollback"},
    {"Sample", "org.jts.hotstorage1.sample"},       {"GetHistory", "org.jts.hotstorage1.read"},
    {"Wait", "org.jts.hotstorage1.read"},
};

struct CallerKind {
    std::string title;
    uid_t uid;
    Verdict verdict;      ///< polkit's, whatever it is asked
    bool interactive;     ///< whether a prompt is allowed
    std::string refused;  ///< the error of all gated methods; empty: they are granted
};

std::vector<CallerKind> caller_kinds(uid_t service_user) {
    return {
        {"a user whom polkit would ask", World::pat, Verdict::challenge, false, needs_interaction},
        {"a user without a session or an agent", World::pat, Verdict::challenge, true,
         access_denied},
        {"a user whose agent cancels", World::pat, Verdict::dismissed, true, access_denied},
        {"a service's user", service_user, Verdict::no, false, access_denied},
        {"uid 4,000,000,000", World::beyond, Verdict::no, false, access_denied},
        {"a member whom polkit fails", World::olga, Verdict::error, false, access_denied},
        {"a member of the operators", World::olga, Verdict::yes, false, ""},
        {"uid 4,000,000,000 with every action", World::beyond, Verdict::yes, false, ""},
        {"root whom polkit would refuse", 0, Verdict::no, false, ""},
    };
}

class AuthorizationMatrix : public ::testing::Test {
  protected:
    /// One service is there and the others are not: there is something to see and something to do.
    AuthorizationMatrix() {
        host_.start_daemon();
        EXPECT_TRUE(host_.provision({"redis"}).ok());
        for (const uid_t uid : {uid_t{0}, uid_t{World::olga}}) leave_a_job(uid);
        wait_for_the_start();
        Caller root;
        tree_ = introspect(root);
        calls_ = every_call(tree_);
    }

    void leave_a_job(uid_t uid) {
        const auto fill =
            services_and_options({}, {{"max_age", std::uint64_t{0}}, {"wait", std::uint64_t{0}}});
        // A small tree may be counted before the call is let go.
        Answer answer;
        for (int tries = 0; answer.ok() && tries < 100; ++tries)
            answer = host_.call(uid, {.member = "GetUsage", .fill = fill});
        EXPECT_EQ(answer.error, "org.jts.HotStorage1.Error.StillRunning");
        // Else its walk would be taken for that of a call that is refused.
        const auto path = answer.message.substr(0, answer.message.find(' '));
        const auto forever = [](sd_bus_message* call) {
            sd_bus_message_append(call, "t", UINT64_MAX);
        };
        const auto end = host_.call(uid, {.member = "Wait",
                                          .fill = forever,
                                          .interface = "org.jts.HotStorage1.Job",
                                          .path = path});
        EXPECT_TRUE(end.ok()) << end.message;
    }

    /// What the start learns from the history comes before this answer: root's take turns.
    void wait_for_the_start() {
        const auto answer =
            host_.call(0, {.member = "GetHistory", .fill = [](sd_bus_message* call) {
                               sd_bus_message_append(call, "stta{sv}", "", std::uint64_t{0},
                                                     std::uint64_t{0}, 0);
                           }});
        EXPECT_TRUE(answer.ok()) << answer.message;
    }

    /// All calls of one kind of caller. What was granted is taken back afterwards.
    void check_row(const CallerKind& kind) {
        SCOPED_TRACE(kind.title);
        host_.polkit.decide(kind.verdict);
        const Watch watch({"/mnt/jts/hot", "/mnt/jts/hot/redis", "/mnt/jts/hot/redis/data",
                           "/etc/jts-hot-storage/layout.d", "/var/lib/jts-hot-storage"});
        Caller caller(kind.uid);
        for (const auto& each : calls_) check_cell(kind, caller, each, watch);
        cells_ += calls_.size();
        if (kind.refused.empty()) take_back();
    }

    /// What only a granted call may change.
    std::pair<std::map<std::string, std::string>, std::size_t> ground() const {
        return {picture_of("/mnt"), host_.systemd.started().size()};
    }

    void check_cell(const CallerKind& kind, Caller& caller, const EveryCall& each,
                    const Watch& watch) {
        SCOPED_TRACE(each.title);
        host_.polkit.forget_questions();
        const auto before = ground();
        watch.count();
        auto call = each.call;
        call.interactive = kind.interactive;
        const auto answer = caller.call(call);
        const bool granted = each.kind == Kind::gated && kind.refused.empty();
        EXPECT_TRUE(granted || !watch.saw_something());
        EXPECT_TRUE(granted || ground() == before);
        check_answer(kind, each, answer);
    }

    void check_answer(const CallerKind& kind, const EveryCall& each, const Answer& answer) {
        if (each.kind == Kind::gated) return check_gated(kind, each.call.member, answer);
        EXPECT_THAT(host_.polkit.questions(), ::testing::IsEmpty());
        if (each.kind == Kind::set) return check_set(kind.uid, answer.error);
        EXPECT_TRUE(answer.ok()) << answer.error;
    }

    void check_gated(const CallerKind& kind, const std::string& member, const Answer& answer) {
        // Of a change that never was.
        const std::string granted =
            member == "Rollback" ? "org.jts.HotStorage1.Error.NotFound" : "";
        EXPECT_EQ(answer.error, kind.refused.empty() ? granted : kind.refused) << answer.message;
        EXPECT_EQ(answer.values == nullptr, !answer.ok());
        const auto questions = host_.polkit.questions();
        const bool is_asked = kind.uid != 0 && !polkit_is_gone_;
        ASSERT_EQ(questions.empty(), !is_asked);
        if (!is_asked) return;
        EXPECT_EQ(questions.front().action, actions.at(member));
        EXPECT_EQ(questions.front().uid, kind.uid);
        EXPECT_TRUE(kind.refused.empty() || questions.size() == 1) << "a no is enough";
    }

    void check_set(uid_t uid, const std::string& error) {
        const std::set<std::string> expected =
            uid == 0 ? std::set<std::string>{"", read_only} : std::set<std::string>{access_denied};
        EXPECT_THAT(expected, ::testing::Contains(error));
        set_by_root_ += error.empty() ? 1 : 0;
    }

    /// The granted Provision was really carried out, so that a refused one would be seen.
    void take_back() {
        EXPECT_EQ(fs::remove_all("/mnt/jts/hot/kafka"), 3u);
        EXPECT_GT(host_.systemd.started().size(), 1u);
    }

    void check_row_of_the_vanished() {
        host_.polkit.decide(Verdict::hold);
        const auto before = ground();
        for (const auto& each : calls_) leave_while_polkit_is_asked(each);
        cells_ += calls_.size();
        // Changes are made one after another: what the vanished wanted would have been done.
        EXPECT_TRUE(host_.provision({"redis"}).ok());
        EXPECT_EQ(ground(), before);
    }

    void leave_while_polkit_is_asked(const EveryCall& each) {
        SCOPED_TRACE(each.title);
        {
            Caller leaver(World::olga);
            leaver.send(each.call);
            ASSERT_TRUE(host_.polkit.wait_for_held(each.kind == Kind::gated ? 1 : 0));
        }
        EXPECT_EQ(host_.polkit.answer_all_held(Verdict::yes), each.kind == Kind::gated ? 1u : 0u);
    }

    BusHost host_;
    ObjectTree tree_;
    std::vector<EveryCall> calls_;
    std::size_t cells_ = 0;
    int set_by_root_ = 0;
    bool polkit_is_gone_ = false;
};

TEST_F(AuthorizationMatrix, T15_EveryMethodOfTheLiveObjectsIsInTheContractsTable) {
    std::set<std::string> names;
    for (const auto& method : tree_.methods) names.insert(method.name);
    std::set<std::string> expected;
    for (const auto& [name, action] : actions) expected.insert(name);
    EXPECT_EQ(names, expected);
}

TEST_F(AuthorizationMatrix, T14_T15_T17_T18_T25_T46_EveryCellIsAsTheContractSays) {
    const auto kinds = caller_kinds(::getpwnam("redis")->pw_uid);
    for (const auto& kind : kinds) check_row(kind);
    check_row_of_the_vanished();
    host_.polkit.vanish();
    polkit_is_gone_ = true;
    check_row({"a member while there is no polkit", World::olga, Verdict::no, true, access_denied});
    EXPECT_EQ(set_by_root_, 2) << "LogLevel and LogTarget, and nothing else";
    EXPECT_TRUE(host_.daemon().runs());
    std::printf("%zu methods and setters x %zu kinds of callers = %zu cells\n", calls_.size(),
                kinds.size() + 2, cells_);
}

TEST_F(AuthorizationMatrix, T15_TheMatrixHoldsEveryKindOfObject) {
    std::set<std::string> titles;
    for (const auto& each : calls_) titles.insert(each.title);
    for (const char* title :
         {"/org/jts/HotStorage1 org.jts.HotStorage1.Provision",
          "/org/jts/HotStorage1/service/redis Set org.jts.HotStorage1.Service.State",
          "/org/freedesktop/LogControl1 Set org.freedesktop.LogControl1.LogLevel",
          "/org/jts/HotStorage1 org.freedesktop.DBus.ObjectManager.GetManagedObjects",
          "/org/jts/HotStorage1 org.freedesktop.DBus.Peer.Ping"})
        EXPECT_EQ(titles.count(title), 1u) << title;
    const auto jobs = std::count_if(tree_.methods.begin(), tree_.methods.end(),
                                    [](const auto& method) { return method.name == "Wait"; });
    EXPECT_EQ(jobs, 2) << "root's and another user's";
}

}  // namespace
}  // namespace jts::hot_storage::test
