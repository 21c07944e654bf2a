#include "sys/history_aside.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <vector>

#include "core/text.hpp"
#include "jts/hot_storage/error.hpp"
#include "sys/directory_reader.hpp"
#include "sys/failure.hpp"
#include "sys/fd.hpp"
#include "sys/look.hpp"

namespace jts::hot_storage::sys {
namespace {

constexpr const char* database_name = "history.db";
/// What SQLite keeps beside a database, and would take for that of a new one.
constexpr std::array logs{"-wal", "-journal"};
constexpr const char* aside_prefix = "history.db.damaged-";
constexpr std::size_t most_aside = 3;  ///< the first, which holds most, and the last ones

/// So that names are in the order of time.
std::string stamp() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    char text[32];
    ::gmtime_r(&now, &parts);
    return {text, std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &parts)};
}

std::vector<std::string> names_aside(int folder, const std::string& path) {
    Fd own(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!own) throw failure("open", path, errno);
    DirectoryReader reader(std::move(own));
    std::vector<std::string> found;
    int error = 0;
    while (const RawEntry* entry = reader.next(error)) {
        const std::string_view each = entry->name;
        const bool is_log =
            std::ranges::any_of(logs, [&](const char* log) { return each.ends_with(log); });
        if (each.starts_with(aside_prefix) && !is_log) found.emplace_back(each);
    }
    if (error != 0) throw failure("read directory", path, error);
    std::ranges::sort(found);
    return found;
}

/// What lies there already is never replaced, whatever the clock says.
std::string free_name(int folder, const std::string& path) {
    const std::string wish = aside_prefix + stamp();
    std::string name = wish;
    Look seen;
    for (int number = 2;; ++number) {
        const int error = look(folder, name.c_str(), seen);
        if (error == ENOENT) return name;
        if (error != 0) throw failure("look at", path + "/" + name, error);
        name = wish + "." + std::to_string(number);
    }
}

void remove_file(int folder, const std::string& path, const std::string& each) {
    if (::unlinkat(folder, each.c_str(), 0) != 0 && errno != ENOENT)
        throw failure("remove", path + "/" + each, errno);
}

void rename_file(int folder, const std::string& path, const std::string& from,
                 const std::string& to) {
    if (::renameat(folder, from.c_str(), folder, to.c_str()) != 0 && errno != ENOENT)
        throw failure("rename", path + "/" + from, errno);
}

}  // namespace

std::string set_history_aside(const std::string& folder, const std::string& reason) {
    const Fd opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!opened) throw failure("open", folder, errno);
    const std::string aside = free_name(opened.get(), folder);
    for (const char* log : logs)
        rename_file(opened.get(), folder, std::string(database_name) + log, aside + log);
    rename_file(opened.get(), folder, database_name, aside);
    const auto all = names_aside(opened.get(), folder);
    for (std::size_t i = 1; i + most_aside <= all.size(); ++i) {
        for (const char* log : logs) remove_file(opened.get(), folder, all[i] + log);
        remove_file(opened.get(), folder, all[i]);
    }
    if (::fsync(opened.get()) != 0) throw failure("write to the disk", folder, errno);
    return escape(folder) + "/" + database_name + " is damaged (" + escape(reason) +
           "): it was set aside as " + escape(folder) + "/" + aside +
           ", and a new history begins; sqlite3's .recover may find what is left in it";
}

}  // namespace jts::hot_storage::sys
