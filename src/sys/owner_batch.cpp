#include "sys/owner_batch.hpp"

#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <utility>

#include "sys/failure.hpp"

namespace jts::hot_storage::sys {
namespace {

/// Recording a batch waits for the disk: the more entries share that, the better. Each directory
/// costs a descriptor while it waits.
constexpr std::size_t max_entries = 4096, max_directories = 128, max_bytes = 1u << 20;

/// The same file, and nobody has given it away since.
bool is_as_recorded(const EntryRecord& record, const Look& look) {
    return identity_of(look) == record.identity && look.stx_uid == record.prior.uid &&
           look.stx_gid == record.prior.gid;
}

/// Whether it has file capabilities, which chown takes away. Only what can be executed has any use
/// for them, so that data files cost nothing.
bool has_capabilities(int fd, const Look& look) {
    if (!S_ISREG(look.stx_mode) || (look.stx_mode & 0111) == 0) return false;
    const std::string path = "/proc/self/fd/" + std::to_string(fd);
    return ::getxattr(path.c_str(), "security.capability", nullptr, 0) > 0;
}

std::string relative(std::string_view path, std::string_view root) {
    path.remove_prefix(std::min(root.size(), path.size()));
    while (path.starts_with('/')) path.remove_prefix(1);
    return std::string(path);
}

}  // namespace

OwnerBatch::OwnerBatch(DirectoryKey target, ChangeLog* log, Confirm confirm, Given given)
    : record_{std::move(target), {}},
      log_(log),
      confirm_(std::move(confirm)),
      given_(std::move(given)) {}

/// The walk closes its directories as it goes, so that the batch needs descriptors of its own.
void OwnerBatch::open_place(const Met& met, std::string_view root_path) {
    if (!places_.empty() && places_.back().path == met.directory_path) return;
    Fd own(::fcntl(met.directory, F_DUPFD_CLOEXEC, 0));
    if (!own) throw failure_below("keep open", met.directory_path, errno);
    places_.push_back({std::make_shared<Fd>(std::move(own)), std::string(met.directory_path)});
    record_.directories.push_back({relative(met.directory_path, root_path), {}});
    bytes_ += met.directory_path.size();
}

void OwnerBatch::add(const Met& met, std::string_view root_path, const Look& look, Owner owner) {
    open_place(met, root_path);
    EntryRecord record{
        met.name, identity_of(look), look.stx_mode, {look.stx_uid, look.stx_gid}, owner};
    bytes_ += record.name.size();
    record_.directories.back().entries.push_back(std::move(record));
    if (++size_ >= max_entries || places_.size() >= max_directories || bytes_ >= max_bytes) flush();
}

/// However it ends, what was done is recorded.
void OwnerBatch::flush() {
    if (size_ == 0) return;
    const std::uint64_t number = log_ != nullptr ? log_->will_change(record_) : 0;
    std::vector<EntryOutcome> outcomes;
    std::exception_ptr failure;
    try {
        change_all(outcomes);
    } catch (...) {
        failure = std::current_exception();
    }
    if (log_ != nullptr) log_->did_change(number, outcomes);
    record_.directories.clear();
    places_.clear();
    size_ = bytes_ = 0;
    if (failure) std::rethrow_exception(failure);
}

void OwnerBatch::change_all(std::vector<EntryOutcome>& outcomes) {
    outcomes.reserve(size_);
    std::uint32_t index = 0;
    for (std::size_t i = 0; i < places_.size(); ++i) {
        for (const EntryRecord& record : record_.directories[i].entries) {
            const Met met{0, places_[i].directory->get(), record.name.c_str(), places_[i].path};
            const HeldEntry held = hold_entry(met);
            if (held.fd && is_as_recorded(record, held.look) && confirm_(met, held.look)) {
                give_noted(met, held, record.given, index, outcomes);
                given_(held.look);
            }
            ++index;
        }
    }
}

HeldEntry hold_entry(const Met& met) {
    HeldEntry held{Fd(::openat(met.directory, met.name, O_PATH | O_NOFOLLOW | O_CLOEXEC))};
    // EACCES: a user's FUSE came to lie over it, which answers that even to root.
    if (!held.fd && (errno == ENOENT || errno == EACCES)) return held;
    if (!held.fd) throw failure_below("open", met.path(), errno);
    const int error = look(held.fd.get(), held.look);
    if (error == EACCES) return {};
    if (error != 0) throw failure_below("look at", met.path(), error);
    return held;
}

void give_noted(const Met& met, const HeldEntry& held, Owner owner, std::uint32_t index,
                std::vector<EntryOutcome>& outcomes) {
    const bool had_capabilities = has_capabilities(held.fd.get(), held.look);
    outcomes.push_back({.index = index});
    if (::fchownat(held.fd.get(), "", owner.uid, owner.gid, AT_EMPTY_PATH) != 0) {
        const int error = errno;
        outcomes.pop_back();
        throw failure_below("set owner of", met.path(), error);
    }
    Look after;
    if (const int error = look(held.fd.get(), after); error != 0)
        throw failure_below("look at", met.path(), error);
    const bool lost_bits = ((held.look.stx_mode ^ after.stx_mode) & 06000) != 0;
    outcomes.back() = {index, after.stx_ctime.tv_sec, after.stx_ctime.tv_nsec,
                       lost_bits || had_capabilities};
}

}  // namespace jts::hot_storage::sys
