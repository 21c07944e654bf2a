#include "client/convert.hpp"

namespace jts::hot_storage::client {

SampleReport to_sample(const Dictionary& result) {
    return {required<std::uint64_t>(result, "sampled_at"),
            required<std::uint32_t>(result, "services"), required<bool>(result, "incomplete")};
}

std::vector<HistoryPoint> to_history(const std::vector<HistoryStruct>& structs) {
    std::vector<HistoryPoint> points;
    points.reserve(structs.size());
    for (const auto& each : structs)
        points.push_back({each.get<0>(), each.get<1>(), each.get<2>(), each.get<3>()});
    return points;
}

}  // namespace jts::hot_storage::client
