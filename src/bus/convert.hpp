/// From the model to D-Bus dictionaries, with the keys of docs/contract.md.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <vector>

#include "bus/arguments.hpp"
#include "engine/job.hpp"
#include "jts/hot_storage/error.hpp"
#include "jts/hot_storage/model.hpp"

namespace jts::hot_storage::bus {

Dict to_dict(const Change& change);
Dict to_dict(const Refusal& refusal);
Dict to_dict(const ProvisionReport& report);
Dict to_dict(const AppliedChange& change);
Dict to_dict(const RollbackReport& report);
Dict to_dict(const Finding& finding);
Dict to_dict(const ValidationReport& report);
Dict to_dict(const SampleReport& report);
Dict to_dict(const Alert& alert);
Dict to_dict(const DirectoryUsage& directory);
Dict to_dict(const ServiceUsage& usage);
Dict to_dict(const FilesystemUsage& filesystem);
std::map<std::string, Dict> to_dicts(const std::map<std::string, ServiceUsage>& services);

/// time, used, apparent, inodes
using HistoryStruct = sdbus::Struct<std::uint64_t, std::uint64_t, std::uint64_t, std::uint64_t>;
std::vector<HistoryStruct> to_structs(const std::vector<HistoryPoint>& points);

/// What Job.Wait answers: a method's out arguments by their names, a lone dictionary as it is.
Dict to_dict(const engine::JobResult& result);

template <typename Value>
std::vector<Dict> to_dicts(const std::vector<Value>& values) {
    std::vector<Dict> dicts;
    dicts.reserve(values.size());
    for (const auto& value : values) dicts.push_back(to_dict(value));
    return dicts;
}

sdbus::Error to_bus_error(const Error& error);

}  // namespace jts::hot_storage::bus
