/// From the bus's dictionaries to the model, for clients. Keys that this library does not know are
/// skipped, so that a newer service can say more; a missing key, a value of another type or an
/// unknown kind of change is `Error(failed)`: half an answer is not shown as a whole one.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <map>
#include <string>
#include <vector>

#include "jts/hot_storage/client.hpp"
#include "jts/hot_storage/model.hpp"

namespace jts::hot_storage::client {

using Dictionary = std::map<std::string, sdbus::Variant>;

ServiceStatus to_status(const Dictionary& properties);
Change to_change(const Dictionary& dictionary);
Refusal to_refusal(const Dictionary& dictionary);
PlanReport to_plan(const std::string& digest, const std::vector<Dictionary>& changes);
ProvisionReport to_provision(const Dictionary& result);

}  // namespace jts::hot_storage::client
