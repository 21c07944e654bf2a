#include "engine/call_rate.hpp"

#include <algorithm>

namespace jts::hot_storage::engine {
namespace {

constexpr unsigned takes_between_sweeps = 1024;

}  // namespace

double CallRate::tokens_at(const Bucket& bucket, Time now) const {
    const std::chrono::duration<double> passed = now - bucket.filled_at;
    return std::min(limits_.burst, bucket.tokens + passed.count() * limits_.per_second);
}

bool CallRate::take(std::uint32_t uid, Time now) {
    if (++takes_ % takes_between_sweeps == 0) forget_full(now);
    Bucket& bucket = buckets_.try_emplace(uid, Bucket{limits_.burst, now}).first->second;
    bucket = {tokens_at(bucket, now), now};
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
}

/// A full bucket is what an unknown user has.
void CallRate::forget_full(Time now) {
    std::erase_if(buckets_,
                  [&](const auto& item) { return tokens_at(item.second, now) >= limits_.burst; });
}

}  // namespace jts::hot_storage::engine
