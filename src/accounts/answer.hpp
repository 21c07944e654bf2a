/// What the program says on stdout. The daemon reads it back with engine/helper_answer.hpp.
#pragma once

#include <string>

#include "accounts/create_accounts.hpp"
#include "jts/hot_storage/error.hpp"

namespace jts::hot_storage::accounts {

/// `{"format":1,"ok":true,"created":[…],"repaired":[…]}`
std::string answer_of(const Outcome& outcome);

/// `{"format":1,"ok":false,"error":{"code":"busy","message":"…"}}`
std::string answer_of(const Error& error);

}  // namespace jts::hot_storage::accounts
