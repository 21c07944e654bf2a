#include "engine/journal.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "core/text.hpp"
#include "sys/directory_reader.hpp"
#include "sys/failure.hpp"
#include "sys/look.hpp"

namespace jts::hot_storage::engine {
namespace {

constexpr std::size_t id_digits = 32;

/// No id: what a crash left of a record that was never begun.
constexpr const char* unborn_name = "new";

void sync_folder(int folder, const std::string& path) {
    if (::fsync(folder) != 0) throw sys::failure("write to the disk", path, errno);
}

void promise_result(JournalWriter& writer, const ChangeHeader& header) {
    writer.promise(FrameType::result, frame_head_size + max_result_size(header));
}

AppliedChange view_of(const std::string& id, const JournalReader& reader) {
    AppliedChange change;
    change.change_id = id;
    change.outcome = reader.is_finished() ? outcome::partial : outcome::running;
    if (const auto& header = reader.header()) {
        change.operation = header->operation;
        change.caller_uid = header->requester.uid;
        change.started_at = header->started_at;
        change.digest = header->digest;
    }
    if (const auto& result = reader.result()) {
        change.outcome = result->outcome;
        change.ended_at = result->ended_at;
        change.changes = result->applied;
        change.applied = static_cast<std::uint32_t>(result->applied.size());
    }
    return change;
}

}  // namespace

/// It is on the disk with its parent before the first record: else a power cut could take it, and
/// them with it.
void Journal::make_folder() {
    const auto slash = folder_.rfind('/');
    const auto parent_path = folder_.substr(0, slash), name = folder_.substr(slash + 1);
    const sys::Fd parent(::open(parent_path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!parent) throw sys::failure("open", parent_path, errno);
    if (::mkdirat(parent.get(), name.c_str(), 0700) != 0) {
        if (errno == EEXIST) return;
        throw sys::failure("create directory", folder_, errno);
    }
    try {
        sync_folder(parent.get(), parent_path);
    } catch (const Error&) {
        // Whoever finds it does not sync.
        ::unlinkat(parent.get(), name.c_str(), AT_REMOVEDIR);
        throw;
    }
}

sys::Fd Journal::open_folder() {
    const auto opened = [this] {
        return sys::Fd(::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    };
    auto folder = opened();
    if (!folder && errno == ENOENT) {
        make_folder();
        folder = opened();
    }
    if (!folder) throw sys::failure("open", folder_, errno);
    return folder;
}

std::vector<std::string> Journal::ids(int folder) {
    sys::Fd own(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!own) throw sys::failure("open", folder_, errno);
    sys::DirectoryReader reader(std::move(own));
    std::vector<std::string> found;
    int error = 0;
    while (const sys::RawEntry* entry = reader.next(error))
        if (is_hexadecimal(entry->name, id_digits)) found.emplace_back(entry->name);
    if (error != 0) throw sys::failure("read directory", folder_, error);
    return found;
}

/// Null where it was removed meanwhile.
std::unique_ptr<JournalReader> Journal::open_record(int folder, const std::string& id) {
    sys::Fd fd(::openat(folder, id.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd && errno == ENOENT) return nullptr;
    if (!fd) throw sys::failure("open", path_of(id), errno);
    return std::make_unique<JournalReader>(std::move(fd), path_of(id));
}

std::unique_ptr<JournalReader> Journal::open(const std::string& id) {
    const auto folder = open_folder();
    const auto known = ids(folder.get());
    if (std::ranges::find(known, id) != known.end())
        if (auto reader = open_record(folder.get(), id)) return reader;
    throw Error(ErrorCode::not_found, "there is no record of a change " + id +
                                          "; `jts-storage changes` lists those there are");
}

std::vector<Journal::Item> Journal::items() {
    std::vector<Item> found;
    const auto folder = open_folder();
    for (const auto& id : ids(folder.get())) {
        const auto reader = open_record(folder.get(), id);
        if (!reader) continue;
        found.push_back({view_of(id, *reader), reader->header() ? reader->header()->of : "",
                         reader->file_size(), reader->modified_at(), reader->is_finished()});
    }
    std::ranges::sort(found, {}, [](const Item& item) {
        return std::pair(item.view.started_at, item.view.change_id);
    });
    return found;
}

std::vector<AppliedChange> Journal::list() {
    std::vector<AppliedChange> changes;
    const auto found = items();
    for (const auto& item : found) changes.push_back(item.view);
    for (const auto& item : found) {
        if (!item.is_finished || item.view.outcome == outcome::rolled_back) continue;
        const auto of = std::ranges::find(changes, item.of, &AppliedChange::change_id);
        if (of != changes.end()) of->rolled_back_by = item.view.change_id;
    }
    return changes;
}

/// One that cannot be read is as good as damaged, and hides no other.
DamagedRecord Journal::examine(int folder, const std::string& id, bool is_finished) try {
    const auto reader = open_record(folder, id);
    if (!reader) return {};
    reader->scan();
    return {reader->path(), reader->damage().value_or(""), reader->is_finished()};
} catch (const Error& error) {
    return {path_of(id), error.what(), is_finished};
}

std::vector<DamagedRecord> Journal::damaged(ExaminedRecords& known, bool with_unfinished,
                                            const std::stop_token& stop) {
    std::vector<DamagedRecord> found;
    ExaminedRecords examined;
    const auto folder = open_folder();
    for (const auto& id : ids(folder.get())) {
        if (stop.stop_requested())
            throw Error(ErrorCode::cancelled, "stopped before the record of change " + id);
        sys::Look look;
        const int error = sys::look(folder.get(), id.c_str(), look);
        if (error == ENOENT) continue;
        if (error != 0) throw sys::failure("look at", path_of(id), error);
        const bool is_finished = (look.stx_mode & 07777) == finished_mode;
        if (!is_finished && !with_unfinished) continue;
        Examined record{
            look.stx_ino, look.stx_size, look.stx_ctime.tv_sec, look.stx_ctime.tv_nsec, {}};
        const auto before = known.find(id);
        const bool is_known = is_finished && before != known.end() && before->second.is_of(record);
        record.seen = is_known ? before->second.seen : examine(folder.get(), id, is_finished);
        if (!record.seen.damage.empty()) found.push_back(record.seen);
        examined.emplace(id, std::move(record));
    }
    known = std::move(examined);
    std::ranges::sort(found, {}, &DamagedRecord::path);
    return found;
}

std::vector<std::string> Journal::unfinished() {
    std::vector<std::string> found;
    for (const auto& item : items())
        if (!item.is_finished) found.push_back(item.view.change_id);
    return found;
}

std::unique_ptr<JournalWriter> Journal::create(const ChangeHeader& header) {
    prune(header);
    const auto folder = open_folder();
    constexpr int flags = O_WRONLY | O_APPEND | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC;
    sys::Fd fd(::openat(folder.get(), unborn_name, flags, unfinished_mode));
    const auto path = path_of(header.change_id);
    if (!fd) throw sys::failure("create", path, errno);
    auto writer = std::make_unique<JournalWriter>(std::move(fd), path, 0, 0);
    promise_result(*writer, header);
    try {
        writer->write_durably(FrameType::header, to_json(header));
        if (::renameat(folder.get(), unborn_name, folder.get(), header.change_id.c_str()) != 0)
            throw sys::failure("create", path, errno);
        sync_folder(folder.get(), folder_);
    } catch (const Error&) {
        ::unlinkat(folder.get(), unborn_name, 0);
        ::unlinkat(folder.get(), header.change_id.c_str(), 0);
        throw;
    }
    return writer;
}

std::unique_ptr<JournalWriter> Journal::go_on(const JournalReader& reader) {
    sys::Fd fd(::open(reader.path().c_str(), O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC));
    if (!fd) throw sys::failure("open", reader.path(), errno);
    if (::ftruncate(fd.get(), static_cast<off_t>(reader.whole_size())) != 0)
        throw sys::failure("shorten", reader.path(), errno);
    auto writer = std::make_unique<JournalWriter>(std::move(fd), reader.path(), reader.whole_size(),
                                                  reader.batches());
    if (reader.header()) promise_result(*writer, *reader.header());
    return writer;
}

void Journal::discard(const std::string& id) {
    const auto folder = open_folder();
    if (::unlinkat(folder.get(), id.c_str(), 0) != 0 && errno != ENOENT)
        throw sys::failure("remove", path_of(id), errno);
    // Else a power cut could bring it back, and the next start would go on with it.
    sync_folder(folder.get(), folder_);
}

/// Age is by the clock, which may be wrong: it alone takes none of the most recent.
void Journal::prune(const ChangeHeader& begun) {
    auto found = items();
    std::set<std::string> needed{begun.of}, recent;
    for (auto i = found.size() - std::min(found.size(), limits_.recent); i < found.size(); ++i)
        recent.insert(found[i].view.change_id);
    for (const auto& item : found)
        if (!item.is_finished) needed.insert({item.view.change_id, item.of});
    if (!found.empty()) needed.insert(found.back().view.change_id);
    std::erase_if(found, [&](const Item& item) { return needed.contains(item.view.change_id); });
    std::uint64_t bytes = 0;
    for (const auto& item : found) bytes += item.size;
    const auto now = begun.started_at / 1'000'000;
    std::size_t left = found.size();
    for (const auto& item : found) {
        const bool is_old =
            item.modified_at + limits_.seconds < now && !recent.contains(item.view.change_id);
        if (!is_old && bytes <= limits_.bytes && left <= limits_.count) break;
        bytes -= item.size;
        --left;
        discard(item.view.change_id);
    }
}

}  // namespace jts::hot_storage::engine
