#include "client/help.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace jts::hot_storage::client {

namespace {

using Entry = std::pair<std::string, std::string>;

/// `layout check` for a command of a command.
std::string full_name(const CLI::App& app) {
    const CLI::App* parent = app.get_parent();
    return parent == nullptr ? app.get_name() : full_name(*parent) + ' ' + app.get_name();
}

std::string positionals(const CLI::App& command) {
    std::string text;
    for (const auto* option :
         command.get_options([](const auto* each) { return each->get_positional(); }))
        text += option->get_required() ? ' ' + option->get_name(true)
                                       : " [" + option->get_name(true) + "...]";
    return text;
}

/// `-q, --quiet`, `--timeout SEC`; options align behind the room that a short name takes.
std::string spelling(const CLI::Option& option) {
    std::string text;
    for (const auto& name : option.get_snames()) text += '-' + name + ", ";
    if (text.empty()) text = "    ";
    for (const auto& name : option.get_lnames()) text += "--" + name;
    return text + option.get_option_text();
}

/// Commands with commands of their own are listed by these.
void add_commands(const CLI::App& app, const std::string& prefix, std::vector<Entry>& entries) {
    for (const auto* command : app.get_subcommands([](const auto*) { return true; })) {
        const std::string name = prefix + command->get_name();
        if (command->get_require_subcommand_min() > 0)
            add_commands(*command, name + ' ', entries);
        else
            entries.emplace_back(name + positionals(*command), command->get_description());
    }
}

std::vector<Entry> options_of(const CLI::App& app) {
    std::vector<Entry> entries;
    for (const auto* option :
         app.get_options([](const auto* each) { return each->nonpositional(); }))
        entries.emplace_back(spelling(*option), option->get_description());
    return entries;
}

std::vector<Entry> arguments_of(const CLI::App& app) {
    std::vector<Entry> entries;
    for (const auto* option :
         app.get_options([](const auto* each) { return each->get_positional(); }))
        entries.emplace_back(option->get_name(true), option->get_description());
    return entries;
}

std::string section(const std::string& title, const std::vector<Entry>& entries) {
    if (entries.empty()) return {};
    std::size_t width = 0;
    for (const auto& entry : entries) width = std::max(width, entry.first.size());
    std::string text = '\n' + title + ":\n";
    for (const auto& [left, right] : entries)
        text += "  " + left + std::string(width - left.size() + 2, ' ') + right + '\n';
    return text;
}

}  // namespace

std::string HelpFormatter::make_help(const CLI::App* app, std::string, CLI::AppFormatMode) const {
    std::vector<Entry> commands;
    add_commands(*app, "", commands);
    std::string text = "Usage: " + full_name(*app) + " [OPTION...]" +
                       (commands.empty() ? positionals(*app) : " COMMAND") + "\n\n" +
                       app->get_description() + '\n';
    text += section("Commands", commands) + section("Arguments", arguments_of(*app)) +
            section("Options", options_of(*app));
    if (!app->get_footer().empty()) text += '\n' + app->get_footer();
    return text;
}

}  // namespace jts::hot_storage::client
