/// Somebody on the bus, of any uid, who can send whatever D-Bus can express: sd-bus itself, since
/// a typed proxy would refuse to send what these tests are about.
#pragma once

#include <systemd/sd-bus.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

namespace jts::hot_storage::test {

/// Appends a call's arguments.
using Fill = std::function<void(sd_bus_message*)>;

/// The usual arguments, `as` services and `a{sv}` options.
Fill services(std::vector<std::string> names, std::string plan_digest = {});
Fill no_options();
/// `as` services and options with values of types t, u, b and s.
struct Option {
    std::string key;
    std::variant<std::uint64_t, std::uint32_t, bool, std::string> value;
};
Fill services_and_options(std::vector<std::string> names, std::vector<Option> options);

struct Call {
    std::string member;
    Fill fill = [](sd_bus_message*) {};
    std::string interface = "org.jts.HotStorage1";
    std::string path = "/org/jts/HotStorage1";
    std::string destination = "org.jts.HotStorage1";
    bool interactive = false;  ///< ALLOW_INTERACTIVE_AUTHORIZATION
};

struct Answer {
    std::string error;      ///< D-Bus error name, empty on success
    std::string message;    ///< the error's
    nlohmann::json values;  ///< the reply's arguments

    bool ok() const { return error.empty(); }
};

struct Signal {
    std::string interface;
    std::string member;
    nlohmann::json values;
};

class Caller {
  public:
    /// An answer that was asked for and may not have come yet.
    class Pending {
      public:
        bool arrived() const { return arrived_; }

      private:
        friend class Caller;
        bool arrived_ = false;
        Answer answer_;
    };

    /// Connects with the credentials of that uid, whether or not an account has it.
    explicit Caller(uid_t uid = 0);

    std::string name() const;
    Answer call(const Call& call);

    /// Sends, and returns at once. The result lives as long as the caller.
    Pending& send(const Call& call);
    /// Waits for the answer. One that never comes is the error `Timeout`.
    Answer wait(Pending& pending, std::chrono::seconds limit = std::chrono::seconds(60));
    void pass_time(std::chrono::milliseconds time);
    /// Sends a signal of the service's root object to one connection alone.
    void emit_to(const std::string& destination, const std::string& member, const Fill& fill);

    /// From now on `signals` grows by everything that the service sends to everybody.
    void watch_signals();
    /// Waits for one that fulfils the condition, looking at those that came before, too.
    bool wait_for_signal(const std::function<bool(const Signal&)>& condition);
    const std::vector<Signal>& signals() const { return signals_; }

  private:
    struct Close {
        void operator()(sd_bus* bus) const { sd_bus_flush_close_unref(bus); }
    };

    bool process_until(const std::function<bool()>& condition, std::chrono::milliseconds limit);

    std::list<Pending> pending_;
    std::vector<Signal> signals_;
    std::unique_ptr<sd_bus, Close> bus_;
};

}  // namespace jts::hot_storage::test
