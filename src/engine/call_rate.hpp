/// How often each user may call: a bucket of tokens that fills again with time.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <unordered_map>

namespace jts::hot_storage::engine {

struct CallRateLimits {
    double burst = 1000;      ///< calls at once
    double per_second = 200;  ///< and from then on
};

/// One thread at a time. Remembers users only while they call often.
class CallRate {
  public:
    using Time = std::chrono::steady_clock::time_point;

    explicit CallRate(CallRateLimits limits = {}) : limits_(limits) {}

    /// Takes a token of the user's. False: there is none, and the call is to be refused.
    bool take(std::uint32_t uid, Time now);

    std::size_t remembered() const { return buckets_.size(); }

  private:
    struct Bucket {
        double tokens;
        Time filled_at;
    };

    double tokens_at(const Bucket& bucket, Time now) const;
    void forget_full(Time now);

    const CallRateLimits limits_;
    std::unordered_map<std::uint32_t, Bucket> buckets_;
    unsigned takes_ = 0;
};

}  // namespace jts::hot_storage::engine
