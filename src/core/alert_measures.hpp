/// The numbers that subjects of alerts are held against. Private to the alerts.
#pragma once

#include <cstdint>
#include <string>

#include "core/layout.hpp"
#include "jts/hot_storage/model.hpp"

namespace jts::hot_storage {

struct Measure {
    Level reached{};  ///< raises an alert of this severity
    Level held{};     ///< and this one is kept where it stands; never below `reached`
    double value = 0;
    double warning = 0;  ///< the thresholds, in the value's unit
    double critical = 0;
    std::string message;

    double threshold(Level severity) const {
        return severity == Level::critical ? critical : warning;
    }
};

/// `what` begins the sentence that the number goes on with: "db uses".
Measure percent_measure(const Thresholds& limits, double percent, const std::string& what);
Measure bytes_measure(const Thresholds& limits, std::uint64_t bytes, const std::string& what);

/// What fills up, and how far it has.
struct Fill {
    const Thresholds& limits;
    std::uint64_t used_bytes = 0;
    std::uint64_t capacity_bytes = 0;  ///< 0: there is none to be reached
};

/// Days until it is full. Nothing is reached by a forecast that is not certain.
Measure growth_measure(const Fill& fill, const Forecast& forecast, std::uint64_t now,
                       const std::string& what);

Measure drift_measure(const std::string& service, std::uint32_t differences);

}  // namespace jts::hot_storage
