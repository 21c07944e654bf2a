/// From the arguments of the process to what is to be done.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "client/command.hpp"

namespace jts::hot_storage::client {

struct Invocation {
    GlobalOptions options;
    Action action;
};

/// --help and --version: text for stdout, and nothing else to do.
struct Answer {
    std::string text;
};

/// `arguments` without the program's name. Throws `Error(invalid_args)` where they make no sense.
std::variant<Invocation, Answer> parse_command_line(const std::vector<std::string>& arguments);

}  // namespace jts::hot_storage::client
