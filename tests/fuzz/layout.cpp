// Layout files, one a part: whatever they hold, what comes out is a layout that reads back as
// itself.
#include <nlohmann/json.hpp>

#include "core/layout_reader.hpp"
#include "fuzz/shown_text.hpp"

namespace jts::hot_storage::fuzz {
namespace {

using nlohmann::json;

std::vector<LayoutFile> files_of(std::string_view input) {
    std::vector<LayoutFile> files;
    for (const auto text : parts_of(input))
        files.push_back({std::to_string(files.size()) + ".json", std::string(text), {}});
    return files;
}

void require_same(const LayoutResult& one, const LayoutResult& other) {
    REQUIRE(one.layout == other.layout);
    REQUIRE(one.document == other.document);
    REQUIRE(one.canonical == other.canonical);
}

void require_rereads(const LayoutResult& result) {
    const auto again = read_layout({{"again.json", result.document, {}}});
    REQUIRE(again.rejected.empty());
    require_same(again, result);
}

bool is_rejected(const LayoutResult& result, const std::string& path) {
    for (const auto& file : result.rejected)
        if (file.path == path) return true;
    return false;
}

/// What is rejected leaves no trace.
void require_same_without_rejected(const std::vector<LayoutFile>& files,
                                   const LayoutResult& result) {
    std::vector<LayoutFile> accepted;
    for (const auto& file : files)
        if (!is_rejected(result, file.path)) accepted.push_back(file);
    const auto again = read_layout(accepted);
    REQUIRE(again.rejected.empty());
    REQUIRE(again.sources == result.sources);
    require_same(again, result);
}

std::size_t count_leaves(const json& value) {
    if (!value.is_object()) return 1;
    std::size_t count = 0;
    for (const auto& member : value) count += count_leaves(member);
    return count;
}

/// An empty object has no source, and is none.
void require_sources(const LayoutResult& result) {
    const auto document = json::parse(result.document);
    REQUIRE(result.sources.size() == count_leaves(document));
    for (const auto& [pointer, file] : result.sources)
        REQUIRE(!document.at(json::json_pointer(pointer)).is_object());
}

void require_names(const LayoutResult& result) {
    for (const auto& service : result.layout.services) {
        REQUIRE(is_service_name(service.name));
        REQUIRE(!service.directories.empty() && service.own().name.empty());
        for (const auto& dir : service.directories) {
            REQUIRE(dir.mode <= 0777);
            REQUIRE(dir.name.find('/') == std::string::npos && dir.name != ".." && dir.name != ".");
        }
    }
}

}  // namespace
}  // namespace jts::hot_storage::fuzz

FUZZ_TARGET(input) {
    using namespace jts::hot_storage;
    using namespace jts::hot_storage::fuzz;
    const auto files = files_of(input);
    const auto result = read_layout(files);
    require_rereads(result);
    if (!result.rejected.empty()) require_same_without_rejected(files, result);
    require_sources(result);
    require_names(result);
    require_shown(describe(result.rejected));
}
