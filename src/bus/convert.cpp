#include "bus/convert.hpp"

#include "bus/compat.hpp"

namespace jts::hot_storage::bus {

using sdbus::Variant;

Dict to_dict(const Change& change) {
    Dict dict{{"kind", Variant(std::string(to_string(change.kind)))},
              {"service", Variant(change.service)},
              {"subject", Variant(change.subject)},
              {"current", Variant(change.current)},
              {"desired", Variant(change.desired)}};
    if (change.kind == ChangeKind::set_owner_below) {
        dict.emplace("entries", Variant(change.entries));
        if (!change.examples.empty()) dict.emplace("examples", Variant(change.examples));
    }
    return dict;
}

Dict to_dict(const Refusal& refusal) {
    return {{"service", Variant(refusal.service)},
            {"subject", Variant(refusal.subject)},
            {"reason", Variant(refusal.reason)}};
}

Dict to_dict(const ProvisionReport& report) {
    return {{"change_id", Variant(report.change_id)},
            {"digest", Variant(report.digest)},
            {"applied", Variant(report.applied)},
            {"unchanged", Variant(report.unchanged)},
            {"changes", Variant(to_dicts(report.changes))},
            {"refused", Variant(to_dicts(report.refused))}};
}

sdbus::Error to_bus_error(const Error& error) {
    return sdbus::Error(compat::ErrorName(std::string(bus_error_name(error.code()))), error.what());
}

}  // namespace jts::hot_storage::bus
