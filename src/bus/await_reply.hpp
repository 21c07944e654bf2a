/// A method call from a worker's thread: a synchronous one would hold the connection's loop.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <chrono>
#include <future>
#include <memory>
#include <string>

#include "bus/compat.hpp"
#include "bus/event_loop.hpp"

namespace jts::hot_storage::bus {

/// Beyond the bus's own 25 seconds, so that this is met only where the loop does not run.
constexpr std::chrono::seconds reply_timeout{60};

/// The reply's one value. Never from the loop's thread, which must run. Throws sdbus::Error.
template <typename Value, typename... Arguments>
Value await_reply(EventLoop& loop, sdbus::IProxy& proxy, const char* interface, const char* method,
                  const Arguments&... arguments) {
    const auto reply = std::make_shared<std::promise<Value>>();
    proxy.callMethodAsync(method)
        .onInterface(interface)
        .withArguments(arguments...)
        .uponReplyInvoke([reply](compat::ReplyError error, const Value& value) {
            if (error) return reply->set_exception(std::make_exception_ptr(sdbus::Error(*error)));
            reply->set_value(value);
        });
    loop.sent();
    auto answer = reply->get_future();
    if (answer.wait_for(reply_timeout) != std::future_status::ready)
        throw sdbus::Error(compat::ErrorName("org.freedesktop.DBus.Error.NoReply"),
                           "no answer within a minute");
    return answer.get();
}

}  // namespace jts::hot_storage::bus
