/// Whose the connections on the bus are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

namespace jts::hot_storage::bus {

/// The users of the connections that called last, so that the bus need not be asked at every call.
/// A unique name is never given to another connection as long as the bus lives (D-Bus
/// specification, "Bus names"), and the credentials that the bus tells of are those of the moment
/// it was connected; where the bus ends, so does the daemon. Not for several threads.
class KnownUsers {
  public:
    explicit KnownUsers(std::size_t most = 256) : most_(most) {}

    std::optional<std::uint32_t> find(const std::string& unique_name) const {
        const auto found = uids_.find(unique_name);
        return found != uids_.end() ? std::optional(found->second) : std::nullopt;
    }

    /// The one that was learned first is forgotten where there are too many.
    void learn(const std::string& unique_name, std::uint32_t uid) {
        if (!uids_.emplace(unique_name, uid).second) return;
        order_.push_back(unique_name);
        if (order_.size() <= most_) return;
        uids_.erase(order_.front());
        order_.pop_front();
    }

  private:
    const std::size_t most_;
    std::unordered_map<std::string, std::uint32_t> uids_;
    std::deque<std::string> order_;
};

}  // namespace jts::hot_storage::bus
