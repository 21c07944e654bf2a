#include "probe/answer.hpp"

#include <nlohmann/json.hpp>

namespace jts::hot_storage::probe {
namespace {

using nlohmann::json;

json to_json(const ProbeResult& result) {
    return {{"service", result.directory.first},
            {"directory", result.directory.second},
            {"error", result.error},
            {"reason", result.reason},
            {"latency_usec", result.latency_usec}};
}

}  // namespace

std::string answer_of(const std::vector<ProbeResult>& results) {
    auto list = json::array();
    for (const auto& result : results) list.push_back(to_json(result));
    const json document = {{"results", std::move(list)}};
    return document.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace jts::hot_storage::probe
