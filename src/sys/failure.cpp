#include "sys/failure.hpp"

#include <cerrno>
#include <system_error>

#include "core/text.hpp"

namespace jts::hot_storage::sys {

namespace {

ErrorCode code_for(int errno_value) {
    return errno_value == ENOSPC || errno_value == EDQUOT ? ErrorCode::no_space : ErrorCode::failed;
}

std::string text_of(std::string_view action, const std::string& subject, int errno_value) {
    return "cannot " + std::string(action) + " " + subject + ": " +
           std::generic_category().message(errno_value);
}

}  // namespace

Error failure(std::string_view action, std::string_view subject, int errno_value) {
    return {code_for(errno_value), text_of(action, escape_shortly(subject), errno_value)};
}

Error failure_below(std::string_view action, std::string_view path, int errno_value) {
    return {code_for(errno_value), text_of(action, escape_shortly(path), errno_value),
            text_of(action, "an entry below a declared directory", errno_value) +
                "; holders of action probe are told which"};
}

}  // namespace jts::hot_storage::sys
