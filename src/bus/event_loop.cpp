#include "bus/event_loop.hpp"

#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <exception>

#include "bus/compat.hpp"
#include "sys/failure.hpp"

namespace jts::hot_storage::bus {

EventLoop::EventLoop(sdbus::IConnection& connection)
    : connection_(connection), wakes_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!wakes_) throw sys::failure("make", "an eventfd", errno);
}

void EventLoop::run() {
    while (!is_left_) {
        while (compat::process_pending(connection_)) {
        }
        wait();
    }
}

void EventLoop::wait() {
    const auto bus = connection_.getEventLoopPollData();
    deadline_ = compat::deadline_usec(bus);
    pollfd fds[] = {
        {bus.fd, bus.events, 0}, {wakes_.get(), POLLIN, 0}, {compat::event_fd(bus), POLLIN, 0}};
    // What was sent before the deadline was told is seen here; what is sent later wakes.
    const auto anew = connection_.getEventLoopPollData();
    if (anew.events != bus.events || compat::deadline_usec(anew) != compat::deadline_usec(bus))
        return;
    if (::poll(fds, std::size(fds), bus.getPollTimeout()) < 0 && errno != EINTR)
        throw sys::failure("wait for", "the bus", errno);
    if ((fds[1].revents & POLLIN) == 0) return;
    std::uint64_t wakes = 0;
    if (::read(wakes_.get(), &wakes, sizeof wakes) < 0 && errno != EAGAIN)
        throw sys::failure("read", "an eventfd", errno);
}

void EventLoop::leave() noexcept {
    is_left_ = true;
    wake();
}

void EventLoop::sent() noexcept try {
    const auto bus = connection_.getEventLoopPollData();
    if ((bus.events & POLLOUT) != 0 || compat::deadline_usec(bus) < deadline_) wake();
} catch (const std::exception& error) {
    spdlog::error("cannot tell whether all was sent: {}", error.what());
    wake();
}

void EventLoop::wake() noexcept {
    // It fails where the count would overflow, and then the loop is awake.
    const std::uint64_t once = 1;
    (void)!::write(wakes_.get(), &once, sizeof once);
}

}  // namespace jts::hot_storage::bus
