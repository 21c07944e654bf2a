#include "client/password_agent.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <systemd/sd-login.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>

#include "jts/hot_storage/error.hpp"
#include "sys/fd.hpp"

namespace jts::hot_storage::client {

namespace {

constexpr const char* program = "/usr/bin/pkttyagent";

[[noreturn]] void fail(const char* what, int error) {
    throw Error(ErrorCode::failed, std::string("no password can be asked for: ") + what + ": " +
                                       std::generic_category().message(error));
}

/// With a login session there may be an agent already, which `--fallback` lets go first; of a
/// caller without one polkit ignores agents that are a fallback.
bool has_login_session() {
    char* session = nullptr;
    const bool found = sd_pid_get_session(0, &session) >= 0;
    std::free(session);
    return found;
}

/// In the child. It watches over its parent by itself, whose process it speaks for, and must not
/// outlive it.
[[noreturn]] void become_agent(pid_t parent, int ready) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent) ::_exit(0);
    ::signal(SIGPIPE, SIG_DFL);
    const std::string notify = "--notify-fd=" + std::to_string(ready);
    const char* fallback = has_login_session() ? "--fallback" : nullptr;
    std::array<char*, 4> arguments{const_cast<char*>(program), const_cast<char*>(notify.c_str()),
                                   const_cast<char*>(fallback), nullptr};
    ::execv(program, arguments.data());
    ::_exit(127);
}

/// Until polkit knows of the agent, which then closes its end, as it does when it ends instead. Not
/// for ever: where polkit does not answer the agent, it will not answer the service either.
void await_end_of(int fd) {
    constexpr int longest = 5'000;  // ms; polkit's own cold start takes under 100
    struct pollfd end {
        fd, POLLIN, 0
    };
    while (::poll(&end, 1, longest) < 0 && errno == EINTR) {
    }
}

}  // namespace

PasswordAgent::PasswordAgent() {
    if (::access(program, X_OK) != 0) fail(program, errno);
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe2", errno);
    const sys::Fd reading(ends[0]);
    sys::Fd writing(ends[1]);
    const pid_t parent = ::getpid();
    process_ = ::fork();
    if (process_ < 0) fail("fork", errno);
    if (process_ == 0) {
        ::fcntl(writing.get(), F_SETFD, 0);
        become_agent(parent, writing.get());
    }
    writing = {};
    await_end_of(reading.get());
}

PasswordAgent::~PasswordAgent() {
    ::kill(process_, SIGTERM);
    ::kill(process_, SIGCONT);  // a stopped one would not end
    while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

}  // namespace jts::hot_storage::client
