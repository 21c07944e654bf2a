/// systemd, as far as whoever starts a helper unit needs it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/ports.hpp"

namespace jts::hot_storage::test {

/// Does what the test says and ends so.
class ScriptedUnits : public engine::Units {
  public:
    std::vector<UnitFacts> look_up(const std::string&) override { return {}; }
    Outcome start(const std::string& unit) override {
        started.push_back(unit);
        during(unit);
        return outcome;
    }
    std::vector<std::string> started;
    std::function<void(const std::string&)> during = [](const std::string&) {};
    Outcome outcome{.job_result = "done", .unit_result = "success"};
};

}  // namespace jts::hot_storage::test
