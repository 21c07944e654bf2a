/// The same steps done by path, as scripts do them: each attack must succeed against these, or it
/// proves nothing about ours.
#pragma once

#include <cstdint>
#include <string>

namespace jts::hot_storage::test {

/// `find PATH | xargs chown -h`: looks at a path, then uses the path.
void naive_chown(const std::string& path, std::uint32_t id);

/// Looks whether it is a file with one name, then `chown`.
void naive_chown_file(const std::string& path, std::uint32_t id);

/// Looks whether the path leads to a directory on the same device as `top`, then as naive_chown.
void naive_chown_on_device(const std::string& path, const std::string& top, std::uint32_t id);

/// `chown` and `chmod` in the order in which one thinks of them.
void naive_set_owner_and_mode(const std::string& path, std::uint32_t id, unsigned mode);

}  // namespace jts::hot_storage::test
