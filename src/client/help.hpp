/// How --help looks: usage, commands, options, examples, one screen.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace jts::hot_storage::client {

class HelpFormatter final : public CLI::FormatterBase {
  public:
    std::string make_help(const CLI::App* app, std::string name,
                          CLI::AppFormatMode mode) const override;
};

}  // namespace jts::hot_storage::client
