/// A tree that was changed with a record of it, so that it can be given back.
#pragma once

#include "memory_log.hpp"
#include "sys/restore.hpp"
#include "tree_fixture.hpp"

namespace jts::hot_storage::test {

class RestoreTest : public TreeTest {
  protected:
    RestoreTest() { provision(); }

    /// Gives everything below `data` to the service, and records it.
    void change() {
        options.log = &log;
        apply(give_data_to("db"));
        options.log = nullptr;
    }

    /// Gives back what `from` says was changed, the last first.
    BelowState restore(const MemoryLog& from, const sys::RestoreOptions& how = {}) const {
        sys::Tally sum;
        for (auto number = from.batches.size(); number > 0; --number) {
            const auto found = from.outcomes.find(number - 1);
            std::optional<std::vector<sys::EntryOutcome>> outcomes;
            if (found != from.outcomes.end()) outcomes = found->second;
            sys::BatchRestore(layout, from.batches[number - 1], std::move(outcomes), how)
                .run({}, sum);
        }
        return sum.state();
    }
    BelowState restore() const { return restore(log); }

    /// Reasons with counts, as `touched 1`.
    static std::vector<std::string> reasons(const BelowState& state) {
        return refusals(state.refused);
    }

    MemoryLog log;
};

}  // namespace jts::hot_storage::test
