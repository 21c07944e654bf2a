// jts-hot-storage-probe ACCOUNT: can the account write in its directories of the layout? Started by
// systemd alone, as that account; the answer is one line of JSON on stdout, and exit status 0.

#include <sys/prctl.h>

#include <cstdio>
#include <exception>
#include <string>

#include "probe/answer.hpp"
#include "probe/probe.hpp"

namespace {

using namespace jts::hot_storage;

bool print(const std::string& answer) {
    return std::fputs(answer.c_str(), stdout) >= 0 && std::fflush(stdout) == 0;
}

}  // namespace

int main(int argc, char** argv) {
    // Other processes of the account may not trace this one, nor reach its answer through /proc.
    // The program's mode says the same from exec on; this holds where it was copied or built.
    if (::prctl(PR_SET_DUMPABLE, 0) != 0) return 1;
    if (argc != 2) {
        std::fputs("usage: jts-hot-storage-probe ACCOUNT\n", stderr);
        return 2;
    }
    try {
        return print(probe::answer_of(probe::probe_account({}, argv[1]))) ? 0 : 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "jts-hot-storage-probe: %s\n", error.what());
        return 1;
    }
}
