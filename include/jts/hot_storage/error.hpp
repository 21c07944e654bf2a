/// Errors of the whole product: one code, one sentence that says what, where, why and what to do.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace jts::hot_storage {

/// What went wrong, in the terms callers act on. Each code has one D-Bus error name
/// (`bus_error_name`); docs/contract.md says when each is used.
enum class ErrorCode {
    invalid_args,          ///< ill-formed argument or unknown option
    access_denied,         ///< polkit said no, or could not be asked
    interactive_required,  ///< polkit would ask for a password, but the caller forbade prompts
    limits_exceeded,       ///< too many calls of this user are waiting
    not_supported,         ///< the host lacks what the call needs
    unknown_service,       ///< a well-formed service name that the layout lacks
    invalid_layout,        ///< a layout file was rejected; the message names file and JSON pointer
    unsafe_path,           ///< the base or a parent of it could be led astray by a user
    account_conflict,      ///< an account exists and may not be used as a service account
    plan_stale,            ///< what is there has changed since the plan was made
    busy,                  ///< a lock that somebody else holds, such as /etc/.pwd.lock
    no_space,              ///< ENOSPC or EDQUOT
    cancelled,             ///< stopped before its end, and consistent
    still_running,        ///< the call's time was up; the message begins with its job's object path
    not_found,            ///< no job or change of that id
    rolled_back,          ///< failed, and everything is as before but for accounts and special bits
    partial,              ///< failed, and undoing failed too; the message says what stands
    recovery_pending,     ///< an interrupted change is being finished, or cannot be
    service_unreachable,  ///< client only: nobody answers on the bus
    timed_out,            ///< client only: no answer within the time allowed
    failed,               ///< anything else; the message carries the errno text
};

/// The one exception type that crosses module boundaries. Immutable, hence safe to share.
class Error : public std::runtime_error {
  public:
    Error(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
    /// Where `message` has names from inside the tree, `without_names` is for those who may not see
    /// them. Else it is the same.
    Error(ErrorCode code, const std::string& message, const std::string& without_names)
        : Error(code, message) {
        if (without_names != message) without_names_.emplace(without_names);
    }
    ErrorCode code() const noexcept { return code_; }
    bool has_names() const noexcept { return without_names_.has_value(); }
    /// For everybody to read.
    const char* public_what() const noexcept {
        return without_names_ ? without_names_->what() : what();
    }
    Error without_names() const { return {code_, public_what()}; }
    Error as(ErrorCode code) const { return {code, what(), public_what()}; }
    Error followed_by(const std::string& more) const {
        return {code_, what() + more, public_what() + more};
    }

  private:
    ErrorCode code_;
    std::optional<std::runtime_error> without_names_;  // whose copies do not throw
};

/// `org.jts.HotStorage1.Error.…` or `org.freedesktop.DBus.Error.…`, as docs/contract.md lists them.
std::string_view bus_error_name(ErrorCode code) noexcept;

/// The inverse of `bus_error_name`, for clients; nothing for names that are not ours to know.
std::optional<ErrorCode> error_code_from_bus_name(std::string_view name) noexcept;

}  // namespace jts::hot_storage
