#include "swapper.hpp"

#include <fcntl.h>
#include <grp.h>
#include <linux/fs.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <new>

namespace jts::hot_storage::test {
namespace {

std::atomic<unsigned long>* shared_counter() {
    void* const page = ::mmap(nullptr, sizeof(std::atomic<unsigned long>), PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) throw std::bad_alloc();
    return new (page) std::atomic<unsigned long>(0);
}

}  // namespace

std::function<bool()> exchange(const std::string& a, const std::string& b) {
    return [a, b] {
        return ::renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE) == 0;
    };
}

Swapper::Swapper(const std::string& a, const std::string& b)
    : thread_([this, step = exchange(a, b)](const std::stop_token& stop) {
          while (!stop.stop_requested())
              if (step()) swaps_.fetch_add(1, std::memory_order_relaxed);
      }) {}

Racer::Racer(std::uint32_t id, const std::function<bool()>& step)
    : swaps_(shared_counter()), pid_(::fork()) {
    if (pid_ != 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::setgroups(0, nullptr) != 0 || ::setgid(id) != 0 || ::setuid(id) != 0) ::_exit(1);
    for (;;)
        if (step()) swaps_->fetch_add(1, std::memory_order_relaxed);
}

Racer::~Racer() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    ::munmap(swaps_, sizeof *swaps_);
}

bool escapes(const std::function<void()>& pass, const std::function<bool()>& has_escaped) {
    constexpr std::chrono::seconds patience(60);
    const auto start = std::chrono::steady_clock::now();
    unsigned long passes = 0;
    const auto taken = [&] { return std::chrono::steady_clock::now() - start; };
    while (!has_escaped() && taken() < patience) {
        pass();
        ++passes;
    }
    std::printf("escaped after %.3f s, %lu passes\n",
                std::chrono::duration<double>(taken()).count(), passes);
    return has_escaped();
}

}  // namespace jts::hot_storage::test
