/// From the bus's dictionaries to the model, for clients. Keys that this library does not know are
/// skipped, so that a newer service can say more; a missing key, a value of another type or an
/// unknown kind of change is `Error(failed)`: half an answer is not shown as a whole one.
///
/// Where a method has several out arguments, the form that takes one dictionary reads them by their
/// names, as a job's `Wait` answers.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "client/convert_dictionary.hpp"
#include "jts/hot_storage/client.hpp"
#include "jts/hot_storage/model.hpp"

namespace jts::hot_storage::client {

ServiceStatus to_status(const Dictionary& properties);
Alert to_alert(const Dictionary& dictionary);
Level to_level(const std::string& name);
Change to_change(const Dictionary& dictionary);
Refusal to_refusal(const Dictionary& dictionary);
PlanReport to_plan(const std::string& digest, const std::vector<Dictionary>& changes);
PlanReport to_plan(const Dictionary& result);
ProvisionReport to_provision(const Dictionary& result);
AppliedChange to_applied_change(const Dictionary& dictionary);
RollbackReport to_rollback(const Dictionary& result);
/// Of signal ChangeApplied.
ChangeApplied to_change_applied(const std::string& change_id, const Dictionary& details);

Finding to_finding(const Dictionary& dictionary);
ValidationReport to_validation(const Dictionary& result);

using DictionaryByName = std::map<std::string, Dictionary>;

ServiceUsage to_service_usage(const Dictionary& dictionary);
std::map<std::string, ServiceUsage> to_service_usages(const DictionaryByName& services);
FilesystemUsage to_filesystem_usage(const Dictionary& dictionary);
UsageReport to_usage(const DictionaryByName& services, const std::vector<Dictionary>& filesystems);
UsageReport to_usage(const Dictionary& result);
/// Option `max_age` of GetUsage. A negative age is none.
sdbus::Variant to_bus_age(std::chrono::microseconds age);

SampleReport to_sample(const Dictionary& result);
/// time, used, apparent, inodes
using HistoryStruct = sdbus::Struct<std::uint64_t, std::uint64_t, std::uint64_t, std::uint64_t>;
std::vector<HistoryPoint> to_history(const std::vector<HistoryStruct>& structs);

JobState to_job_state(const std::string& name);
JobStatus to_job(const std::string& id, const Dictionary& properties);

}  // namespace jts::hot_storage::client
