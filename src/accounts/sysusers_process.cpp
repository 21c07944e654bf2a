#include "accounts/sysusers_process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <utility>

#include "sys/failure.hpp"
#include "sys/fd.hpp"

namespace jts::hot_storage::accounts {
namespace {

constexpr std::size_t max_output = std::size_t{64} << 10;

struct Pipe {
    sys::Fd read_end;
    sys::Fd write_end;

    Pipe() {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) throw sys::failure("create", "a pipe", errno);
        read_end = sys::Fd(ends[0]);
        write_end = sys::Fd(ends[1]);
    }
};

/// Which descriptors the child gets. Copies made by dup2 lose close-on-exec, all others keep it.
class Redirections {
  public:
    Redirections(const Pipe& input, const Pipe& output) {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawn_file_actions_adddup2(&actions_, input.read_end.get(), STDIN_FILENO);
        ::posix_spawn_file_actions_adddup2(&actions_, output.write_end.get(), STDOUT_FILENO);
        ::posix_spawn_file_actions_adddup2(&actions_, output.write_end.get(), STDERR_FILENO);
    }
    ~Redirections() { ::posix_spawn_file_actions_destroy(&actions_); }
    Redirections(const Redirections&) = delete;
    Redirections& operator=(const Redirections&) = delete;

    const posix_spawn_file_actions_t* get() const { return &actions_; }

  private:
    posix_spawn_file_actions_t actions_{};
};

pid_t spawn(const std::vector<std::string>& argv, const Redirections& redirections) {
    std::vector<char*> arguments;
    for (const auto& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    char* no_environment[] = {nullptr};
    pid_t pid = 0;
    const int error = ::posix_spawn(&pid, arguments[0], redirections.get(), nullptr,
                                    arguments.data(), no_environment);
    if (error != 0) throw sys::failure("start", argv.front(), error);
    return pid;
}

/// A child that ends before it has read everything is told by its exit status, not by EPIPE.
void write_input(const sys::Fd& fd, std::string_view input) {
    while (!input.empty()) {
        const auto count = ::write(fd.get(), input.data(), input.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return;
        input.remove_prefix(static_cast<std::size_t>(count));
    }
}

/// Reads to the end, so that the child never blocks, and keeps the beginning.
std::string read_output(const sys::Fd& fd) {
    std::string output;
    char buffer[4096];
    for (;;) {
        const auto count = ::read(fd.get(), buffer, sizeof buffer);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return output;
        const auto room = max_output - output.size();
        output.append(buffer, std::min(room, static_cast<std::size_t>(count)));
    }
}

int wait_for(pid_t pid) {
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) throw sys::failure("wait for", "systemd-sysusers", errno);
    }
    return status;
}

std::string ending_of(int status) {
    if (WIFSIGNALED(status)) return "signal " + std::to_string(WTERMSIG(status));
    return "exit status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

ProcessResult run_process(const std::vector<std::string>& argv, std::string_view input) {
    Pipe to_child;
    Pipe from_child;
    const pid_t pid = spawn(argv, Redirections(to_child, from_child));
    to_child.read_end = sys::Fd();
    from_child.write_end = sys::Fd();
    write_input(to_child.write_end, input);
    to_child.write_end = sys::Fd();
    auto output = read_output(from_child.read_end);
    const int status = wait_for(pid);
    return {.succeeded = WIFEXITED(status) && WEXITSTATUS(status) == 0,
            .ending = ending_of(status),
            .output = std::move(output)};
}

}  // namespace jts::hot_storage::accounts
