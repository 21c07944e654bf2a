/// What a person sees of a long call while it runs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "client/command.hpp"
#include "client/interrupt.hpp"

namespace jts::hot_storage::client {

/// Where a phase stood when it was first seen, by a clock of the client's own: what went before,
/// and another host's clock, tell nothing of how fast it goes.
struct PhaseStart {
    std::string phase;
    std::uint64_t seen_at = 0;  ///< microseconds, of the same clock as `now`
    std::uint64_t items_done = 0;
    double progress = -1;
};

/// `walking  12345 items  1763/s  45 %  7 s  9 s left`, of what is known and of what `width`
/// columns have room for: where it is little, what counts most. The seconds are those since
/// `start`.
std::string progress_text(const JobStatus& job, const PhaseStart& start, std::uint64_t now,
                          std::size_t width);

/// A line on stderr that is written again in place, and erased at the end; nothing where stderr is
/// no terminal, or with --quiet or --json.
class ProgressLine {
  public:
    explicit ProgressLine(Session& session) : session_(session), shown_(session.shows_progress()) {}
    ~ProgressLine() { erase(); }
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    void show(const JobStatus& job);
    void erase();

  private:
    Session& session_;
    bool shown_;
    bool written_ = false;
    PhaseStart start_;
};

/// Shows the progress of a call, and has it cancelled at Ctrl-C. Until the call has a job, Ctrl-C
/// ends the client, so that a password prompt can be left.
class Watch {
  public:
    explicit Watch(Session& session) : session_(session), line_(session) {}

    bool operator()(const JobStatus& job);

  private:
    Session& session_;
    ProgressLine line_;
    std::optional<Interrupt> interrupt_;
};

/// `call(on_progress)`, watched. The line is gone when it returns or throws.
template <typename Call>
auto watched(Session& session, Call&& call) {
    Watch watch(session);
    return call(OnProgress([&watch](const JobStatus& job) { return watch(job); }));
}

}  // namespace jts::hot_storage::client
