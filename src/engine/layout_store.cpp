#include "engine/layout_store.hpp"

#include "jts/hot_storage/error.hpp"
#include "sys/digest.hpp"

namespace jts::hot_storage::engine {

std::shared_ptr<const LoadedLayout> LayoutStore::current() {
    std::lock_guard lock(mutex_);
    // The fingerprint is taken before the files are read: a change in between makes the next call
    // read them once too often, never once too rarely.
    auto fingerprint = sys::layout_fingerprint(paths_);
    // What makes a file untrusted, such as a folder above it, has no fingerprint.
    const bool is_known =
        loaded_ && fingerprint == fingerprint_ && loaded_->result.rejected.empty();
    if (!is_known) {
        auto loaded = std::make_shared<LoadedLayout>();
        loaded->result = read_layout(sys::read_layout_files(paths_));
        loaded->digest = sys::sha256_hex(loaded->result.canonical);
        loaded_ = std::move(loaded);
        fingerprint_ = std::move(fingerprint);
    }
    return loaded_;
}

void expect_sound(const LoadedLayout& loaded) {
    if (!loaded.result.rejected.empty())
        throw Error(ErrorCode::invalid_layout, describe(loaded.result.rejected));
}

}  // namespace jts::hot_storage::engine
