#include "accounts/answer.hpp"

#include <nlohmann/json.hpp>

namespace jts::hot_storage::accounts {
namespace {

using nlohmann::json;

constexpr std::size_t max_message = 8192;  // the reader takes no more than 64 KiB in all

const char* name_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::account_conflict:
            return "account-conflict";
        case ErrorCode::invalid_layout:
            return "invalid-layout";
        case ErrorCode::unsafe_path:
            return "unsafe-path";
        case ErrorCode::no_space:
            return "no-space";
        case ErrorCode::busy:
            return "busy";
        default:
            return "failed";
    }
}

/// Messages hold escaped text only; bytes that are not UTF-8 would mean a bug, and are replaced.
std::string line(const json& document) {
    return document.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string answer_of(const Outcome& outcome) {
    return line({{"format", 1},
                 {"ok", true},
                 {"created", outcome.created},
                 {"repaired", outcome.repaired}});
}

std::string answer_of(const Error& error) {
    const auto message = std::string(error.what()).substr(0, max_message);
    return line({{"format", 1},
                 {"ok", false},
                 {"error", {{"code", name_of(error.code())}, {"message", message}}}});
}

}  // namespace jts::hot_storage::accounts
