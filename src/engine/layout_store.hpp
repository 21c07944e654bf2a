/// The layout in force, read again whenever one of its files changed.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "core/layout_reader.hpp"
#include "sys/layout_files.hpp"

namespace jts::hot_storage::engine {

struct LoadedLayout {
    LayoutResult result;
    std::string digest;  ///< SHA-256 of `result.canonical`
};

/// For what changes something or is written down: throws Error(invalid_layout) where any file is
/// rejected, so that a broken drop-in can never bring back what another had removed.
void expect_sound(const LoadedLayout& loaded);

/// Thread-safe. A snapshot stays valid, and unchanged, for as long as somebody holds it.
class LayoutStore {
  public:
    explicit LayoutStore(sys::LayoutPaths paths) : paths_(std::move(paths)) {}

    /// Costs one statx a file where nothing changed and nothing is rejected. Throws Error(failed)
    /// where the host keeps files from being read, such as for want of descriptors.
    std::shared_ptr<const LoadedLayout> current();

  private:
    sys::LayoutPaths paths_;
    std::mutex mutex_;
    sys::LayoutFingerprint fingerprint_;
    std::shared_ptr<const LoadedLayout> loaded_;
};

}  // namespace jts::hot_storage::engine
