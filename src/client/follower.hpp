/// The service's signals, from the bus's thread to the one that waits for them.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>

#include "client/convert.hpp"
#include "dbus/hot_storage_proxy.hpp"
#include "jts/hot_storage/client.hpp"

namespace jts::hot_storage::client {

/// One thread puts events in, another takes them out. Where nobody takes them any more, it holds no
/// more than so many, and then that they were lost.
class EventQueue {
  public:
    static constexpr std::size_t most = 1000;

    void put(Event event);
    /// What is being handled, to be thrown where the events are taken out.
    void put_current_exception();

    /// Nothing where none came in time. Throws what was put in.
    std::optional<Event> take(std::optional<std::chrono::steady_clock::time_point> deadline);

  private:
    using Item = std::variant<Event, std::exception_ptr>;
    void put_item(Item item);

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Item> items_;
};

/// Once it is made, nothing that the service signals is missed. A signal that somebody else sent to
/// this connection is none, whatever it says of itself: the bus delivers it, and sd-bus cannot tell
/// whose a well-known name is.
class Follower final : public sdbus::ProxyInterfaces<org::jts::HotStorage1_proxy> {
  public:
    /// `connection` is its own, and outlives it.
    explicit Follower(sdbus::IConnection& connection);
    ~Follower();

    std::optional<Event> next(std::optional<std::chrono::steady_clock::time_point> deadline) {
        return queue_.take(deadline);
    }

  private:
    void onAlertRaised(const std::string& subject, const std::string& severity,
                       const Dictionary& alert) override;
    void onAlertCleared(const std::string& subject, const std::string& severity,
                        const Dictionary& alert) override;
    void onChangeApplied(const std::string& change_id, const Dictionary& details) override;
    void onUsageSampled(const DictionaryByName& services) override;

    /// What `make` makes of the signal at hand, if that is the service's. No exception may leave a
    /// handler.
    template <typename Make>
    void put(const Make& make);

    void watch_owner();
    void note_owner(sdbus::Message& message);
    void ask_for_owner();

    sdbus::IConnection& connection_;
    EventQueue queue_;
    std::string owner_;  ///< unique name of the service's connection; empty: there is none
    sdbus::Slot owner_watch_;
    std::thread loop_;
};

}  // namespace jts::hot_storage::client
