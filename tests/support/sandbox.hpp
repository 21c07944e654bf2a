/// A file system of the test's own: a tmpfs on /mnt in a mount namespace that only this process
/// sees, so that every directory above is root's and nothing stays behind, not even when killed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sys/look.hpp"

namespace jts::hot_storage::test {

/// Needs root. One at a time.
class Sandbox {
  public:
    Sandbox();
    ~Sandbox();
    Sandbox(const Sandbox&) = delete;
    Sandbox& operator=(const Sandbox&) = delete;

    static constexpr const char* root = "/mnt";

    void mount_tmpfs(const std::string& at) const;
    void bind(const std::string& from, const std::string& to) const;
    void mount_overlay(const std::string& at, const std::string& lower, const std::string& upper,
                       const std::string& work) const;
    /// A new ext4 of `megabytes` on a loop device that frees itself when unmounted.
    void mount_ext4(const std::string& at, unsigned megabytes) const;
};

/// Throws std::system_error unless `ok`.
void require(bool ok, const std::string& what);

/// Path-based helpers for arranging and for checking; what they make is root's and of the given
/// mode whatever the umask.
void make_directory(const std::string& path, unsigned mode = 0755);
void make_file(const std::string& path, unsigned mode = 0644, std::string_view content = "x");
void make_symlink(const std::string& to, const std::string& path);
void give(const std::string& path, std::uint32_t uid, std::uint32_t gid);
sys::Look look_at(const std::string& path);
unsigned mode_of(const std::string& path);

/// Sets or clears the immutable attribute.
void set_immutable(const std::string& path, bool immutable);

/// Runs a program by its path and waits; throws unless it exits with 0.
void run_program(std::initializer_list<std::string> arguments);

}  // namespace jts::hot_storage::test
