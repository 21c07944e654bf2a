/// What the tests of the layout share: files as read_layout takes them.
#pragma once

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/layout_reader.hpp"
#include "support/paths.hpp"

namespace jts::hot_storage::test {

inline std::string read_source(const std::string& path) {
    std::ifstream file(source_path(path));
    std::ostringstream text;
    text << file.rdbuf();
    if (!file || text.str().empty()) throw std::runtime_error("cannot read " + path);
    return text.str();
}

/// The shipped layout.
inline LayoutFile vendor() {
    return {"layout.json", read_source("layout/layout.json"), std::nullopt};
}

/// A drop-in that holds `"format": 1` and the given members.
inline LayoutFile drop_in(const std::string& path, const std::string& members) {
    return {path, R"({"format": 1, )" + members + "}", std::nullopt};
}

/// A drop-in that changes one service.
inline LayoutFile service_drop_in(const std::string& path, const std::string& service,
                                  const std::string& value) {
    return drop_in(path, R"("services": {")" + service + R"(": )" + value + "}");
}

/// The shipped layout with files after it. None may be rejected.
inline Layout layout_with(std::vector<LayoutFile> drop_ins) {
    drop_ins.insert(drop_ins.begin(), vendor());
    auto result = read_layout(drop_ins);
    if (!result.rejected.empty()) throw std::runtime_error(describe(result.rejected));
    return result.layout;
}

}  // namespace jts::hot_storage::test
