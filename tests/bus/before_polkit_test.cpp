/// T17: what the daemon asks the kernel before polkit has said yes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <thread>

#include "bus/introspection.hpp"
#include "support/bus_host.hpp"

namespace jts::hot_storage::test {
namespace {

using Verdict = ScriptedPolkit::Verdict;

/// The daemon's system calls that take a path or read a directory, in all its threads.
class Trace {
  public:
    explicit Trace(pid_t pid)
        : strace_({.arguments = {"/usr/bin/strace", "-f", "-qq", "-o", output, "-e",
                                 "trace=%file,getdents64,fchown,fchmod,fgetxattr", "-p",
                                 std::to_string(pid)}}) {
        wait_for_tracer(pid);
    }

    /// The lines so far, of calls that are about the tree, the layout or accounts.
    std::vector<std::string> looks() const {
        std::vector<std::string> lines;
        std::istringstream text(read_file(output));
        for (std::string line; std::getline(text, line);) lines.push_back(line);
        return lines;
    }

  private:
    static constexpr const char* output = "/run/trace";

    static void wait_for_tracer(pid_t pid) {
        const auto is_traced = [&] {
            return read_file("/proc/" + std::to_string(pid) + "/status").find("TracerPid:\t0") ==
                   std::string::npos;
        };
        for (int tries = 0; !is_traced() && tries < 1000; ++tries)
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        ASSERT_TRUE(is_traced());
    }

    Process strace_;
};

class BeforePolkit : public ::testing::Test {
  protected:
    BeforePolkit() {
        host_.start_daemon();
        EXPECT_TRUE(host_.provision({"redis"}).ok());
        Caller root;
        methods_ = introspect(root).methods;
    }

    void hold_every_method(Caller& caller) {
        for (const auto& method : methods_) {
            caller.send({.member = method.name,
                         .fill = default_arguments(method.in),
                         .interface = method.interface,
                         .path = method.path});
        }
        ASSERT_TRUE(host_.polkit.wait_for_held(methods_.size()));
    }

    BusHost host_;
    std::vector<MethodSignature> methods_;
};

TEST_F(BeforePolkit, T17_TheDaemonMakesNoSystemCallAboutFilesUntilPolkitHasSaidYes) {
    const Trace trace(host_.daemon().pid());
    host_.polkit.decide(Verdict::hold);
    Caller pat(World::pat);
    hold_every_method(pat);
    EXPECT_THAT(trace.looks(), ::testing::IsEmpty()) << "while polkit was asked";
    host_.polkit.answer_all_held(Verdict::no);
    pat.pass_time(std::chrono::milliseconds(200));
    for (const auto& line : trace.looks())
        EXPECT_THAT(line, ::testing::HasSubstr("/run/systemd/journal")) << "after a no";

    host_.polkit.decide(Verdict::yes);
    EXPECT_TRUE(pat.call({.member = "Plan", .fill = services({})}).ok());
    EXPECT_THAT(trace.looks(), ::testing::Contains(::testing::HasSubstr("\"redis\"")))
        << "the trace would not have seen anything at all";
}

}  // namespace
}  // namespace jts::hot_storage::test
