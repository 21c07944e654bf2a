// jts-hot-storage-accounts [SERVICE]: creates the layout's missing accounts and groups. Started by
// systemd alone; what it did or could not do is one line of JSON on stdout, and exit status 0.

#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "accounts/answer.hpp"
#include "accounts/create_accounts.hpp"

namespace {

using namespace jts::hot_storage;

std::string run(const std::vector<std::string>& services) {
    try {
        return accounts::answer_of(accounts::create_accounts({}, services));
    } catch (const Error& error) {
        return accounts::answer_of(error);
    }
}

bool print(const std::string& answer) {
    return std::fputs(answer.c_str(), stdout) >= 0 && std::fflush(stdout) == 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc > 2) {
        std::fputs("usage: jts-hot-storage-accounts [SERVICE]\n", stderr);
        return 2;
    }
    std::signal(SIGPIPE, SIG_IGN);  // a child that does not read its input is no reason to die
    try {
        return print(run({argv + 1, argv + argc})) ? 0 : 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "jts-hot-storage-accounts: %s\n", error.what());
        return 1;
    }
}
