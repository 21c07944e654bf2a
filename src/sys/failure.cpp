#include "sys/failure.hpp"

#include <cerrno>
#include <system_error>

#include "core/text.hpp"

namespace jts::hot_storage::sys {

namespace {

ErrorCode code_for(int errno_value) {
    return errno_value == ENOSPC || errno_value == EDQUOT ? ErrorCode::no_space : ErrorCode::failed;
}

}  // namespace

Error failure(std::string_view action, std::string_view subject, int errno_value) {
    return {code_for(errno_value), "cannot " + std::string(action) + " " + escape(subject) + ": " +
                                       std::generic_category().message(errno_value)};
}

}  // namespace jts::hot_storage::sys
