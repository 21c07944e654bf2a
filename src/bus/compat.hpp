/// What differs between sdbus-c++ 1.x (Debian 12) and 2.x (Debian 13), and nothing else. Our code
/// is written in the terms of 2.x.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace jts::hot_storage::bus::compat {

#if __has_include(<sdbus-c++/VTableItems.h>)  // 2.x

using sdbus::InterfaceName;
using sdbus::MethodName;
using sdbus::ObjectPath;
using sdbus::PropertyName;
using sdbus::ServiceName;
using ErrorName = sdbus::Error::Name;
/// First argument of a reply handler: empty on success, `->` on failure.
using ReplyError = std::optional<sdbus::Error>;

inline void finish_registration(sdbus::IProxy&) {}
/// Whether there was something to do.
inline bool process_pending(sdbus::IConnection& connection) {
    return connection.processPendingEvent();
}
/// Of CLOCK_MONOTONIC, the greatest number: none.
inline std::uint64_t deadline_usec(const sdbus::IConnection::PollData& data) {
    return static_cast<std::uint64_t>(data.timeout.count());
}
inline int event_fd(const sdbus::IConnection::PollData& data) {
    return data.eventFd;
}
/// Of an object or a proxy.
template <typename Side>
sdbus::Message current_message(const Side& side) {
    return side.getCurrentlyProcessedMessage();
}
/// Until the slot goes.
inline sdbus::Slot add_match(sdbus::IConnection& connection, const std::string& match,
                             sdbus::message_handler handler) {
    return connection.addMatch(match, std::move(handler), sdbus::return_slot);
}

#else  // 1.x

using InterfaceName = std::string;
using MethodName = std::string;
using ObjectPath = std::string;
using PropertyName = std::string;
using ServiceName = std::string;
using ErrorName = std::string;
using ReplyError = const sdbus::Error*;

inline void finish_registration(sdbus::IProxy& proxy) {
    proxy.finishRegistration();
}
inline bool process_pending(sdbus::IConnection& connection) {
    return connection.processPendingRequest();
}
inline std::uint64_t deadline_usec(const sdbus::IConnection::PollData& data) {
    return data.timeout_usec;
}
inline int event_fd(const sdbus::IConnection::PollData&) {
    return -1;
}
template <typename Side>
const sdbus::Message& current_message(const Side& side) {
    return *side.getCurrentlyProcessedMessage();
}
inline sdbus::Slot add_match(sdbus::IConnection& connection, const std::string& match,
                             sdbus::message_handler handler) {
    return connection.addMatch(match, std::move(handler));
}

#endif

}  // namespace jts::hot_storage::bus::compat
