/// A host of the daemon's own whose service `backup` lies on a disk of its own, and the count of
/// what is there: by GetUsage, called over the bus, and by du.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "bench/disk.hpp"
#include "support/bus_host.hpp"

namespace jts::hot_storage::test {

struct Count {
    std::uint64_t bytes;
    std::uint64_t inodes;
    bool operator==(const Count&) const = default;
};

/// The number that a shell's command prints first.
inline std::uint64_t number_from(const std::string& command) {
    const std::unique_ptr<FILE, int (*)(FILE*)> output(::popen(command.c_str(), "r"), &::pclose);
    char line[128] = "";
    if (!output || std::fgets(line, sizeof line, output.get()) == nullptr)
        throw std::runtime_error("cannot run " + command);
    return std::strtoull(line, nullptr, 10);
}

/// A walk begun now, at the priority `full` or `idle`. A dictionary's value is its type and itself:
/// see bus/message_json.hpp.
inline Count count_by_us(Caller& root, const std::string& priority) {
    const std::chrono::hours limit(1);
    const std::chrono::microseconds wait = limit;
    auto& pending = root.send(
        {"GetUsage",
         services_and_options({"backup"}, {{"max_age", std::uint64_t{0}},
                                           {"priority", priority},
                                           {"wait", static_cast<std::uint64_t>(wait.count())}})});
    const Answer answer = root.wait(pending, limit);
    if (!answer.ok()) throw std::runtime_error(answer.error + ": " + answer.message);
    const auto& counted = answer.values.at(0).at("backup");
    return {counted.at("used_bytes").get<std::uint64_t>(),
            counted.at("inodes").get<std::uint64_t>()};
}

class UsageHost {
  public:
    static constexpr const char* top = "/mnt/jts/hot/backup";
    static constexpr const char* tree = "/mnt/jts/hot/backup/staging";  ///< empty at first

    explicit UsageHost(Disk& disk) {
        std::filesystem::create_directories("/mnt/jts");
        disk.mount("/mnt/jts");
        host_.start_daemon();
        if (const Answer answer = host_.provision(); !answer.ok())
            throw std::runtime_error(answer.message);
    }

    /// One that has done nothing yet. Returns its id.
    pid_t renew_daemon() {
        host_.stop_daemon();
        host_.start_daemon();
        return host_.daemon().pid();
    }

    /// What all agree on, once they do.
    Count agreed_count() {
        const std::string du = std::string("du -s -x ") + top;
        const Count count{number_from(du + " -B1"), number_from(du + " --inodes")};
        Caller root;
        if (count_by_us(root, "full") != count)
            throw std::runtime_error("we and du count differently");
        return count;
    }

  private:
    BusHost host_;
};

}  // namespace jts::hot_storage::test
