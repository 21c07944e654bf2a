#include "bus/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <thread>

namespace jts::hot_storage::test {
namespace {

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (auto& text : texts) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

int open_output(const std::string& path) {
    const int fd = path.empty()
                       ? ::memfd_create("stdout", MFD_CLOEXEC)
                       : ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0) fail("open the program's stdout");
    return fd;
}

/// In the child of a process with threads: plain system calls and nothing else.
[[noreturn]] void become(uid_t uid, int output, int errors, char** arguments, char** environment) {
    ::dup2(output, STDOUT_FILENO);
    ::dup2(errors, STDERR_FILENO);
    if (uid != 0) {
        ::syscall(SYS_setgroups, 0, nullptr);
        ::syscall(SYS_setresgid, uid, uid, uid);
        ::syscall(SYS_setresuid, uid, uid, uid);
    }
    ::execve(arguments[0], arguments, environment);
    ::_exit(127);
}

std::string content_of(int fd) {
    std::string text;
    std::array<char, 4096> part{};
    for (;;) {
        const auto count = ::pread(fd, part.data(), part.size(), static_cast<off_t>(text.size()));
        if (count <= 0) return text;
        text.append(part.data(), static_cast<std::size_t>(count));
    }
}

}  // namespace

Process::Process(const Program& program)
    : output_(open_output(program.output_path)), errors_(open_output({})) {
    auto arguments = program.arguments;
    auto environment = program.environment;
    for (char** inherited = environ; *inherited != nullptr; ++inherited) {
        environment.emplace_back(*inherited);
    }
    auto argument_pointers = pointers(arguments);
    auto environment_pointers = pointers(environment);
    pid_ = ::fork();
    if (pid_ == 0) {
        become(program.uid, output_, errors_, argument_pointers.data(),
               environment_pointers.data());
    }
    if (pid_ < 0) fail("fork");
    watch_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
    if (watch_ < 0) fail("watch " + program.arguments.front());
}

Process::~Process() {
    if (runs()) {
        signal(SIGKILL);
        wait();
    }
    for (const int fd : {watch_, output_, errors_}) ::close(fd);
}

bool Process::runs() const {
    pollfd ended{watch_, POLLIN, 0};
    return !status_ && ::poll(&ended, 1, 0) == 0;
}

void Process::signal(int number) const {
    ::kill(pid_, number);
}

std::optional<int> Process::wait(std::chrono::milliseconds limit) {
    if (status_) return status_;
    pollfd ended{watch_, POLLIN, 0};
    if (::poll(&ended, 1, static_cast<int>(limit.count())) <= 0) return std::nullopt;
    int status = 0;
    if (::waitpid(pid_, &status, 0) != pid_) fail("wait for a program");
    status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return status_;
}

std::string Process::output() const {
    return content_of(output_);
}

std::string Process::errors() const {
    return content_of(errors_);
}

bool long_run() {
    const char* wanted = std::getenv("JTS_LONG");
    return wanted != nullptr && std::string(wanted) == "1";
}

long resident(pid_t pid) {
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    const std::string text(std::istreambuf_iterator<char>(status), {});
    return std::stol(text.substr(text.find("VmRSS:") + 6));
}

namespace {

std::size_t open_descriptors(pid_t pid) {
    const std::filesystem::directory_iterator all("/proc/" + std::to_string(pid) + "/fd");
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

}  // namespace

std::size_t settled_descriptors(pid_t pid) {
    constexpr std::size_t in_a_row = 20;
    std::deque<std::size_t> last;
    const auto is_settled = [&] {
        return last.size() == in_a_row && std::ranges::count(last, last.back()) == in_a_row;
    };
    for (int looks = 0; !is_settled() && looks < 2000; ++looks) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        last.push_back(open_descriptors(pid));
        if (last.size() > in_a_row) last.pop_front();
    }
    return *std::ranges::max_element(last);
}

namespace {

/// What `look` says once that is right, or after a minute.
template <typename Look, typename IsRight>
auto awaited(const Look& look, const IsRight& is_right) {
    auto seen = look();
    for (int looks = 0; !is_right(seen) && looks < 6000; ++looks) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        seen = look();
    }
    return seen;
}

}  // namespace

std::size_t descriptors_down_to(std::size_t expected, pid_t pid) {
    return awaited([&] { return open_descriptors(pid); },
                   [&](std::size_t open) { return open <= expected; });
}

long resident_below(long limit, pid_t pid) {
    return awaited([&] { return resident(pid); }, [&](long kib) { return kib < limit; });
}

Finished run(const Program& program) {
    Process process(program);
    const auto status = process.wait();
    return {status.value_or(-1), process.output(), process.errors()};
}

}  // namespace jts::hot_storage::test
