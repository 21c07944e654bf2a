/// The entries of one open directory, in big gulps and without a copy.
#pragma once

#include <cstdint>
#include <memory>

#include "sys/fd.hpp"

namespace jts::hot_storage::sys {

/// One entry as getdents64(2) lays it out. `type` (DT_…) is a hint: the entry may be another by
/// the time it is looked at.
struct RawEntry {
    std::uint64_t inode;
    std::int64_t next_offset;
    unsigned short size;
    unsigned char type;
    char name[1];
};

class DirectoryReader {
  public:
    /// Takes a descriptor open for reading and goes on after the entry that `offset` was given
    /// for, 0 being the beginning.
    explicit DirectoryReader(Fd fd, std::int64_t offset = 0);

    /// The next entry but `.` and `..`, valid until the call after; null at the end, also where the
    /// directory was removed meanwhile. Zero or an errno value in `error`.
    const RawEntry* next(int& error);

    /// What to go on from in another reader of the same directory.
    std::int64_t offset() const noexcept { return offset_; }
    int fd() const noexcept { return fd_.get(); }
    Fd release() && noexcept { return std::move(fd_); }

  private:
    bool refill(int& error);

    Fd fd_;
    std::unique_ptr<char[]> buffer_;
    std::size_t position_ = 0, end_ = 0;
    std::int64_t offset_;
};

}  // namespace jts::hot_storage::sys
