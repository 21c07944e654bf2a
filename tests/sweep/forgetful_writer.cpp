/// The journal's writer without its writing: what the sweeps must notice. Linked in the place of
/// engine/journal_writer.cpp.
#include <unistd.h>

#include "engine/journal_writer.hpp"

namespace jts::hot_storage::engine {

JournalWriter::JournalWriter(sys::Fd fd, std::string path, std::uint64_t size,
                             std::uint64_t batches)
    : fd_(std::move(fd)), path_(std::move(path)), size_(size), batches_(batches) {}

void JournalWriter::promise(FrameType, std::uint64_t) {}
void JournalWriter::write_durably(FrameType, std::string_view) {}
void JournalWriter::write(FrameType, std::string_view) {}
void JournalWriter::take_attempt_back() {}
std::uint64_t JournalWriter::will_change(const sys::BatchRecord&) {
    return 0;
}
void JournalWriter::did_change(std::uint64_t, const std::vector<sys::EntryOutcome>&) {}
void JournalWriter::finish(const ChangeResult&) {
    ::unlink(path_.c_str());
}

}  // namespace jts::hot_storage::engine
