#include "client/interrupt.hpp"

namespace jts::hot_storage::client {

namespace {

volatile std::sig_atomic_t interrupted = 0;

void remember_interrupt(int) {
    interrupted = 1;
}

}  // namespace

Interrupt::Interrupt() noexcept {
    interrupted = 0;
    struct sigaction action {};
    action.sa_handler = remember_interrupt;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, nullptr, &before_);
    // Who ignores it, as nohup and a shell's background jobs do, goes on ignoring it.
    if (before_.sa_handler != SIG_IGN) sigaction(SIGINT, &action, nullptr);
}

Interrupt::~Interrupt() {
    sigaction(SIGINT, &before_, nullptr);
}

bool Interrupt::pending() const noexcept {
    return interrupted != 0;
}

}  // namespace jts::hot_storage::client
