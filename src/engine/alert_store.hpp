/// The alerts that stand, on disk, so that a restart neither raises one again nor forgets one.
#pragma once

#include <string>
#include <vector>

#include "jts/hot_storage/model.hpp"

namespace jts::hot_storage::engine {

/// One thread at a time.
class AlertStore {
  public:
    explicit AlertStore(std::string folder) : folder_(std::move(folder)) {}

    /// What was saved last; none where nothing was. A damaged file is set aside, and then, as where
    /// it cannot be read, there are none: the journal tells, and the next sample raises anew.
    std::vector<Alert> load() const noexcept;

    /// On the disk when it returns. Throws `Error(no_space, unsafe_path, failed)`.
    void save(const std::vector<Alert>& alerts) const;

  private:
    std::string folder_;
};

}  // namespace jts::hot_storage::engine
