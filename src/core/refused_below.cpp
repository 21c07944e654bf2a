#include "core/refused_below.hpp"

namespace jts::hot_storage {

namespace {

std::string entries_text(std::uint64_t count, bool more = false) {
    return std::to_string(count) + (more ? " more" : "") + (count == 1 ? " entry" : " entries");
}

/// Puts a count behind the first word of a reason, which stays the first word.
std::string with_count(const std::string& reason, const std::string& count) {
    const auto colon = reason.find(": ");
    if (colon == std::string::npos) return reason + ": " + count;
    return reason.substr(0, colon) + ": " + count + ": " + reason.substr(colon + 2);
}

}  // namespace

void name_refused(const std::string& service, const std::string& directory,
                  const RefusedBelow& refused, std::vector<Refusal>& named,
                  std::vector<Refusal>& counted) {
    for (const auto& example : refused.examples)
        named.push_back({service, example, refused.reason});
    if (refused.count > refused.examples.size()) {
        const auto rest = refused.count - refused.examples.size();
        named.push_back(
            {service, directory,
             with_count(refused.reason, entries_text(rest, !refused.examples.empty()))});
    }
    counted.push_back(
        {service, directory, with_count(refused.reason, entries_text(refused.count))});
}

}  // namespace jts::hot_storage
