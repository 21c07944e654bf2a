/// polkit, asked on the daemon's own connection and never waited for.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <functional>
#include <memory>
#include <string>

#include "bus/known_users.hpp"
#include "engine/call_rate.hpp"
#include "engine/open_questions.hpp"
#include "engine/ports.hpp"

namespace jts::hot_storage::bus {

/// Calls and callbacks on the loop's thread only. The subject is always the sender's unique bus
/// name
/// (`system-bus-name`): a pid could be reused between the call and the check (CVE-2013-4288). uid 0
/// needs no question. For everybody else every failure is a denial: polkit unreachable or silent,
/// a caller that left while it was asked about (CVE-2021-3560).
class PolkitAuthorizer final : public engine::Authorizer {
  public:
    explicit PolkitAuthorizer(sdbus::IConnection& connection);

    void authorize(const engine::Caller& caller, const std::string& action,
                   std::function<void(Decision)> done) override;

  private:
    using Done = std::function<void(Decision)>;

    void authorize_user(const engine::Caller& caller, const std::string& action, std::uint32_t uid,
                        const Done& done);
    void take_turn(const engine::Caller& caller, const std::string& action, std::uint32_t uid,
                   const Done& done);
    void ask_polkit(const engine::Caller& caller, const std::string& action, std::uint32_t uid,
                    Done done);
    void confirm_presence(const engine::Caller& caller, std::uint32_t uid, Done done);

    KnownUsers users_;
    engine::CallRate rate_;  ///< of calls, whatever becomes of them
    engine::OpenQuestions questions_;
    std::unique_ptr<sdbus::IProxy> bus_driver_;
    std::unique_ptr<sdbus::IProxy> authority_;
};

}  // namespace jts::hot_storage::bus
