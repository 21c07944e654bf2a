/// Gives what lies below one declared directory to its owner.
#pragma once

#include <stop_token>

#include "core/layout.hpp"
#include "core/plan.hpp"
#include "sys/below.hpp"
#include "sys/changer.hpp"

namespace jts::hot_storage::sys {

/// `directory` is the declared directory `target` itself, open, and known to be the right one.
ChangeOutcome give_below(const Layout& layout, const Declared& target, int directory,
                         const Want& want, const BelowOptions& options,
                         const std::stop_token& stop);

}  // namespace jts::hot_storage::sys
