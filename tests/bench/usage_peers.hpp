/// The programs that count a tree, each asked for its sum and nothing else, without a terminal, and
/// within one file system as we are.
#pragma once

#include <string>
#include <vector>

#include "bench/usage_host.hpp"

namespace jts::hot_storage::test {

struct UsagePeer {
    std::string name;
    std::vector<std::string> command;
    std::string sum;  ///< a shell's command that prints the bytes that it finds
};

/// duc writes an index, as it has no other way; to memory, so that it waits for no disk.
inline std::vector<UsagePeer> usage_peers() {
    const std::string top = UsageHost::top;
    const std::string index = "--database=/run/bench-duc";
    return {
        {"du", {"/usr/bin/du", "-s", "-x", top}, "du -s -x -B1 " + top},
        {"gdu",
         {"/usr/bin/gdu", "-n", "-p", "-c", "-s", "-x", top},
         "gdu -n -p -c -s -x --no-prefix " + top},
        {"duc",
         {"/usr/bin/duc", "index", "-q", "-x", "-H", index, top},
         "duc index -q -x -H " + index + " " + top + " && duc info -b " + index +
             " | perl -lane 'END { print $F[4] }'"},
        {"ncdu",
         {"/usr/bin/ncdu", "-0", "-x", "-o", "/dev/null", top},
         "ncdu -0 -x -o - " + top +
             R"( | perl -lne '$sum += $1 while /"dsize":(\d+)/g; END { print $sum }')"},
    };
}

}  // namespace jts::hot_storage::test
