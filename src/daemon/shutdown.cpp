#include "daemon/shutdown.hpp"

#include <pthread.h>
#include <signal.h>

namespace jts::hot_storage {
namespace {

sigset_t end_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    return set;
}

}  // namespace

void block_end_signals() {
    const auto set = end_signals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

Shutdown::Shutdown(std::function<void()> on_signal)
    : waiter_([on_signal = std::move(on_signal)] {
          const auto set = end_signals();
          int signal = 0;
          sigwait(&set, &signal);
          on_signal();
      }) {}

Shutdown::~Shutdown() {
    // Where the loop ended by itself the waiter still waits: give it the signal it waits for.
    pthread_kill(waiter_.native_handle(), SIGTERM);
}

}  // namespace jts::hot_storage
