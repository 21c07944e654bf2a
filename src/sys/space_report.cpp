#include "sys/space_report.hpp"

#include <algorithm>
#include <cerrno>
#include <map>

#include "core/text.hpp"
#include "sys/failure.hpp"
#include "sys/mounts.hpp"
#include "sys/path.hpp"
#include "sys/small_file.hpp"

namespace jts::hot_storage::sys {
namespace {

/// The mounts of a survey by their ids, with what the kernel calls them.
class MountTable {
  public:
    MountTable() : mountinfo_(read_small_file("/proc/self/mountinfo")) {}

    std::string point_of(std::uint64_t id) const { return escape(mount_in(mountinfo_, id).point); }

    /// Appends the file system where its mount point is not there yet.
    void add_to(std::vector<FilesystemUsage>& filesystems, const RootMount& mount) const {
        const Mount found = mount_in(mountinfo_, mount.id);
        FilesystemUsage filesystem = mount.filesystem;
        filesystem.mount_point = escape(found.point);
        filesystem.type = escape(found.type);
        filesystem.source = escape(found.source);
        if (std::ranges::find(filesystems, filesystem.mount_point, &FilesystemUsage::mount_point) ==
            filesystems.end())
            filesystems.push_back(std::move(filesystem));
    }

  private:
    const std::string mountinfo_;
};

/// The mount of the base, or of its nearest parent that there is.
RootMount mount_of_base(const std::string& base) {
    std::string path = base;
    Fd directory = open_if_directory(path);
    while (!directory && path.size() > 1) {
        path.resize(std::max<std::size_t>(path.rfind('/'), 1));
        directory = open_if_directory(path);
    }
    Look seen;
    if (!directory) throw failure("open", path, errno);
    if (const int error = look(directory.get(), seen); error != 0)
        throw failure("look at", path, error);
    return {seen.stx_mnt_id, filesystem_numbers(directory.get(), path)};
}

/// From the workers' notes to what each service takes.
class SpaceAssembly {
  public:
    SpaceAssembly(const Layout& layout, const std::vector<std::string>& services,
                  const SurveyRun& run, const std::vector<Surveyor>& workers)
        : layout_(layout), services_(services), run_(run), workers_(workers) {}

    void add_to(UsageReport& counted) const {
        const MountTable mounts;
        const RootMount base = mount_of_base(layout_.base);
        mounts.add_to(counted.filesystems, base);
        for (const Declared& declared : declared_directories(layout_, {})) {
            if (!declared.directory->name.empty()) continue;
            auto& usage = counted.services[declared.service->name];
            usage = is_counted(*declared.service)
                        ? usage_of(declared, base, mounts, counted.filesystems)
                        : placed(declared, base, mounts, counted.filesystems);
        }
    }

  private:
    bool is_counted(const ServiceSpec& service) const {
        return services_.empty() || std::ranges::find(services_, service.name) != services_.end();
    }

    /// Of a service that was not asked for, where it lies: its plan counts on that file system.
    static ServiceUsage placed(const Declared& declared, const RootMount& base,
                               const MountTable& mounts,
                               std::vector<FilesystemUsage>& filesystems) {
        RootMount mount = base;
        const Fd directory = open_if_directory(declared.path);
        Look seen;
        if (directory && look(directory.get(), seen) == 0)
            mount = {seen.stx_mnt_id, filesystem_numbers(directory.get(), declared.path)};
        mounts.add_to(filesystems, mount);
        return {.path = escape(declared.path),
                .mount_point = mounts.point_of(mount.id),
                .method = "scan"};
    }

    ServiceUsage usage_of(const Declared& declared, const RootMount& base, const MountTable& mounts,
                          std::vector<FilesystemUsage>& filesystems) const {
        ServiceUsage usage{.path = escape(declared.path), .mount_point = {}, .method = "scan"};
        SpaceCount sum;
        std::map<std::uint64_t, std::uint64_t> bytes_on;
        std::uint64_t first_mount = base.id;
        for (std::size_t i = 0; i < run_.roots.size(); ++i) {
            if (run_.roots[i].declared.service != declared.service) continue;
            SpaceCount root;
            std::optional<RootMount> mount;
            for (const Surveyor& worker : workers_) {
                root.merge(worker.notes(i).space);
                if (worker.notes(i).mount) mount = worker.notes(i).mount;
            }
            sum.merge(root);
            if (!mount) continue;
            if (bytes_on.empty()) first_mount = mount->id;
            bytes_on[mount->id] += root.used_bytes;
            mounts.add_to(filesystems, *mount);
        }
        std::uint64_t holder = first_mount;
        for (const auto& [id, bytes] : bytes_on)
            if (bytes > bytes_on[holder]) holder = id;
        usage.mount_point = mounts.point_of(holder);
        usage.used_bytes = sum.used_bytes;
        usage.apparent_bytes = sum.apparent_bytes;
        usage.inodes = sum.inodes;
        usage.incomplete = sum.incomplete;
        usage.mounts_skipped = sum.mounts_skipped;
        return usage;
    }

    const Layout& layout_;
    const std::vector<std::string>& services_;
    const SurveyRun& run_;
    const std::vector<Surveyor>& workers_;
};

}  // namespace

UsageReport space_report(const Layout& layout, const std::vector<std::string>& services,
                         const SurveyRun& run, const std::vector<Surveyor>& workers) {
    UsageReport counted;
    SpaceAssembly(layout, services, run, workers).add_to(counted);
    return counted;
}

}  // namespace jts::hot_storage::sys
