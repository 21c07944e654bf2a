/// A change's record in memory: what is tested with it is the tree, not the disk.
#pragma once

#include <map>
#include <mutex>
#include <vector>

#include "sys/change_log.hpp"

namespace jts::hot_storage::test {

class MemoryLog final : public sys::ChangeLog {
  public:
    std::uint64_t will_change(const sys::BatchRecord& batch) override {
        const std::lock_guard lock(mutex_);
        batches.push_back(batch);
        return batches.size() - 1;
    }
    void did_change(std::uint64_t batch, const std::vector<sys::EntryOutcome>& left) override {
        const std::lock_guard lock(mutex_);
        outcomes[batch] = left;
    }

    std::vector<sys::BatchRecord> batches;
    std::map<std::uint64_t, std::vector<sys::EntryOutcome>> outcomes;

  private:
    std::mutex mutex_;
};

}  // namespace jts::hot_storage::test
