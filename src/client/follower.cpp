#include "client/follower.hpp"

#include <string_view>

#include "bus/compat.hpp"
#include "client/connection.hpp"

namespace jts::hot_storage::client {

namespace {

constexpr const char* Driver = "org.freedesktop.DBus";
constexpr const char* Service = "org.jts.HotStorage1";
constexpr const char* OwnerChanges =
    "type='signal',sender='org.freedesktop.DBus',path='/org/freedesktop/DBus',"
    "interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='org.jts.HotStorage1'";

}  // namespace

void EventQueue::put(Event event) {
    put_item(std::move(event));
}

void EventQueue::put_current_exception() {
    put_item(std::current_exception());
}

void EventQueue::put_item(Item item) {
    const std::lock_guard lock(mutex_);
    if (items_.size() > most) return;
    if (items_.size() == most)
        item = std::make_exception_ptr(Error(
            ErrorCode::failed, "events were lost, since nobody took them: " + std::to_string(most) +
                                   " wait to be shown"));
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
    : ProxyInterfaces(connection, bus::compat::ServiceName(Service),
                      bus::compat::ObjectPath(RootPath)),
      connection_(connection) {
    watch_owner();
    registerProxy();
    ask_for_owner();
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

void Follower::watch_owner() {
    // By reference in one version of sdbus-c++, by value in the other.
    owner_watch_ = bus::compat::add_match(connection_, OwnerChanges,
                                          [this](auto&& message) { note_owner(message); });
}

/// The bus itself alone has its name, and nobody else can send under it.
void Follower::note_owner(sdbus::Message& message) {
    try {
        if (std::string_view(message.getSender()) != Driver) return;
        std::string name, before;
        message >> name >> before >> owner_;
    } catch (...) {
        queue_.put_current_exception();
    }
}

/// What came in meanwhile is handled after this, in its order, and ends with the same owner.
void Follower::ask_for_owner() try {
    const auto driver = sdbus::createProxy(connection_, bus::compat::ServiceName(Driver),
                                           bus::compat::ObjectPath("/org/freedesktop/DBus"));
    driver->callMethod("GetNameOwner")
        .onInterface(Driver)
        .withArguments(std::string(Service))
        .storeResultsTo(owner_);
} catch (const sdbus::Error& error) {
    if (error.getName() != "org.freedesktop.DBus.Error.NameHasNoOwner") throw;
}

template <typename Make>
void Follower::put(const Make& make) {
    try {
        const std::string sender = bus::compat::current_message(getProxy()).getSender();
        if (sender == owner_) queue_.put(make());
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
