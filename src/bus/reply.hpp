/// The answer to an asynchronous method call: given exactly once, whatever happens.
#pragma once

#include <sdbus-c++/sdbus-c++.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <exception>
#include <memory>
#include <string>
#include <utility>

#include "bus/convert.hpp"
#include "bus/event_loop.hpp"
#include "core/current_error.hpp"

namespace jts::hot_storage::bus {

/// Wraps sdbus::Result, which when dropped would leave its caller waiting for ever. Thread-safe;
/// shared by everybody who may come to answer, none of whom outlives the loop. Never throws: a
/// caller that is gone is no error.
template <typename... Out>
class Reply {
  public:
    Reply(sdbus::Result<Out...>&& result, EventLoop& loop)
        : result_(std::move(result)), loop_(loop) {}
    ~Reply() {
        fail(Error(ErrorCode::failed, "the call was dropped before it was answered; call again"));
    }
    Reply(const Reply&) = delete;
    Reply& operator=(const Reply&) = delete;

    void succeed(const Out&... values) noexcept {
        if (!claim()) return;
        try {
            result_.returnResults(values...);
            loop_.sent();
        } catch (const std::exception& error) {
            send_error(Error(ErrorCode::failed,
                             std::string("the answer cannot be sent: ") + error.what()));
        }
    }

    void fail(const Error& error) noexcept {
        if (claim()) send_error(error);
    }

    bool is_answered() const noexcept { return answered_; }

    /// Runs a step of the call's work; whatever it throws becomes the answer.
    template <typename Step>
    void guard(const Step& step) noexcept {
        try {
            step();
        } catch (...) {
            fail_with_current_exception();
        }
    }

    /// From within a catch block: whatever is being handled becomes the answer.
    void fail_with_current_exception() noexcept { fail(current_error()); }

  private:
    bool claim() { return !answered_.exchange(true); }

    void send_error(const Error& error) noexcept {
        try {
            result_.returnError(to_bus_error(error));
            loop_.sent();
        } catch (const std::exception& reason) {
            spdlog::warn("cannot answer a call: {}", reason.what());
        }
    }

    sdbus::Result<Out...> result_;
    EventLoop& loop_;
    std::atomic<bool> answered_{false};
};

}  // namespace jts::hot_storage::bus
