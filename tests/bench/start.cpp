/// From exec to the name on the bus: our daemon and a peer, in turn in one run. Nobody else may
/// hold or start either name meanwhile. Prints JSON; the ratio is ours to the peer's.
///
///     bench_start ROUNDS OUR_NAME OUR_PROGRAM PEER_NAME PEER_PROGRAM [ARGUMENT]

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "bench/bench.hpp"
#include "bench/bus_peer.hpp"

namespace jts::hot_storage::test {
namespace {

struct Started {
    const char* name;
    const char* program;
    const char* argument;
};

/// Whether the name has an owner, as the bus tells when that changes.
class Name {
  public:
    explicit Name(const char* name) : bus_(open_system_bus()) {
        const std::string match = std::string(
                                      "type='signal',sender='org.freedesktop.DBus',"
                                      "member='NameOwnerChanged',arg0='") +
                                  name + "'";
        succeeded(sd_bus_add_match(bus_.get(), nullptr, match.c_str(), on_change, &owned_),
                  "watch");
    }

    void wait_until(bool owned) {
        while (owned_ != owned) {
            if (succeeded(sd_bus_process(bus_.get(), nullptr), "read the bus") == 0)
                succeeded(sd_bus_wait(bus_.get(), UINT64_MAX), "wait for the bus");
        }
    }

  private:
    static int on_change(sd_bus_message* message, void* owned, sd_bus_error*) {
        const char *name = nullptr, *before = nullptr, *after = nullptr;
        succeeded(sd_bus_message_read(message, "sss", &name, &before, &after), "read a signal");
        *static_cast<bool*>(owned) = *after != '\0';
        return 0;
    }

    Bus bus_;
    bool owned_ = false;
};

double start_and_stop(const Started& what) {
    Name name(what.name);
    pid_t child = -1;
    const double taken = seconds([&] {
        child = ::fork();
        if (child == 0) {
            ::execl(what.program, what.program, what.argument, nullptr);
            ::_exit(127);
        }
        name.wait_until(true);
    });
    ::kill(child, SIGTERM);
    ::waitpid(child, nullptr, 0);
    name.wait_until(false);
    return taken;
}

void run(int rounds, const Started& ours, const Started& theirs) {
    Ratios ratio, our_msec, their_msec;
    for (int round = 0; round < rounds; ++round) {
        our_msec.values.push_back(start_and_stop(ours) * 1e3);
        their_msec.values.push_back(start_and_stop(theirs) * 1e3);
        ratio.values.push_back(our_msec.values.back() / their_msec.values.back());
    }
    std::printf(
        "{\"exec_to_name\": {\"msec\": %.2f, \"peer_msec\": %.2f, \"ratio\": %.3f, "
        "\"spread\": [%.3f, %.3f]}}\n",
        our_msec.median(), their_msec.median(), ratio.median(), ratio.lowest(), ratio.highest());
}

}  // namespace
}  // namespace jts::hot_storage::test

int main(int argc, char** argv) try {
    if (argc < 6) {
        std::fputs(
            "usage: bench_start ROUNDS OUR_NAME OUR_PROGRAM PEER_NAME PEER_PROGRAM "
            "[ARGUMENT]\n",
            stderr);
        return 2;
    }
    jts::hot_storage::test::run(std::atoi(argv[1]), {argv[2], argv[3], nullptr},
                                {argv[4], argv[5], argc > 6 ? argv[6] : nullptr});
} catch (const std::exception& error) {
    std::fprintf(stderr, "bench_start: %s\n", error.what());
    return 1;
}
