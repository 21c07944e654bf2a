/// The answer of GetUsage without directories as the bus has it, kept while callers get the same.
/// Those with directories differ from caller to caller, and are not kept.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bus/convert.hpp"

namespace jts::hot_storage::bus {

/// Each value on the bus is a message of its own to sdbus-c++: to make some 170 of them takes as
/// long as to send them. Not thread-safe, and neither are messages: for one thread.
class UsageAnswer {
  public:
    struct Form {
        std::map<std::string, Dict> services;
        std::vector<Dict> filesystems;
    };

    /// Valid until the next call.
    const Form& of(const UsageReport& report) {
        if (!report_ || *report_ != report) {
            form_ = {to_dicts(report.services), to_dicts(report.filesystems)};
            report_ = report;
        }
        return form_;
    }

  private:
    std::optional<UsageReport> report_;
    Form form_;
};

}  // namespace jts::hot_storage::bus
