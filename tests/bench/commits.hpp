/// A database as the disk sees it: fio(1) writes 4 KiB anywhere into a file and waits until they
/// are durable, again and again.
#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "bus/process.hpp"

namespace jts::hot_storage::test {

/// How long a commit took, in microseconds: fdatasync alone.
struct Commits {
    double p50;
    double p99;
};

/// The first call makes the file, of blocks that are written: a commit then changes no metadata.
inline Commits commit_for(std::chrono::seconds time, const std::string& file) {
    Process fio(Program{.arguments = {"/usr/bin/fio", "--name=database", "--filename=" + file,
                                      "--size=64m", "--overwrite=1", "--rw=randwrite", "--bs=4k",
                                      "--ioengine=psync", "--iodepth=1", "--fdatasync=1",
                                      "--time_based", "--runtime=" + std::to_string(time.count()),
                                      "--output-format=json"}});
    if (fio.wait(time + std::chrono::minutes(5)) != 0)
        throw std::runtime_error("fio failed: " + fio.errors());
    const auto percentiles = nlohmann::json::parse(fio.output())
                                 .at("jobs")
                                 .at(0)
                                 .at("sync")
                                 .at("lat_ns")
                                 .at("percentile");
    return {percentiles.at("50.000000").get<double>() / 1e3,
            percentiles.at("99.000000").get<double>() / 1e3};
}

}  // namespace jts::hot_storage::test
