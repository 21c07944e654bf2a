/// What is to become of one entry below a declared directory. The observer and the changer ask the
/// same questions here, so that the plan holds nothing that would then be refused.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/layout.hpp"
#include "core/plan.hpp"
#include "sys/look.hpp"

namespace jts::hot_storage::sys {

/// The proc file system's places, so that tests can put others there.
struct HostFacts {
    std::string proc = "/proc";
    std::string protected_hardlinks = "/proc/sys/fs/protected_hardlinks";
};

/// Whether nobody can link a file that is not his to a place of his (proc_sys_fs(5)). Anything but
/// a readable 1 is a no.
bool links_are_protected(const HostFacts& facts);

/// Whose the entries are to be. No uid: an account yet to be made, so that all are foreign.
struct Want {
    std::optional<std::uint32_t> uid;
    std::optional<std::uint32_t> gid;
    bool group_counts = true;

    bool operator==(const Want&) const = default;
};

Want want_below(const ExpectedOwner& owner, Below below) noexcept;

/// The longest path below a declared directory, in bytes, at which entries are given away: what is
/// recorded of each grows with it.
inline constexpr std::size_t max_given_path = 64u << 10;

struct Verdict {
    enum Kind {
        right,    ///< as it should be
        foreign,  ///< to be given to the owner
        shared,   ///< foreign and with several names: to be given only if all of them are inside
        refused,  ///< foreign, and must not be touched
    };
    Kind kind{};
    const char* reason = nullptr;  ///< of a refusal; lives for ever
};

Verdict judge(const Look& look, const Want& want, bool links_protected) noexcept;

/// Why a `shared` entry is refused.
namespace hard_link {
inline constexpr const char* unprotected =
    "hard-link: fs.protected_hardlinks is not 1, so any name here may be of a file elsewhere";
inline constexpr const char* outside =
    "hard-link: not all of its names were found where they would get the same owner";
inline constexpr const char* running =
    "hard-link: has several names, and processes of the service's account run";
inline constexpr const char* too_many =
    "hard-link: more files with several names than are kept track of";
}  // namespace hard_link

}  // namespace jts::hot_storage::sys
