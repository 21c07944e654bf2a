#include "client/command.hpp"

#include <cstdlib>
#include <cstring>
#include <string_view>

#include "core/text.hpp"

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

/// The first of these that is set decides, as for every program.
bool environment_is_utf8() {
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"})
        if (const char* value = std::getenv(name); value != nullptr && *value != '\0')
            return ::strcasestr(value, "utf-8") != nullptr ||
                   ::strcasestr(value, "utf8") != nullptr;
    return false;
}

}  // namespace

void Session::offer_passwords() {
    if (!options_.prompts || !host_.empty() || !console_.interactive()) return;
    try {
        console_.offer_passwords();
    } catch (const Error& error) {
        warn(error.what());  // who needs no password can do without
    }
}

void Session::head() {
    if (!wants_json()) console_.data(escape(host_) + ":\n");
}

std::string Session::place() const {
    return host_.empty() ? "" : " on " + escape(host_);
}

void Session::print(Json document) {
    if (!host_.empty()) document["host"] = host_;
    console_.data(json_text(document, options_.json));
}

void Session::after_change(const std::string& change_id,
                           const std::function<void()>& print_result) try {
    print_result();
} catch (const Error& error) {
    if (change_id.empty()) throw;
    throw error.followed_by("; change " + change_id +
                            " was made all the same: jts-storage changes shows it");
}

void Session::note(std::string_view text) {
    if (!options_.quiet) warn(text);
}

bool Session::shows_progress() const {
    return console_.remarks_on_terminal() && !options_.quiet && !wants_json() &&
           !terminal_is_dumb();
}

bool Session::rewrites_screen() const {
    return console_.data_on_terminal() && !wants_json() && !terminal_is_dumb();
}

Style Session::style(bool on_terminal, std::size_t width) const {
    const bool automatic = options_.color == ColorMode::automatic;
    const bool color = automatic ? on_terminal && !environment_forbids_color()
                                 : options_.color == ColorMode::always;
    const bool symbols = on_terminal && environment_is_utf8() && !terminal_is_dumb();
    return {color, options_.legend, symbols, on_terminal ? width : 0};
}

void expect_one_host(const GlobalOptions& options, const char* reason) {
    if (options.hosts.size() > 1) throw Error(ErrorCode::invalid_args, reason);
}

}  // namespace jts::hot_storage::client
