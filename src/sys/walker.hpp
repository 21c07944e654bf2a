/// One worker of a walk: depth first, by a stack of frames of which only the deepest keep their
/// directory open.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "sys/directory_reader.hpp"
#include "sys/walk.hpp"
#include "sys/walk_crew.hpp"
#include "sys/walk_pulse.hpp"

namespace jts::hot_storage::sys {

class Walker {
  public:
    Walker(const std::vector<WalkRoot>& roots, WalkCrew& crew, Visitor& visitor,
           const WalkLimits& limits)
        : roots_(roots), crew_(crew), visitor_(visitor), limits_(limits), pulse_(crew) {}

    /// Walks, in the thread that made it, until the crew has nothing left. Throws what stops the
    /// walk.
    void run();

  private:
    /// A directory on the way down. Where `reader` is null it was closed to save descriptors; it
    /// is opened again from its child's `..`, and is the same one only if inode and birth agree.
    struct Frame {
        std::uint64_t inode;
        std::int64_t birth_sec;
        std::uint32_t birth_nsec;
        std::int64_t offset;
        std::size_t path_length;
        std::unique_ptr<DirectoryReader> reader;
    };
    static_assert(sizeof(Frame) <= level_bytes);

    void walk(WalkTask task);
    void visit(const RawEntry& entry);
    void look_by_name(const Met& met);
    void enter(const Met& met);
    void enter(const Met& met, Fd directory);
    void cannot_look(const Met& met, const char* action, int error);
    void descend(Fd directory, const Look& seen);
    void ascend();
    void close_distant_frame();
    bool reopen(Frame& frame, Fd directory);
    void find_again_from_top();
    bool may_go_into(const char* name) const;
    bool may_give(const char* name) const;
    std::size_t depth() const { return depth_ + frames_.size() - 1; }
    bool is_skipped(const char* name) const;
    std::string frame_name(std::size_t index) const;

    const std::vector<WalkRoot>& roots_;
    WalkCrew& crew_;
    Visitor& visitor_;
    const WalkLimits limits_;
    WalkPulse pulse_;
    std::deque<Frame> frames_;  ///< grows without ever being there twice
    std::string path_;          ///< of the deepest frame
    Look origin_{};             ///< the task's directory: its mount is the walk's
    std::size_t root_ = 0;      ///< of the task
    std::size_t depth_ = 0;     ///< of the task's directory below its root
    std::size_t steps_ = 0;     ///< down again, that this task may still take
};

}  // namespace jts::hot_storage::sys
