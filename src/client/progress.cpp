#include "client/progress.hpp"

#include <chrono>
#include <cmath>

#include "core/text.hpp"

namespace jts::hot_storage::client {

namespace {

constexpr const char* EraseLine = "\r\x1b[K";

std::uint64_t wall_clock_usec() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

std::string elapsed_text(std::uint64_t usec) {
    const std::uint64_t seconds = usec / 1'000'000;
    if (seconds < 60) return std::to_string(seconds) + " s";
    return std::to_string(seconds / 60) + " min " + std::to_string(seconds % 60) + " s";
}

}  // namespace

std::string progress_text(const JobStatus& job, std::uint64_t now) {
    constexpr std::size_t LongestPhase = 16;  // with 20 digits of items still below 80 columns
    std::string text = escape(job.phase.substr(0, LongestPhase));
    if (job.items_done > 0) text += "  " + std::to_string(job.items_done) + " items";
    if (job.progress >= 0)
        text += "  " + std::to_string(std::lround(std::min(job.progress, 1.0) * 100)) + " %";
    return text + "  " + elapsed_text(now > job.started_at ? now - job.started_at : 0);
}

void ProgressLine::show(const JobStatus& job) {
    if (!shown_) return;
    session_.console().remark(EraseLine + progress_text(job, wall_clock_usec()));
    written_ = true;
}

void ProgressLine::erase() {
    if (written_) session_.console().remark(EraseLine);
    written_ = false;
}

bool Watch::operator()(const JobStatus& job) {
    if (!interrupt_) interrupt_.emplace();
    if (!interrupt_->pending()) return line_.show(job), true;
    line_.erase();
    session_.warn("cancelling job " + job.job_id + "; Ctrl-C again leaves it to itself");
    return false;
}

}  // namespace jts::hot_storage::client
