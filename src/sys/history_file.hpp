/// The database file of the history while it is open.
#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <stdexcept>
#include <string>

#include "jts/hot_storage/error.hpp"

namespace jts::hot_storage::sys {

/// The file is no history of ours, or what is in it contradicts itself.
class DamagedHistory : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// How thoroughly a file is looked at when it is opened.
enum class HistoryCheck { head, whole };

/// Nobody else reads or writes the file meanwhile: so its index of the write-ahead log lies on the
/// heap, and needs neither shared memory nor a file of its own.
class HistoryFile {
  public:
    /// Opens the file, and creates it where there is none. It may grow to `most_bytes`.
    /// Throws `DamagedHistory`, SQLite::Exception, `Error(not_supported)` for a file that a newer
    /// version wrote, and `Error(failed)` for one that is no regular file.
    HistoryFile(const std::string& path, std::uint64_t most_bytes, HistoryCheck check);

    SQLite::Database& database() { return database_; }

    /// Pages that hold something, in bytes.
    std::uint64_t bytes_in_use();

  private:
    void find_whose_it_is();
    void expect_our_tables();
    void migrate();

    const std::string path_;
    SQLite::Database database_;
    std::int64_t version_ = 0;
};

/// What `exception` means: the file is damaged, and not the disk or the memory.
bool means_damage(const SQLite::Exception& exception);

/// What failed on `path`, and why: `no_space`, `busy` or `failed`.
Error history_failure(const std::string& path, const SQLite::Exception& exception);

}  // namespace jts::hot_storage::sys
