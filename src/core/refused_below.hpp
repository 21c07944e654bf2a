/// What was refused below a directory, as callers see it.
#pragma once

#include <string>
#include <vector>

#include "core/observation.hpp"
#include "jts/hot_storage/model.hpp"

namespace jts::hot_storage {

/// Adds to `named` each entry by its name, as far as names were kept, and to `counted` the
/// directory with a count, for callers who may not see names. `directory`: its escaped path.
void name_refused(const std::string& service, const std::string& directory,
                  const RefusedBelow& refused, std::vector<Refusal>& named,
                  std::vector<Refusal>& counted);

}  // namespace jts::hot_storage
