#include "sys/history_file.hpp"

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <fcntl.h>
#include <sqlite3.h>

#include <cerrno>

#include "core/text.hpp"
#include "sys/failure.hpp"
#include "sys/look.hpp"

namespace jts::hot_storage::sys {
namespace {

/// "jtsH": whose the file is, for file(1) and for us.
constexpr std::int64_t application_id = 0x6a747348;
/// Of the tables below. A change of theirs raises it, and `migrate` gets a step.
constexpr std::int64_t format = 1;

constexpr const char* series_table =
    "CREATE TABLE series (id INTEGER PRIMARY KEY, service TEXT NOT NULL UNIQUE) STRICT";
/// Without row ids the table is one tree in the order in which it is read.
constexpr const char* points_table =
    "CREATE TABLE points (series INTEGER NOT NULL, time INTEGER NOT NULL, used INTEGER NOT NULL, "
    "apparent INTEGER NOT NULL, inodes INTEGER NOT NULL, PRIMARY KEY (series, time)) "
    "STRICT, WITHOUT ROWID";

/// Whoever else opens the file, such as sqlite3(1), is done soon.
constexpr int most_wait_ms = 2000;

std::int64_t number(SQLite::Database& database, const std::string& query) {
    return database.execAndGet(query).getInt64();
}

std::string pragma(const std::string& name, std::int64_t value) {
    return "PRAGMA " + name + "=" + std::to_string(value);
}

/// SQLite would read a FIFO or a device as well. A link cannot be put here but by root.
const std::string& expect_file(const std::string& path) {
    Look seen;
    const int error = look(AT_FDCWD, path.c_str(), seen);
    if (error != 0 && error != ENOENT) throw failure("look at", path, error);
    if (error == 0 && !S_ISREG(seen.stx_mode))
        throw Error(ErrorCode::failed,
                    escape(path) + " is no regular file; move it elsewhere, and a new one is made");
    return path;
}

}  // namespace

HistoryFile::HistoryFile(const std::string& path, std::uint64_t most_bytes, HistoryCheck check)
    : path_(path),
      database_(expect_file(path), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, most_wait_ms) {
    // Before the first look, which would make the file of shared memory otherwise.
    database_.exec("PRAGMA locking_mode=EXCLUSIVE");
    database_.exec("PRAGMA temp_store=MEMORY");
    database_.exec("PRAGMA trusted_schema=OFF");
    database_.exec("PRAGMA cell_size_check=ON");
    find_whose_it_is();
    database_.exec("PRAGMA journal_mode=WAL");
    database_.exec("PRAGMA synchronous=FULL");  // what was committed outlives a power cut, too
    migrate();
    const auto page_size = static_cast<std::uint64_t>(number(database_, "PRAGMA page_size"));
    database_.exec(pragma("max_page_count", static_cast<std::int64_t>(most_bytes / page_size)));
    if (check != HistoryCheck::whole) return;
    const std::string found = database_.execAndGet("PRAGMA quick_check(1)").getString();
    if (found != "ok") throw DamagedHistory(found);
}

void HistoryFile::find_whose_it_is() {
    version_ = number(database_, "PRAGMA user_version");
    if (number(database_, "PRAGMA application_id") == application_id) {
        if (version_ == format) return expect_our_tables();
        throw Error(ErrorCode::not_supported,
                    escape(path_) + " has format " + std::to_string(version_) +
                        ", which a newer version of this service wrote; this one knows up to " +
                        std::to_string(format) +
                        " and leaves it alone: install the newer version again, or move the file "
                        "elsewhere to begin a new one");
    }
    const bool is_empty = number(database_, "SELECT count(*) FROM sqlite_schema") == 0;
    if (version_ != 0 || !is_empty) throw DamagedHistory("it is some other program's database");
}

/// Whole or not at all: a crash in between leaves the version as it was.
void HistoryFile::migrate() {
    if (version_ == format) return;
    SQLite::Transaction transaction(database_);
    database_.exec(series_table);
    database_.exec(points_table);
    database_.exec(pragma("application_id", application_id));
    database_.exec(pragma("user_version", format));
    transaction.commit();
}

void HistoryFile::expect_our_tables() {
    SQLite::Statement tables(database_, "SELECT count(*) FROM sqlite_schema WHERE sql IN (?, ?)");
    tables.bind(1, series_table);
    tables.bind(2, points_table);
    tables.executeStep();
    if (tables.getColumn(0).getInt() != 2) throw DamagedHistory("its tables are not those of ours");
}

std::uint64_t HistoryFile::bytes_in_use() {
    const auto pages =
        number(database_, "PRAGMA page_count") - number(database_, "PRAGMA freelist_count");
    return static_cast<std::uint64_t>(pages * number(database_, "PRAGMA page_size"));
}

bool means_damage(const SQLite::Exception& exception) {
    const int code = exception.getErrorCode() & 0xff;
    return code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_FORMAT;
}

Error history_failure(const std::string& path, const SQLite::Exception& exception) {
    const std::string reason = ": " + escape(exception.what());
    switch (exception.getErrorCode() & 0xff) {
        case SQLITE_FULL:
            return Error(ErrorCode::no_space, "there is no room to write to " + escape(path) +
                                                  reason + "; what it holds is as it was");
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return Error(ErrorCode::busy, "another process holds " + escape(path) + reason +
                                              "; `fuser " + escape(path) + "` names it");
        default:
            return Error(ErrorCode::failed, "cannot use " + escape(path) + reason);
    }
}

}  // namespace jts::hot_storage::sys
