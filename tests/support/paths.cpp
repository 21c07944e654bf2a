#include "support/paths.hpp"

namespace jts::hot_storage::test {

std::string source_path(const std::string& relative) {
    return std::string(JTS_SOURCE_DIR) + (relative.empty() ? "" : "/" + relative);
}

std::string built_path(const std::string& relative) {
    return std::string(JTS_BINARY_DIR) + (relative.empty() ? "" : "/" + relative);
}

}  // namespace jts::hot_storage::test
