/// What work costs: time, processor and memory, of a program and of a daemon that is asked.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <chrono>
#include <ctime>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "bench/bench.hpp"
#include "bus/process.hpp"

namespace jts::hot_storage::test {

struct Cost {
    double seconds = 0;
    double cpu_seconds = 0;  ///< user and system, of all threads
    long peak_kib = 0;       ///< resident; 0 where nobody looked
};

/// Of this process (RUSAGE_SELF) or of its children that have ended (RUSAGE_CHILDREN).
inline double cpu_seconds(int who) {
    rusage usage{};
    ::getrusage(who, &usage);
    const auto in_seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return in_seconds(usage.ru_utime) + in_seconds(usage.ru_stime);
}

/// What /proc/PID/stat has in hundredths of a second, in nanoseconds.
inline double cpu_seconds_of(pid_t pid) {
    clockid_t clock{};
    timespec time{};
    if (const int error = ::clock_getcpuclockid(pid, &clock); error != 0)
        throw std::system_error(error, std::generic_category(), "find a process's clock");
    require(::clock_gettime(clock, &time) == 0, "read a process's clock");
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

inline long peak_kib_of(pid_t pid) {
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    std::string word;
    while (status >> word && word != "VmHWM:") {
    }
    long kib = 0;
    status >> kib;
    return kib;
}

/// Of a program, which has to succeed. Its memory is seen by time(1), itself as small as a program
/// can be: a program's ru_maxrss is never below what its parent had when it forked (getrusage(2)).
inline Cost cost_of_program(const std::vector<std::string>& command) {
    const std::string peak = "/run/bench-peak";
    Program program{.arguments = {"/usr/bin/time", "--format=%M", "--output=" + peak}};
    program.arguments.insert(program.arguments.end(), command.begin(), command.end());
    Cost cost;
    const double before = cpu_seconds(RUSAGE_CHILDREN);
    cost.seconds = seconds([&] {
        Process process(program);
        if (process.wait(std::chrono::hours(1)) != 0)
            throw std::runtime_error(command.front() + " failed: " + process.errors());
    });
    cost.cpu_seconds = cpu_seconds(RUSAGE_CHILDREN) - before;
    std::ifstream(peak) >> cost.peak_kib;
    return cost;
}

/// Of what a daemon is asked to do. The peak is of all that it has done.
inline Cost cost_of_asking(pid_t daemon, const std::function<void()>& ask) {
    const double before = cpu_seconds_of(daemon);
    Cost cost;
    cost.seconds = seconds(ask);
    cost.cpu_seconds = cpu_seconds_of(daemon) - before;
    cost.peak_kib = peak_kib_of(daemon);
    return cost;
}

}  // namespace jts::hot_storage::test
