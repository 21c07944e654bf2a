#include "engine/answer_size.hpp"

#include <numeric>
#include <string>

namespace jts::hot_storage::engine {
namespace {

/// Keys, signatures and padding of one element of an `aa{sv}`.
constexpr std::size_t element_bytes = 512;
constexpr std::size_t padding = 8;

template <typename Item, typename Size>
std::size_t sum(const std::vector<Item>& items, const Size& size) {
    return std::accumulate(
        items.begin(), items.end(), std::size_t{0},
        [&](std::size_t so_far, const Item& item) { return so_far + size(item); });
}

std::size_t size_of(const std::vector<std::string>& texts) {
    return sum(texts, [](const std::string& text) { return text.size() + padding; });
}

std::size_t size_of(const std::vector<Change>& changes) {
    return sum(changes, [](const Change& change) {
        return element_bytes + change.service.size() + change.subject.size() +
               change.current.size() + change.desired.size() + size_of(change.examples);
    });
}

std::size_t size_of(const std::vector<Refusal>& refusals) {
    return sum(refusals, [](const Refusal& refusal) {
        return element_bytes + refusal.service.size() + refusal.subject.size() +
               refusal.reason.size();
    });
}

std::size_t size_of(const std::vector<Finding>& findings) {
    return sum(findings, [](const Finding& finding) {
        return element_bytes + finding.subject.size() + finding.expected.size() +
               finding.actual.size() + finding.message.size() + finding.fix.size() +
               size_of(finding.examples);
    });
}

std::size_t size_of(const AppliedChange& change) {
    return element_bytes + size_of(change.changes);
}

}  // namespace

bool is_too_large(const PlanReport& report) {
    return size_of(report.changes) > most_answer_bytes;
}

bool is_too_large(const ProvisionReport& report) {
    return size_of(report.changes) + size_of(report.refused) > most_answer_bytes;
}

bool is_too_large(const ValidationReport& report) {
    return size_of(report.findings) > most_answer_bytes;
}

bool is_too_large(const RollbackReport& report) {
    return size_of(report.not_restored) > most_answer_bytes;
}

void keep_newest(std::vector<AppliedChange>& changes, std::size_t most) {
    std::size_t size = 0;
    auto first = changes.end();
    while (first != changes.begin()) {
        size += size_of(*std::prev(first));
        if (size > most) break;
        --first;
    }
    changes.erase(changes.begin(), first);
}

}  // namespace jts::hot_storage::engine
