/// Where the source tree and the build tree are. Only paths.cpp knows, so that no other object file
/// depends on the folder that it was compiled in, and compiler caches serve every clone.
#pragma once

#include <string>

namespace jts::hot_storage::test {

std::string source_path(const std::string& relative = "");
std::string built_path(const std::string& relative = "");

}  // namespace jts::hot_storage::test
