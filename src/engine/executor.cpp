#include "engine/executor.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <system_error>
#include <utility>

#include "jts/hot_storage/error.hpp"

namespace jts::hot_storage::engine {
namespace {

/// Long enough that a script's series of calls shares one thread, short enough not to be seen idle.
constexpr std::chrono::seconds idle_time{3};

}  // namespace

void Lane::check_limits(std::uint32_t uid) const {
    if (closed_) throw Error(ErrorCode::cancelled, "the service is stopping; call again later");
    const auto own = std::count_if(waiting_.begin(), waiting_.end(),
                                   [uid](const Item& item) { return item.uid == uid; });
    if (own >= static_cast<std::ptrdiff_t>(limits_.waiting_per_user)) {
        throw Error(ErrorCode::limits_exceeded, std::to_string(own) +
                                                    " calls of this user are waiting already; wait "
                                                    "for one to end and call again");
    }
    if (uid != 0 && waiting_.size() >= limits_.waiting_in_all) {
        throw Error(ErrorCode::limits_exceeded, std::to_string(waiting_.size()) +
                                                    " calls are waiting already; call again later");
    }
}

void Lane::submit(std::uint32_t uid, Task task) {
    std::lock_guard lock(mutex_);
    check_limits(uid);
    reap();
    if (idle_ <= waiting_.size() && threads_.size() < limits_.threads) start_thread();
    waiting_.push_back({uid, std::move(task)});
    shares_[uid];
    wake_.notify_one();
}

/// With the lock held. One thread less is no failure while there are others.
void Lane::start_thread() try {
    threads_.emplace_back([this] { run(); });
} catch (const std::system_error& error) {
    if (threads_.empty())
        throw Error(ErrorCode::failed, std::string("cannot start a thread: ") + error.what());
}

/// Of those who may run now, the user with the fewest at work, and of these the one whose last turn
/// is longest ago; the order of arrival among one user's.
Lane::Items::iterator Lane::next() {
    auto best = waiting_.end();
    const auto rank = [this](Items::iterator item) {
        const Share& share = shares_.at(item->uid);
        return std::pair(share.running, share.last_turn);
    };
    for (auto item = waiting_.begin(); item != waiting_.end(); ++item) {
        // At the end all are let through, to be told that it is the end.
        if (!closed_ && shares_.at(item->uid).running >= limits_.running_per_user) continue;
        if (best == waiting_.end() || rank(item) < rank(best)) best = item;
    }
    return best;
}

Lane::Item Lane::take(Items::iterator item) {
    Item taken = std::move(*item);
    waiting_.erase(item);
    Share& share = shares_.at(taken.uid);
    ++share.running;
    share.last_turn = ++turns_;
    return taken;
}

void Lane::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        ++idle_;
        wake_.wait_for(lock, idle_time, [this] { return closed_ || next() != waiting_.end(); });
        --idle_;
        const auto chosen = next();
        if (chosen == waiting_.end()) break;
        auto item = take(chosen);
        lock.unlock();
        item.task(stop_.get_token());
        item.task = nullptr;  // what it holds goes before the lock is taken again
        lock.lock();
        const auto share = shares_.find(item.uid);
        --share->second.running;
        const bool waits = std::ranges::find(waiting_, item.uid, &Item::uid) != waiting_.end();
        if (share->second.running == 0 && !waits) shares_.erase(share);
    }
    ended_.push_back(std::this_thread::get_id());
}

void Lane::reap() {
    std::erase_if(threads_, [this](const std::jthread& thread) {
        return std::find(ended_.begin(), ended_.end(), thread.get_id()) != ended_.end();
    });
    ended_.clear();
}

void Lane::shut_down() {
    std::vector<std::jthread> threads;
    {
        std::lock_guard lock(mutex_);
        closed_ = true;
        stop_.request_stop();
        threads.swap(threads_);
    }
    wake_.notify_all();
    threads.clear();  // joins
}

}  // namespace jts::hot_storage::engine
