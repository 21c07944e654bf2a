#include "sys/surveyor.hpp"

#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

#include "core/text.hpp"
#include "sys/failure.hpp"

namespace jts::hot_storage::sys {
namespace {

constexpr std::size_t max_examples_shown = 20;

/// Whether `target`, read in a directory `depth` components below `service`'s, leaves that
/// directory. By names alone, as nothing may be followed.
bool leads_out(std::string_view service, std::size_t depth, std::string_view target) {
    if (target.starts_with('/')) {
        return !(target == service ||
                 (target.starts_with(service) && target.size() > service.size() &&
                  target[service.size()] == '/')) ||
               target.find("/..") != std::string_view::npos;
    }
    while (!target.empty()) {
        const auto end = std::min(target.find('/'), target.size());
        const auto component = target.substr(0, end);
        target.remove_prefix(std::min(end + 1, target.size()));
        if (component == "..") {
            if (depth-- == 0) return true;
        } else if (!component.empty() && component != ".") {
            ++depth;
        }
    }
    return false;
}

}  // namespace

FilesystemUsage filesystem_numbers(int fd, const std::string& path) {
    struct statvfs seen {};
    if (::fstatvfs(fd, &seen) != 0) throw failure("look at the file system of", path, errno);
    FilesystemUsage numbers;
    numbers.capacity_bytes = seen.f_blocks * seen.f_frsize;
    numbers.available_bytes = seen.f_bavail * seen.f_frsize;
    numbers.used_bytes = (seen.f_blocks - seen.f_bfree) * seen.f_frsize;
    numbers.inodes_total = seen.f_files;
    numbers.inodes_free = seen.f_ffree;
    return numbers;
}

Surveyor::Surveyor(SurveyRun& run)
    : run_(&run), notes_(run.roots.size()), directories_(run.tally_roots), feed_(run.meter) {}

void Surveyor::root(std::size_t root, int fd, const Look& look) {
    if (!run_->counts_space) return;
    const std::string& path = run_->roots[root].declared.path;
    directories_.add(root, path, count(root, look));
    notes_[root].mount = RootMount{look.stx_mnt_id, filesystem_numbers(fd, path)};
}

void Surveyor::directory(const Met& met, int, const Look& look) {
    const std::uint64_t bytes = count(met.root, look);
    if (run_->counts_space)
        directories_.add_directory(met.root, met.directory_path, met.name, bytes);
    judge_owner(met, look);
}

void Surveyor::other(const Met& met, const Look& look) {
    const std::uint64_t bytes = count(met.root, look);
    if (bytes > 0) directories_.add(met.root, met.directory_path, bytes);
    if (is_declared_name(met)) return;
    judge_owner(met, look);
    if (run_->counts_space && S_ISLNK(look.stx_mode)) judge_link(met, look);
}

void Surveyor::refused(const Met& met, const char* reason) {
    Notes& notes = notes_[met.root];
    if (run_->roots[met.root].want && !is_declared_name(met))
        notes.tally.refused(reason, [&] { return met.path(); });
    // By what it says: equal texts of two units need not lie in one place.
    const std::string_view why = reason;
    if (why != too_deep && why != moved_too_often) {
        ++notes.space.mounts_skipped;
        return;
    }
    notes.space.incomplete = true;
    if (!run_->roots[met.root].want && !notes.unreadable)
        notes.unreadable.emplace(
            ErrorCode::failed, "cannot walk into " + escape_shortly(met.path()) + ": " + reason,
            std::string("cannot walk into a directory below a declared one: ") + reason +
                "; holders of action probe are told which");
}

void Surveyor::unreadable(std::size_t root, const std::string& path, const char* action,
                          int error) {
    notes_[root].space.incomplete = true;
    if (!notes_[root].unreadable)
        notes_[root].unreadable.emplace(failure_below(action, path, error));
}

/// Returns the bytes that it adds to what its service takes.
std::uint64_t Surveyor::count(std::size_t root, const Look& look) {
    feed_.tick();
    if (!run_->counts_space) return 0;
    return notes_[root].space.add(look, run_->counted[run_->roots[root].service]);
}

void Surveyor::judge_owner(const Met& met, const Look& look) {
    const SurveyRoot& root = run_->roots[met.root];
    if (!root.want) return;
    const Verdict verdict = judge(look, *root.want, run_->links_protected);
    if (verdict.kind == Verdict::right) return;
    Tally& tally = notes_[met.root].tally;
    const auto path = [&] { return met.path(); };
    if (met.directory_path.size() > max_given_path)
        tally.refused(too_deep, path);
    else if (verdict.kind == Verdict::refused)
        tally.refused(verdict.reason, path);
    else if (verdict.kind == Verdict::foreign)
        tally.foreign(path);
    else if (!run_->links.add(root.domain, met.root, look, path))
        tally.refused(hard_link::too_many, path);
}

void Surveyor::judge_link(const Met& met, const Look&) {
    char target[PATH_MAX];
    const ssize_t size = ::readlinkat(met.directory, met.name, target, sizeof target);
    if (size < 0) return;  // vanished, or another by now
    const std::string& service = run_->roots[met.root].service_path;
    const std::string_view root = run_->roots[met.root].declared.path;
    const auto root_depth = std::ranges::count(root.substr(service.size()), '/');
    const std::size_t depth = static_cast<std::size_t>(root_depth) + met.depth;
    if (!leads_out(service, depth, {target, static_cast<std::size_t>(size)})) return;
    Counted& links = notes_[met.root].links_out;
    ++links.count;
    if (links.examples.size() < max_examples_shown)
        links.examples.push_back(escape_shortly(met.path()));
}

/// What else has a declared directory's name is the plan's to refuse.
bool Surveyor::is_declared_name(const Met& met) const {
    const Declared& declared = run_->roots[met.root].declared;
    if (!declared.directory->name.empty() || met.directory_path != declared.path) return false;
    return std::ranges::find(declared.service->directories, met.name, &DirectorySpec::name) !=
           declared.service->directories.end();
}

}  // namespace jts::hot_storage::sys
