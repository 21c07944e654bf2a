#include "sys/ownership.hpp"

#include <fcntl.h>

#include "sys/small_file.hpp"

namespace jts::hot_storage::sys {
namespace {

bool is_foreign(const Look& look, const Want& want) noexcept {
    return look.stx_uid != want.uid || (want.group_counts && look.stx_gid != want.gid);
}

bool is_device(const Look& look) noexcept {
    return S_ISBLK(look.stx_mode) || S_ISCHR(look.stx_mode);
}

}  // namespace

bool links_are_protected(const HostFacts& facts) {
    std::string text;
    return read_small_file(AT_FDCWD, facts.protected_hardlinks.c_str(), text) == 0 && text == "1\n";
}

Want want_below(const ExpectedOwner& owner, Below below) noexcept {
    return {owner.uid, owner.gid, below == Below::owner_and_group};
}

Verdict judge(const Look& look, const Want& want, bool links_protected) noexcept {
    if (!is_foreign(look, want)) return {Verdict::right};
    if (is_device(look)) return {Verdict::refused, "device: device nodes are not given away"};
    if (is_pinned(look))
        return {Verdict::refused, "immutable: has the immutable or append-only attribute"};
    if (S_ISDIR(look.stx_mode)) return {Verdict::foreign};
    // A link to a file elsewhere drops to one name when the file is replaced there.
    if (!links_protected) return {Verdict::refused, hard_link::unprotected};
    return {look.stx_nlink > 1 ? Verdict::shared : Verdict::foreign};
}

}  // namespace jts::hot_storage::sys
