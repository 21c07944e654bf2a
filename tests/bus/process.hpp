/// Child processes of the tests: other users' programs, the bus, the daemon.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace jts::hot_storage::test {

struct Program {
    std::vector<std::string> arguments;    ///< the first is the program's absolute path
    uid_t uid = 0;                         ///< real, effective and saved; no supplementary groups
    std::vector<std::string> environment;  ///< put in front of the test's own: `NAME=value`
    std::string output_path = {};          ///< truncated for stdout; empty: stdout is captured
};

/// Killed, if it still runs, when it goes out of scope. stderr is captured.
class Process {
  public:
    explicit Process(const Program& program);
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    pid_t pid() const { return pid_; }
    bool runs() const;
    void signal(int number) const;

    /// Exit status, 128 + N where signal N ended it; nothing where it has not ended by then.
    std::optional<int> wait(std::chrono::milliseconds limit = std::chrono::seconds(60));

    std::string output() const;
    std::string errors() const;

  private:
    pid_t pid_ = -1;
    int watch_ = -1;  ///< a pidfd
    int output_ = -1;
    int errors_ = -1;
    std::optional<int> status_;
};

struct Finished {
    int status;
    std::string output;
    std::string errors;
};

/// Whether JTS_LONG=1 asks for the long version of a test.
bool long_run();

/// Resident memory of a process, in KiB.
long resident(pid_t pid);

/// The same once it is below `limit`, or after a minute: what was answered last may not be freed
/// yet.
long resident_below(long limit, pid_t pid);

/// How many descriptors a process has open, once that stayed the same for a fifth of a second: work
/// opens and closes directories, and a single look may fall between two. Where it never does in
/// twenty seconds, the most that were seen last.
std::size_t settled_descriptors(pid_t pid);

/// How many it has open once there are no more than `expected`; where that takes more than a
/// minute, as they were then. What gives way to everybody else stands still on a busy machine, so
/// that a number that stays tells nothing.
std::size_t descriptors_down_to(std::size_t expected, pid_t pid);

/// Runs it to its end. A program that does not end within a minute is killed, with status -1.
Finished run(const Program& program);

}  // namespace jts::hot_storage::test
