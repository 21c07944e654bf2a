/// org.freedesktop.LogControl1: what `systemctl service-log-level` and `service-log-target` speak.
#pragma once

#include <sdbus-c++/sdbus-c++.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <string>

#include "dbus/log_control_adaptor.hpp"

namespace jts::hot_storage::bus {

/// Writing is for root alone: the XML marks both properties as privileged, and the bus policy lets
/// nobody else send Properties.Set (T46: debug text may hold names from inside the tree).
class LogControl final : public sdbus::AdaptorInterfaces<org::freedesktop::LogControl1_adaptor> {
  public:
    explicit LogControl(sdbus::IConnection& connection);
    ~LogControl();

  private:
    std::string LogLevel() override;
    void LogLevel(const std::string& value) override;
    std::string LogTarget() override;
    void LogTarget(const std::string& value) override;
    std::string SyslogIdentifier() override;

    std::string target_ = "journal";
};

/// Makes the journal (or the console) the sink of spdlog's default logger. Throws
/// Error(invalid_args) for any other target.
void set_log_target(const std::string& target);

}  // namespace jts::hot_storage::bus
