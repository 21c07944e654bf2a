/// A host with a second service, `web`, and du(1) beside the survey.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "sys/survey.hpp"
#include "tree_fixture.hpp"

namespace jts::hot_storage::test {

/// The number that `du -s -x` begins with. `what`: `-B1` or `--inodes`.
std::uint64_t du(const std::string& path, const std::string& what);

class UsageTest : public TreeTest {
  protected:
    UsageTest();

    sys::Survey count(sys::WalkMeter* meter = nullptr) const;
    void expect_what_du_counts() const;
    static void fill(const std::string& path, std::size_t bytes);

    std::size_t max_directories = sys::DirectoryBudget::default_total;
};

/// Grows a random tree below `path`. Some entries are further names of `files`, which gains all
/// that are made; of none where it is null.
void grow(std::mt19937& random, const std::string& path, int depth,
          std::vector<std::string>* files);

}  // namespace jts::hot_storage::test
