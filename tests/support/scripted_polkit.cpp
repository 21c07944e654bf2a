#include "support/scripted_polkit.hpp"

#include <sdbus-c++/sdbus-c++.h>
#include <systemd/sd-bus.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>

#include "bus/compat.hpp"
#include "dbus/test_polkit_adaptor.hpp"
#include "support/bus_host_connection.hpp"

namespace jts::hot_storage::test {
namespace {

namespace compat = bus::compat;
using Details = std::map<std::string, std::string>;
using Verdict = ScriptedPolkit::Verdict;
using Question = ScriptedPolkit::Question;
using PolkitAnswer = sdbus::Struct<bool, bool, Details>;
using PolkitResult = sdbus::Result<PolkitAnswer>;
using Subject = sdbus::Struct<std::string, std::map<std::string, sdbus::Variant>>;

/// Names the user behind a bus name over a connection of its own: the authority's own is busy with
/// the question.
class UserLookup {
  public:
    UserLookup() { sd_bus_open_system(&bus_); }
    ~UserLookup() { sd_bus_flush_close_unref(bus_); }
    UserLookup(const UserLookup&) = delete;
    UserLookup& operator=(const UserLookup&) = delete;

    std::uint32_t operator()(const std::string& name) {
        sd_bus_creds* creds = nullptr;
        uid_t uid = static_cast<uid_t>(-1);
        if (sd_bus_get_name_creds(bus_, name.c_str(), SD_BUS_CREDS_EUID, &creds) >= 0) {
            sd_bus_creds_get_euid(creds, &uid);
        }
        sd_bus_creds_unref(creds);
        return uid;
    }

  private:
    sd_bus* bus_ = nullptr;
};

void answer(PolkitResult& result, Verdict verdict) {
    if (verdict == Verdict::error) {
        result.returnError(sdbus::Error(
            compat::ErrorName("org.freedesktop.PolicyKit1.Error.Failed"), "scripted to fail"));
        return;
    }
    const Details details =
        verdict == Verdict::dismissed ? Details{{"polkit.dismissed", "true"}} : Details{};
    result.returnResults(
        PolkitAnswer{verdict == Verdict::yes, verdict == Verdict::challenge, details});
}

}  // namespace

class ScriptedPolkit::Authority final
    : private HoldsConnection,
      public sdbus::AdaptorInterfaces<org::freedesktop::PolicyKit1::Authority_adaptor> {
  public:
    Authority()
        : AdaptorInterfaces(*connection_,
                            compat::ObjectPath("/org/freedesktop/PolicyKit1/Authority")) {
        registerAdaptor();
        connection_->requestName(compat::ServiceName("org.freedesktop.PolicyKit1"));
        start_loop();
    }

    ~Authority() {
        end_loop();
        held_.clear();
        unregisterAdaptor();
    }

    /// Answer it without the lock: sdbus-c++ holds its own while it calls CheckAuthorization.
    PolkitResult take_held() {
        std::lock_guard lock(mutex_);
        auto result = std::move(held_.at(0));
        held_.pop_front();
        return result;
    }

    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    Script script_ = [](const Question&) { return Verdict::yes; };
    std::vector<Question> questions_;
    std::deque<PolkitResult> held_;

  private:
    void CheckAuthorization(PolkitResult&& result, Subject subject, std::string action, Details,
                            std::uint32_t flags, std::string) override {
        const auto name = std::get<1>(subject).at("name").get<std::string>();
        const Question question{std::get<0>(subject), name, user_of_(name), std::move(action),
                                flags};
        std::lock_guard lock(mutex_);
        questions_.push_back(question);
        const auto verdict = script_(question);
        if (verdict == Verdict::hold) {
            held_.push_back(std::move(result));
        } else {
            answer(result, verdict);
        }
        changed_.notify_all();
    }

    UserLookup user_of_;
};

ScriptedPolkit::ScriptedPolkit() : authority_(std::make_unique<Authority>()) {}

ScriptedPolkit::~ScriptedPolkit() = default;

void ScriptedPolkit::decide(Script script) {
    if (!authority_) return;
    std::lock_guard lock(authority_->mutex_);
    authority_->script_ = std::move(script);
}

std::vector<Question> ScriptedPolkit::questions() const {
    if (!authority_) return {};
    std::lock_guard lock(authority_->mutex_);
    return authority_->questions_;
}

void ScriptedPolkit::forget_questions() {
    if (!authority_) return;
    std::lock_guard lock(authority_->mutex_);
    authority_->questions_.clear();
}

bool ScriptedPolkit::wait_for_held(std::size_t count) const {
    std::unique_lock lock(authority_->mutex_);
    return authority_->changed_.wait_for(lock, std::chrono::seconds(30),
                                         [&] { return authority_->held_.size() >= count; });
}

void ScriptedPolkit::answer_held(const std::vector<Verdict>& verdicts) {
    for (const auto verdict : verdicts) {
        auto result = authority_->take_held();
        answer(result, verdict);
    }
}

std::size_t ScriptedPolkit::answer_all_held(Verdict verdict) {
    const std::size_t count = [&] {
        std::lock_guard lock(authority_->mutex_);
        return authority_->held_.size();
    }();
    answer_held(std::vector<Verdict>(count, verdict));
    return count;
}

void ScriptedPolkit::vanish() {
    authority_.reset();
}

}  // namespace jts::hot_storage::test
