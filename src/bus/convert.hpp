/// From the model to D-Bus dictionaries, with the keys of docs/contract.md.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <vector>

#include "bus/arguments.hpp"
#include "jts/hot_storage/error.hpp"
#include "jts/hot_storage/model.hpp"

namespace jts::hot_storage::bus {

Dict to_dict(const Change& change);
Dict to_dict(const Refusal& refusal);
Dict to_dict(const ProvisionReport& report);

template <typename Value>
std::vector<Dict> to_dicts(const std::vector<Value>& values) {
    std::vector<Dict> dicts;
    dicts.reserve(values.size());
    for (const auto& value : values) dicts.push_back(to_dict(value));
    return dicts;
}

sdbus::Error to_bus_error(const Error& error);

}  // namespace jts::hot_storage::bus
