#include "sys/below.hpp"

#include <cerrno>

#include "sys/path.hpp"
#include "sys/survey.hpp"

namespace jts::hot_storage::sys {

Fd open_declared(const Declared& declared) {
    const Fd directory = open_if_directory(declared.path);
    Look seen;
    // A mount that root may not look into holds nothing for us (EntryState::Type::sealed).
    if (!directory || look(directory.get(), seen) == EACCES) return {};
    return open_for_reading(directory.get(), declared.path);
}

void look_below(const Layout& layout, Observation& observation,
                const std::vector<std::string>& services, const BelowOptions& options,
                const std::stop_token& stop) {
    SurveyOptions survey_options;
    survey_options.below = options;
    auto found = survey(layout, observation, services, survey_options, stop);
    if (!found.unreadable.empty()) throw Error(found.unreadable.begin()->second);
    for (auto& [key, below] : found.below) observation.directories[key].below = std::move(below);
}

}  // namespace jts::hot_storage::sys
