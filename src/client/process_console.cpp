#include "client/process_console.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <clocale>
#include <csignal>
#include <iostream>
#include <string>
#include <system_error>
#include <thread>

#include "jts/hot_storage/error.hpp"
#include "sys/write_all.hpp"

namespace jts::hot_storage::client {

namespace {

std::size_t width_of_terminal(int fd) {
    struct winsize size {};
    return ::ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/// The lowest free descriptor is the one that is asked about, since those below it are open.
void occupy(int fd, int flags) {
    if (::fcntl(fd, F_GETFD) >= 0 || errno != EBADF) return;
    if (::open("/dev/null", flags) != fd) _exit(3);
}

}  // namespace

void ProcessConsole::data(std::string_view text) {
    if (const int error = sys::write_all(STDOUT_FILENO, text))
        throw Error(ErrorCode::failed,
                    "cannot write to standard output: " + std::generic_category().message(error));
}

void ProcessConsole::remark(std::string_view text) {
    sys::write_all(STDERR_FILENO, text);
}

bool ProcessConsole::data_on_terminal() const {
    return ::isatty(STDOUT_FILENO) == 1;
}

bool ProcessConsole::remarks_on_terminal() const {
    return ::isatty(STDERR_FILENO) == 1;
}

std::size_t ProcessConsole::data_width() const {
    return width_of_terminal(STDOUT_FILENO);
}

std::size_t ProcessConsole::remarks_width() const {
    return width_of_terminal(STDERR_FILENO);
}

bool ProcessConsole::interactive() const {
    return ::isatty(STDIN_FILENO) == 1 && remarks_on_terminal();
}

bool ProcessConsole::confirm(std::string_view question) {
    remark(question);
    std::string answer;
    if (!std::getline(std::cin, answer)) remark("\n");
    return answer == "y" || answer == "Y" || answer == "yes";
}

/// Ctrl-C ends the process.
bool ProcessConsole::pause(std::chrono::milliseconds length) {
    std::this_thread::sleep_for(length);
    return true;
}

void ProcessConsole::offer_passwords() {
    if (!agent_ && ::geteuid() != 0) agent_.emplace();  // root is never asked
}

void prepare_standard_streams() {
    // Opened the wrong way round on purpose: whoever uses a stream that is not there gets an error.
    occupy(STDIN_FILENO, O_WRONLY);
    occupy(STDOUT_FILENO, O_RDONLY);
    occupy(STDERR_FILENO, O_RDONLY);
    std::signal(SIGPIPE, SIG_IGN);
    std::setlocale(LC_CTYPE, "C.UTF-8");
}

}  // namespace jts::hot_storage::client
