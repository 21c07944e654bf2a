#include "bus/log_control.hpp"

#include <spdlog/sinks/dist_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/sinks/systemd_sink.h>

#include <algorithm>
#include <array>
#include <utility>

#include "bus/compat.hpp"
#include "bus/convert.hpp"
#include "core/text.hpp"

namespace jts::hot_storage::bus {
namespace {

constexpr const char* identifier = "jts-hot-storaged";

/// syslog's levels and spdlog's; spdlog has fewer, and the first that matches is the name shown.
constexpr std::array<std::pair<const char*, spdlog::level::level_enum>, 8> levels{{
    {"crit", spdlog::level::critical},
    {"err", spdlog::level::err},
    {"warning", spdlog::level::warn},
    {"info", spdlog::level::info},
    {"debug", spdlog::level::debug},
    {"emerg", spdlog::level::critical},
    {"alert", spdlog::level::critical},
    {"notice", spdlog::level::info},
}};

[[noreturn]] void refuse(const std::string& property, const std::string& value,
                         const std::string& known) {
    throw to_bus_error(
        Error(ErrorCode::invalid_args,
              property + ": \"" + escape(value.substr(0, 64)) + "\" is none of " + known));
}

}  // namespace

/// Workers log while the target changes: so the logger stays, and its sink, which has a lock, is
/// told where to write.
void set_log_target(const std::string& target) {
    static const auto distributor = [] {
        auto made = std::make_shared<spdlog::sinks::dist_sink_mt>();
        auto logger = std::make_shared<spdlog::logger>(identifier, made);
        logger->set_level(spdlog::get_level());
        spdlog::set_default_logger(std::move(logger));
        return made;
    }();
    std::shared_ptr<spdlog::sinks::sink> sink;
    if (target == "console") {
        sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    } else if (target == "journal") {
        sink = std::make_shared<spdlog::sinks::systemd_sink_mt>(identifier);
    } else {
        throw Error(ErrorCode::invalid_args, "no log target " + escape(target));
    }
    distributor->set_sinks({std::move(sink)});
}

LogControl::LogControl(sdbus::IConnection& connection)
    : AdaptorInterfaces(connection, compat::ObjectPath("/org/freedesktop/LogControl1")) {
    registerAdaptor();
}

LogControl::~LogControl() {
    unregisterAdaptor();
}

std::string LogControl::LogLevel() {
    const auto* found = std::find_if(levels.begin(), levels.end(), [](const auto& level) {
        return level.second == spdlog::get_level();
    });
    return found == levels.end() ? "info" : found->first;
}

void LogControl::LogLevel(const std::string& value) {
    const auto* found = std::find_if(levels.begin(), levels.end(),
                                     [&](const auto& level) { return value == level.first; });
    if (found == levels.end()) {
        refuse("LogLevel", value, "emerg, alert, crit, err, warning, notice, info, debug");
    }
    spdlog::set_level(found->second);
}

std::string LogControl::LogTarget() {
    return target_;
}

void LogControl::LogTarget(const std::string& value) {
    const std::string target = value == "auto" ? "journal" : value;
    if (target != "journal" && target != "console") {
        refuse("LogTarget", value, "journal, console, auto");
    }
    set_log_target(target);
    target_ = target;
}

std::string LogControl::SyslogIdentifier() {
    return identifier;
}

}  // namespace jts::hot_storage::bus
