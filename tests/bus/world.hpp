/// A host of its own for the daemon, whose paths are fixed: made of private mounts, so that nothing
/// is left of it, whatever ends the test.
#pragma once

#include <string>
#include <vector>

namespace jts::hot_storage::test {

/// Runs `body` as the first process of new mount and PID namespaces and returns its exit status.
/// When the caller ends, by whatever signal, the kernel ends every process in there.
int in_namespaces(int (*body)());

/// Fresh /etc, /run, /usr/share, /var/lib and /mnt on tmpfs, with the accounts root, nobody, olga
/// (member of jts-operators), pat and beyond, and the vendor's layout. Only within `in_namespaces`.
class World {
  public:
    World();
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    static constexpr unsigned olga = 1001;
    static constexpr unsigned pat = 1002;
    static constexpr unsigned nobody = 65534;
    static constexpr unsigned beyond = 4'000'000'000;  ///< no signed 32-bit number (CVE-2018-19788)

    /// Where the source tree and the build tree are seen, by every user.
    static std::string source(const std::string& path) { return "/run/project/source/" + path; }
    static std::string built(const std::string& path) { return "/run/project/build/" + path; }

  private:
    std::vector<std::string> mounts_;
};

/// Writes a whole file, with exactly that mode. Throws where it cannot.
void write_file(const std::string& path, const std::string& text, unsigned mode = 0644);
std::string read_file(const std::string& path);

}  // namespace jts::hot_storage::test
