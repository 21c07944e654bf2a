#include "client/progress.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <vector>

#include "client/columns.hpp"
#include "core/text.hpp"

namespace jts::hot_storage::client {

namespace {

constexpr const char* EraseLine = "\r\x1b[K";

std::uint64_t steady_usec() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

std::string elapsed_text(std::uint64_t usec) {
    const std::uint64_t seconds = usec / 1'000'000;
    if (seconds < 60) return std::to_string(seconds) + " s";
    return std::to_string(seconds / 60) + " min " + std::to_string(seconds % 60) + " s";
}

/// The lightest go first where there is no room.
struct Part {
    std::string text;
    int weight;
};

std::string joined(const std::vector<Part>& parts) {
    std::string text;
    for (const Part& part : parts) text += (text.empty() ? "" : "  ") + part.text;
    return text;
}

/// In the first second it would say more about the start than about the work.
constexpr std::uint64_t EarliestRate = 1'000'000;

std::uint64_t rate_of(const JobStatus& job, const PhaseStart& start, std::uint64_t elapsed) {
    if (elapsed < EarliestRate || job.items_done <= start.items_done) return 0;
    return static_cast<std::uint64_t>(static_cast<double>(job.items_done - start.items_done) * 1e6 /
                                      static_cast<double>(elapsed));
}

/// As if the rest went as what was seen. Not from the first percents, which tell nothing.
std::optional<std::uint64_t> time_left(const JobStatus& job, const PhaseStart& start,
                                       std::uint64_t elapsed) {
    constexpr double Telling = 0.05;
    const double seen = job.progress - std::max(start.progress, 0.0);
    if (elapsed < EarliestRate || seen < Telling || job.progress >= 1) return {};
    return static_cast<std::uint64_t>(static_cast<double>(elapsed) * (1 - job.progress) / seen);
}

}  // namespace

std::string progress_text(const JobStatus& job, const PhaseStart& start, std::uint64_t now,
                          std::size_t width) {
    const std::uint64_t elapsed = now > start.seen_at ? now - start.seen_at : 0;
    std::vector<Part> parts{{escape(job.phase), 3}};
    if (job.items_done > 0) parts.push_back({std::to_string(job.items_done) + " items", 2});
    if (const auto rate = rate_of(job, start, elapsed); rate > 0)
        parts.push_back({std::to_string(rate) + "/s", 1});
    if (job.progress >= 0)
        parts.push_back({std::to_string(std::lround(std::min(job.progress, 1.0) * 100)) + " %", 5});
    parts.push_back({elapsed_text(elapsed), 4});
    if (const auto left = time_left(job, start, elapsed))
        parts.push_back({elapsed_text(*left) + " left", 6});
    while (parts.size() > 1 && width_of(joined(parts)) > width)
        parts.erase(std::ranges::min_element(parts, {}, &Part::weight));
    return joined(parts);
}

void ProgressLine::show(const JobStatus& job) {
    if (!shown_) return;
    const std::uint64_t now = steady_usec();
    if (job.phase != start_.phase) start_ = {job.phase, now, job.items_done, job.progress};
    // One column stays free, lest the terminal begin another line.
    constexpr std::size_t Usual = 80;
    const std::size_t width = session_.remark_style().width;
    session_.console().remark(EraseLine +
                              progress_text(job, start_, now, (width == 0 ? Usual : width) - 1));
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
