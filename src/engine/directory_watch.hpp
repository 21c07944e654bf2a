/// Which directories are large and which grow, by what was counted since the service's start.
#pragma once

#include <cstddef>
#include <mutex>

#include "core/directory_growth.hpp"
#include "engine/surveys.hpp"

namespace jts::hot_storage::engine {

/// Thread-safe.
class DirectoryWatch {
  public:
    /// Remembers what was counted of services that are there and of which everything could be read.
    void learn(const DatedSurvey& survey);

    /// Adds to each service of the report, which is the survey's, its `count` largest directories
    /// and the `count` that grow fastest. For callers who may see names.
    void add_top(UsageReport& report, const DatedSurvey& survey, std::size_t count) const;

  private:
    mutable std::mutex mutex_;
    DirectoryGrowth growth_;
};

}  // namespace jts::hot_storage::engine
