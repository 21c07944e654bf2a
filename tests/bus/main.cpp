/// Every test of the tier runs in namespaces of its own: see bus/world.hpp.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "bus/world.hpp"

int main(int argc, char** argv) {
    ::testing::InitGoogleTest(&argc, argv);
    if (::testing::GTEST_FLAG(list_tests)) return RUN_ALL_TESTS();  // by cmake, as any user
    const int status = jts::hot_storage::test::in_namespaces([] { return RUN_ALL_TESTS(); });
    // This process has left its own PID namespace and can start nothing more, LeakSanitizer's
    // tracer included; what was tested ran, and was checked for leaks, in the child.
    std::fflush(nullptr);
    std::_Exit(status);
}
