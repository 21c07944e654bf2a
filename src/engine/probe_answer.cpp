#include "engine/probe_answer.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "core/layout.hpp"
#include "core/layout_values.hpp"
#include "core/text.hpp"
#include "engine/answer_json.hpp"

namespace jts::hot_storage::engine {
namespace {

using answer_json::member;
using answer_json::parse;
using answer_json::reject;
using answer_json::require_size;
using nlohmann::json;

constexpr std::size_t max_results = 1024;
constexpr std::size_t max_error = 32;
constexpr std::size_t max_reason = 256;

std::string text_of(const json& object, const char* key) {
    return member(object, key, json::value_t::string).get<std::string>();
}

bool is_errno_name(std::string_view text) {
    return text.size() <= max_error && text.starts_with('E') &&
           std::ranges::all_of(
               text, [](char c) { return ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9'); });
}

DirectoryKey directory_of(const json& item) {
    DirectoryKey key{text_of(item, "service"), text_of(item, "directory")};
    if (!is_service_name(key.first)) reject("\"service\" is no service name");
    if (!key.second.empty() && !is_directory_name(key.second))
        reject("\"directory\" is no directory name");
    return key;
}

std::string error_name_of(const json& item) {
    auto name = text_of(item, "error");
    if (!name.empty() && !is_errno_name(name)) reject("\"error\" is no name of an error");
    return name;
}

std::string reason_of(const json& item) {
    const auto reason = text_of(item, "reason");
    if (reason.size() > max_reason) reject("\"reason\" is too long");
    return escape(reason);
}

ProbeResult result_of(const json& item) {
    require_size(item, 5);
    ProbeResult result{
        .directory = directory_of(item),
        .error = error_name_of(item),
        .reason = reason_of(item),
        .latency_usec =
            member(item, "latency_usec", json::value_t::number_unsigned).get<std::uint64_t>()};
    if (result.error.empty() != result.reason.empty()) reject("a result is neither good nor bad");
    return result;
}

}  // namespace

std::vector<ProbeResult> parse_probe_answer(std::string_view text) {
    const auto document = parse(text);
    require_size(document, 1);
    const auto& list = member(document, "results", json::value_t::array);
    if (list.size() > max_results) reject("\"results\" is too long");
    std::vector<ProbeResult> results;
    std::set<DirectoryKey> seen;
    for (const auto& item : list) {
        results.push_back(result_of(item));
        if (!seen.insert(results.back().directory).second) reject("a directory stands twice");
    }
    return results;
}

}  // namespace jts::hot_storage::engine
