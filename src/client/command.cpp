#include "client/command.hpp"

#include <cstdlib>
#include <string_view>

namespace jts::hot_storage::client {

namespace {

bool terminal_is_dumb() {
    const char* terminal = std::getenv("TERM");
    return terminal != nullptr && std::string_view(terminal) == "dumb";
}

/// https://no-color.org: set and not empty.
bool environment_forbids_color() {
    const char* no_color = std::getenv("NO_COLOR");
    return (no_color != nullptr && *no_color != '\0') || terminal_is_dumb();
}

}  // namespace

void Session::note(std::string_view text) {
    if (!options_.quiet) warn(text);
}

bool Session::shows_progress() const {
    return console_.remarks_on_terminal() && !options_.quiet && !wants_json() &&
           !terminal_is_dumb();
}

Style Session::style(bool on_terminal) const {
    const bool automatic = options_.color == ColorMode::automatic;
    const bool color = automatic ? on_terminal && !environment_forbids_color()
                                 : options_.color == ColorMode::always;
    return {color, options_.legend};
}

}  // namespace jts::hot_storage::client
