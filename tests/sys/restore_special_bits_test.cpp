/// T45: a set-user-ID program of root's that a service could rewrite before it was given back.
#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <functional>
#include <iterator>

#include "restore_fixture.hpp"
#include "sys/fd.hpp"

namespace jts::hot_storage::test {
namespace {

/// Runs `action` in a process of the service's; its result is the exit status.
int as_service(const std::function<int()>& action) {
    const pid_t pid = ::fork();
    if (pid == 0) {
        if (::setgroups(0, nullptr) != 0 || ::setgid(db_id) != 0 || ::setuid(db_id) != 0)
            ::_exit(100);
        ::_exit(action());
    }
    int status = 0;
    require(::waitpid(pid, &status, 0) == pid, "wait");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

class SpecialBitsTest : public RestoreTest {
  protected:
    SpecialBitsTest() {
        make_file(tool, 04755, "what root installed here");
        recorded_mode = mode_of(tool);
        change();
    }

    /// Puts `id` into the file, without making it anew.
    int rewrite() const {
        std::ifstream id("/usr/bin/id", std::ios::binary);
        const std::string program{std::istreambuf_iterator<char>(id), {}};
        return as_service([&] {
            const int fd = ::open(tool.c_str(), O_WRONLY | O_TRUNC);
            if (fd < 0) return 1;
            const auto written = ::write(fd, program.data(), program.size());
            return written == static_cast<ssize_t>(program.size()) ? 0 : 2;
        });
    }

    /// What the file says about its effective user id when the service runs it.
    std::string run_by_service() const {
        int ends[2];
        require(::pipe(ends) == 0, "pipe");
        const sys::Fd out(ends[0]);
        {
            const sys::Fd in(ends[1]);
            as_service([&] {
                ::dup2(in.get(), STDOUT_FILENO);
                ::execl(tool.c_str(), "id", "-u", nullptr);
                return 101;
            });
        }
        char text[32] = {};
        require(::read(out.get(), text, sizeof text - 1) >= 0, "read");
        return text;
    }

    const std::string tool = data + "/tool";
    unsigned recorded_mode = 0;
};

TEST_F(SpecialBitsTest, T45_put_back_by_its_recorded_mode_it_runs_the_services_code_as_root) {
    ASSERT_EQ(rewrite(), 0);
    EXPECT_EQ(run_by_service(), std::to_string(db_id) + "\n");
    require(::chown(tool.c_str(), 0, 0) == 0, "chown");
    require(::chmod(tool.c_str(), recorded_mode) == 0, "chmod");
    EXPECT_EQ(run_by_service(), "0\n") << "the attack does not bite";
}

TEST_F(SpecialBitsTest, T45_rewritten_by_the_service_it_stays_the_services_without_special_bits) {
    ASSERT_EQ(rewrite(), 0);
    EXPECT_EQ(reasons(restore()), std::vector<std::string>{"touched 1"});
    expect_owner(tool, db_id);
    EXPECT_EQ(mode_of(tool), 0755u);
    EXPECT_EQ(run_by_service(), std::to_string(db_id) + "\n");
}

TEST_F(SpecialBitsTest, T45_given_back_untouched_it_runs_nobodys_code_as_root) {
    EXPECT_EQ(reasons(restore()), std::vector<std::string>{"special-bits 1"});
    expect_owner(tool, 0);
    EXPECT_EQ(mode_of(tool), 0755u);
}

/// An open descriptor outlasts every change of owner, and is no touch by itself.
TEST_F(SpecialBitsTest, T45_rewritten_after_it_was_given_back_it_has_no_special_bits) {
    const sys::Fd kept(::open(tool.c_str(), O_WRONLY | O_CLOEXEC));
    require(static_cast<bool>(kept), "open");
    restore();
    std::ifstream id("/usr/bin/id", std::ios::binary);
    const std::string program{std::istreambuf_iterator<char>(id), {}};
    require(::pwrite(kept.get(), program.data(), program.size(), 0) > 0, "write");
    EXPECT_EQ(mode_of(tool), 0755u);
}

}  // namespace
}  // namespace jts::hot_storage::test
