/// Every test of the tier runs in namespaces of its own: see bus/world.hpp.
#include <gtest/gtest.h>

#include "bus/world.hpp"

int main(int argc, char** argv) {
    ::testing::InitGoogleTest(&argc, argv);
    if (::testing::GTEST_FLAG(list_tests)) return RUN_ALL_TESTS();  // by cmake, as any user
    return jts::hot_storage::test::in_namespaces([] { return RUN_ALL_TESTS(); });
}
