#include "sys/tally.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace jts::hot_storage::sys {

void Tally::insert_example(std::vector<std::string>& examples, const std::string& path) {
    if (!path.empty()) examples.push_back(escape_shortly(path));
}

void Tally::merge_examples(std::vector<std::string>& into, const std::vector<std::string>& from) {
    into.insert(into.end(), from.begin(), from.end());
    std::ranges::sort(into);
    if (into.size() > max_examples) into.resize(max_examples);
}

RefusedBelow& Tally::refusals_of(std::string_view reason) {
    const auto found = std::ranges::find(state_.refused, reason, &RefusedBelow::reason);
    if (found != state_.refused.end()) return *found;
    return state_.refused.emplace_back(RefusedBelow{std::string(reason), 0, {}});
}

void Tally::merge(const Tally& other) {
    state_.foreign += other.state_.foreign;
    merge_examples(state_.examples, other.state_.examples);
    for (const RefusedBelow& from : other.state_.refused) {
        RefusedBelow& into = refusals_of(from.reason);
        into.count += from.count;
        merge_examples(into.examples, from.examples);
    }
    std::ranges::sort(state_.refused, {}, &RefusedBelow::reason);
}

}  // namespace jts::hot_storage::sys
