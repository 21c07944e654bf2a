#include "client/follower.hpp"

#include "bus/compat.hpp"
#include "client/connection.hpp"

namespace jts::hot_storage::client {

void EventQueue::put(Event event) {
    put_item(std::move(event));
}

void EventQueue::put_current_exception() {
    put_item(std::current_exception());
}

void EventQueue::put_item(Item item) {
    const std::lock_guard lock(mutex_);
    items_.push_back(std::move(item));
    changed_.notify_one();
}

std::optional<Event> EventQueue::take(
    std::optional<std::chrono::steady_clock::time_point> deadline) {
    std::unique_lock lock(mutex_);
    const auto is_there = [&] { return !items_.empty(); };
    if (!deadline)
        changed_.wait(lock, is_there);
    else if (!changed_.wait_until(lock, *deadline, is_there))
        return std::nullopt;
    auto item = std::move(items_.front());
    items_.pop_front();
    if (const auto* failure = std::get_if<std::exception_ptr>(&item))
        std::rethrow_exception(*failure);
    return std::get<Event>(std::move(item));
}

Follower::Follower(sdbus::IConnection& connection)
    : ProxyInterfaces(connection, bus::compat::ServiceName("org.jts.HotStorage1"),
                      bus::compat::ObjectPath(RootPath)),
      connection_(connection) {
    registerProxy();
    loop_ = std::thread([this] {
        try {
            connection_.enterEventLoop();
        } catch (...) {
            queue_.put_current_exception();
        }
    });
}

Follower::~Follower() {
    connection_.leaveEventLoop();
    loop_.join();
    unregisterProxy();
}

template <typename Make>
void Follower::put(const Make& make) {
    try {
        queue_.put(make());
    } catch (...) {
        queue_.put_current_exception();
    }
}

void Follower::onAlertRaised(const std::string&, const std::string&, const Dictionary& alert) {
    put([&] { return AlertRaised{to_alert(alert)}; });
}

void Follower::onAlertCleared(const std::string&, const std::string&, const Dictionary& alert) {
    put([&] { return AlertCleared{to_alert(alert)}; });
}

void Follower::onChangeApplied(const std::string& change_id, const Dictionary& details) {
    put([&] { return to_change_applied(change_id, details); });
}

void Follower::onUsageSampled(const DictionaryByName& services) {
    put([&] { return UsageSampled{to_service_usages(services)}; });
}

}  // namespace jts::hot_storage::client
