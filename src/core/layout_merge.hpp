/// Layout files merged in order, and which of them set what. Private to the layout's reader.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace jts::hot_storage {

struct MergedLayout {
    nlohmann::json document = nlohmann::json::object();
    /// For each scalar or array, by JSON pointer, the file that set it last.
    std::map<std::string, std::string> sources;

    /// RFC 7396, whose rules are few enough that keeping account of sources is most of the work.
    void apply(const nlohmann::json& patch, const std::string& file);
};

}  // namespace jts::hot_storage
