/// systemd's manager on a private bus: runs the built accounts helper as its units would, or ends
/// a unit in whatever way a test asks for.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/inspection.hpp"

namespace jts::hot_storage::test {

/// How a unit ends.
struct UnitEnd {
    std::string job_result = "done";
    std::string unit_result = "success";
    /// What to do between the job's start and its end; gets the unit's name.
    std::function<void(const std::string&)> work = [](const std::string&) {};
};

/// A unit as its properties show it.
struct ScriptedUnit {
    UnitFacts facts;
    std::string load_state = "loaded";
    std::string root_image;
    std::string result = "success";  ///< of its last run
};

/// Thread-safe. On the bus from construction on.
class FakeSystemd {
  public:
    /// `accounts_helper`: the program behind jts-hot-storage-accounts[@SERVICE].service.
    explicit FakeSystemd(std::string accounts_helper);
    ~FakeSystemd();
    FakeSystemd(const FakeSystemd&) = delete;
    FakeSystemd& operator=(const FakeSystemd&) = delete;

    /// What the next units do. Without a script the helper is really run, its stdout in
    /// /run/jts-hot-storage/UNIT.
    using Script = std::function<UnitEnd(const std::string& unit)>;
    void end_units(Script script);
    void end_units(UnitEnd end) {
        end_units([end = std::move(end)](const std::string&) { return end; });
    }
    /// StartUnit, LoadUnit and ListUnitsByPatterns are answered with an error.
    void refuse_units();
    /// Back to running the helper.
    void run_units();

    /// From now on there is that unit, by its name. Others are `not-found`.
    void set_unit(ScriptedUnit unit);

    /// What the helper's environment gets on top of the test's own.
    void set_environment(std::vector<std::string> environment);

    std::vector<std::string> started() const;

  private:
    class Manager;
    std::unique_ptr<Manager> manager_;
};

}  // namespace jts::hot_storage::test
