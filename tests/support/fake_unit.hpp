/// A unit's object on the bus, with the properties that a test gave it.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <mutex>
#include <string>
#include <vector>

#include "bus/compat.hpp"
#include "dbus/test_systemd_adaptor.hpp"
#include "support/fake_systemd.hpp"

namespace jts::hot_storage::test {

/// Thread-safe.
class FakeUnit final
    : public sdbus::AdaptorInterfaces<org::freedesktop::systemd1::Unit_adaptor,
                                      org::freedesktop::systemd1::Service_adaptor> {
  public:
    FakeUnit(sdbus::IConnection& connection, const std::string& path, ScriptedUnit unit)
        : AdaptorInterfaces(connection, bus::compat::ObjectPath(path)),
          path_(path),
          unit_(std::move(unit)) {
        registerAdaptor();
    }
    ~FakeUnit() { unregisterAdaptor(); }

    sdbus::ObjectPath path() const { return sdbus::ObjectPath(path_); }
    ScriptedUnit unit() const {
        std::lock_guard lock(mutex_);
        return unit_;
    }
    void become(ScriptedUnit unit) {
        std::lock_guard lock(mutex_);
        unit_ = std::move(unit);
    }
    void end_with(const std::string& result) {
        std::lock_guard lock(mutex_);
        unit_.result = result;
    }

  private:
    using Strings = std::vector<std::string>;
    using Command =
        sdbus::Struct<std::string, Strings, bool, std::uint64_t, std::uint64_t, std::uint64_t,
                      std::uint64_t, std::uint32_t, std::int32_t, std::int32_t>;

    std::string Id() override { return unit().facts.name; }
    std::string LoadState() override { return unit().load_state; }
    Strings RequiresMountsFor() override { return unit().facts.requires_mounts_for; }

    std::string Result() override { return unit().result; }
    std::string ProtectSystem() override { return unit().facts.protect_system; }
    std::string ProtectHome() override { return unit().facts.protect_home; }
    Strings ReadWritePaths() override { return unit().facts.read_write_paths; }
    Strings ReadOnlyPaths() override { return unit().facts.read_only_paths; }
    Strings InaccessiblePaths() override { return unit().facts.inaccessible_paths; }
    std::string RootDirectory() override { return unit().facts.root_directory; }
    std::string RootImage() override { return unit().root_image; }
    std::vector<Command> ExecStart() override {
        return {{"/bin/true", Strings{"/bin/true"}, false, 0, 0, 0, 0, 0, 0, 0}};
    }

    const std::string path_;
    mutable std::mutex mutex_;
    ScriptedUnit unit_;
};

}  // namespace jts::hot_storage::test
