/// Counts with a few examples, of what is met below one declared directory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/observation.hpp"

namespace jts::hot_storage::sys {

class Tally {
  public:
    /// Counts `names` more entries to give to the owner; `path` is asked for while examples lack.
    template <typename Path>
    void foreign(const Path& path, std::uint64_t names = 1) {
        state_.foreign += names;
        add_example(state_.examples, path);
    }

    template <typename Path>
    void refused(const char* reason, const Path& path, std::uint64_t names = 1) {
        RefusedBelow& refused = refusals_of(reason);
        refused.count += names;
        add_example(refused.examples, path);
    }

    /// Adds up what workers counted, each on its own. Sorted, examples too.
    void merge(const Tally& other);
    const BelowState& state() const noexcept { return state_; }

  private:
    static constexpr std::size_t max_examples = 20;

    template <typename Path>
    static void add_example(std::vector<std::string>& examples, const Path& path) {
        if (examples.size() < max_examples) insert_example(examples, path());
    }
    static void insert_example(std::vector<std::string>& examples, const std::string& path);
    static void merge_examples(std::vector<std::string>& into,
                               const std::vector<std::string>& from);
    RefusedBelow& refusals_of(std::string_view reason);

    BelowState state_;
};

}  // namespace jts::hot_storage::sys
