#include "sys/directory_reader.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>

namespace jts::hot_storage::sys {
namespace {

constexpr std::size_t buffer_size = 32768;  // more gained nothing

bool is_dot_name(const char* name) {
    return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

}  // namespace

DirectoryReader::DirectoryReader(Fd fd, std::int64_t offset)
    : fd_(std::move(fd)),
      buffer_(std::make_unique_for_overwrite<char[]>(buffer_size)),
      offset_(offset) {}

bool DirectoryReader::refill(int& error) {
    const bool resumes = end_ == 0 && offset_ != 0;
    if (resumes && ::lseek(fd_.get(), offset_, SEEK_SET) < 0) {
        error = errno;
        return false;
    }
    const long got = ::syscall(SYS_getdents64, fd_.get(), buffer_.get(), buffer_size);
    error = got >= 0 || errno == ENOENT ? 0 : errno;
    if (got <= 0) return false;
    position_ = 0;
    end_ = static_cast<std::size_t>(got);
    return true;
}

const RawEntry* DirectoryReader::next(int& error) {
    error = 0;
    for (;;) {
        if (position_ == end_ && !refill(error)) return nullptr;
        const auto* entry = reinterpret_cast<const RawEntry*>(buffer_.get() + position_);
        position_ += entry->size;
        offset_ = entry->next_offset;
        if (!is_dot_name(entry->name)) return entry;
    }
}

}  // namespace jts::hot_storage::sys
