#include "sys/courtesy.hpp"

#include <fcntl.h>
#include <linux/ioprio.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <exception>
#include <string_view>
#include <system_error>
#include <thread>

#include "sys/small_file.hpp"

namespace jts::hot_storage::sys {

int give_way_to_others() noexcept {
    const int idle = IOPRIO_PRIO_VALUE(IOPRIO_CLASS_IDLE, 0);  // a function in later headers
    // Not by niceness: an idle thread gives the processor up at once when somebody wakes. Of the
    // calling thread alone, as everything here.
    const sched_param none{};
    const int error = ::sched_setscheduler(0, SCHED_IDLE, &none) == 0 ? 0 : errno;
    return ::syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, idle) == 0 || error != 0 ? error
                                                                                     : errno;
}

void run_politely(const std::function<void()>& step) {
    std::exception_ptr failure;
    const auto run = [&]() noexcept {
        try {
            step();
        } catch (...) {
            failure = std::current_exception();
        }
    };
    std::thread polite;
    try {
        polite = std::thread([&] {
            (void)give_way_to_others();
            run();
        });
    } catch (const std::system_error&) {
        run();
    }
    if (polite.joinable()) polite.join();
    if (failure) std::rethrow_exception(failure);
}

double pressure_in(const std::string& text) noexcept {
    constexpr std::string_view key = "some avg10=";
    const auto at = text.find(key);
    if (at == std::string::npos) return 0;
    double percent = 0;
    std::from_chars(text.data() + at + key.size(), text.data() + text.size(), percent);
    return std::clamp(percent / 100, 0.0, 1.0);
}

std::chrono::microseconds rest_after(std::chrono::microseconds work, double pressure) noexcept {
    constexpr double most = 0.75, least = 0.05;
    if (pressure < least) return {};
    const double share = std::min(pressure, most);
    return std::chrono::duration_cast<std::chrono::microseconds>(work * (share / (1 - share)));
}

double Courtesy::pressure(Clock::time_point now) noexcept {
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (lock && now - looked_at_ >= between_looks) {
        looked_at_ = now;
        pressure_ = read_small_file(AT_FDCWD, path_.c_str(), text_) == 0 ? pressure_in(text_) : 0;
    }
    return pressure_;
}

}  // namespace jts::hot_storage::sys
