#include "scripted_service.hpp"

#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <string_view>

namespace jts::hot_storage::test {

namespace {

constexpr const char* JobInterface = "org.jts.HotStorage1.Job";

std::string job_object() {
    return std::string("/org/jts/HotStorage1/job/") + ScriptedService::JobId;
}

int check(int result) {
    if (result < 0) throw std::runtime_error("sd-bus: errno " + std::to_string(-result));
    return result;
}

/// `a{sv}` with a job's properties.
int append_job(sd_bus_message* reply) {
    return sd_bus_message_append(
        reply, "a{sv}", 10, "Kind", "s", "GetUsage", "State", "s", "running", "Phase", "s",
        "walking", "Progress", "d", 0.5, "ItemsDone", "t", std::uint64_t{7}, "ItemsTotal", "t",
        std::uint64_t{14}, "BytesDone", "t", std::uint64_t{0}, "BytesTotal", "t", std::uint64_t{0},
        "OwnerUid", "u", 1000u, "StartedAt", "t", std::uint64_t{5});
}

/// Usage of no service and no file system, as GetUsage itself answers.
int append_usage(sd_bus_message* reply) {
    return sd_bus_message_append(reply, "a{sa{sv}}aa{sv}", 0, 0);
}

/// The same as the result of its job.
int append_usage_result(sd_bus_message* reply) {
    return sd_bus_message_append(reply, "a{sv}", 2, "services", "a{sa{sv}}", 0, "filesystems",
                                 "aa{sv}", 0);
}

template <typename Append>
int reply_with(sd_bus_message* call, Append append) {
    sd_bus_message* reply = nullptr;
    check(sd_bus_message_new_method_return(call, &reply));
    check(append(reply));
    check(sd_bus_send(nullptr, reply, nullptr));
    sd_bus_message_unref(reply);
    return 1;
}

int reply_with_error(sd_bus_message* call, const std::string& name, const std::string& text) {
    const sd_bus_error error = SD_BUS_ERROR_MAKE_CONST(name.c_str(), text.c_str());
    return sd_bus_reply_method_error(call, &error) < 0 ? -EIO : 1;
}

int still_running(sd_bus_message* call) {
    return reply_with_error(call, "org.jts.HotStorage1.Error.StillRunning",
                            job_object() + " still runs");
}

/// The options of a call by the one that matters here.
std::string wait_option(sd_bus_message* call) {
    check(sd_bus_message_skip(call, "as"));
    check(sd_bus_message_enter_container(call, 'a', "{sv}"));
    std::string wait = "none";
    while (check(sd_bus_message_enter_container(call, 'e', "sv")) > 0) {
        const char* key = nullptr;
        check(sd_bus_message_read(call, "s", &key));
        std::uint64_t value = 0;
        if (std::string_view(key) == "wait") {
            check(sd_bus_message_read(call, "v", "t", &value));
            wait = std::to_string(value);
        } else {
            check(sd_bus_message_skip(call, "v"));
        }
        check(sd_bus_message_exit_container(call));
    }
    return wait;
}

int reply_with_objects(sd_bus_message* call) {
    return reply_with(call, [](sd_bus_message* reply) {
        check(sd_bus_message_open_container(reply, 'a', "{oa{sa{sv}}}"));
        check(sd_bus_message_append(reply, "{oa{sa{sv}}}", "/org/jts/HotStorage1/service/redis", 1,
                                    "org.jts.HotStorage1.Service", 0));
        check(sd_bus_message_open_container(reply, 'e', "oa{sa{sv}}"));
        check(sd_bus_message_append(reply, "o", job_object().c_str()));
        check(sd_bus_message_open_container(reply, 'a', "{sa{sv}}"));
        check(sd_bus_message_open_container(reply, 'e', "sa{sv}"));
        check(sd_bus_message_append(reply, "s", JobInterface));
        check(append_job(reply));
        for (int container = 0; container < 4; ++container)
            check(sd_bus_message_close_container(reply));
        return 0;
    });
}

}  // namespace

PrivateBus::PrivateBus() {
    int ends[2];
    check(::pipe(ends));
    pid_ = ::fork();
    if (pid_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::dup2(ends[1], STDOUT_FILENO);
        ::close(STDERR_FILENO);  // it complains of limits that it may not raise
        ::execlp("dbus-daemon", "dbus-daemon", "--session", "--nofork", "--print-address", nullptr);
        ::_exit(127);
    }
    ::close(ends[1]);
    char address[512] = {};
    FILE* output = ::fdopen(ends[0], "r");
    if (::fgets(address, sizeof address, output) == nullptr)
        throw std::runtime_error("dbus-daemon did not start");
    ::fclose(output);
    const std::string text(address);
    ::setenv("DBUS_SYSTEM_BUS_ADDRESS", text.substr(0, text.find('\n')).c_str(), 1);
}

PrivateBus::~PrivateBus() {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
}

ScriptedService::ScriptedService(Behaviour behaviour) : behaviour_(std::move(behaviour)) {
    check(sd_bus_open_system(&bus_));
    check(sd_bus_add_filter(bus_, nullptr, on_call, this));
    check(sd_bus_request_name(bus_, "org.jts.HotStorage1", 0));
    loop_ = std::thread([this] {
        while (!stop_) {
            while (sd_bus_process(bus_, nullptr) > 0) {
            }
            sd_bus_wait(bus_, 10'000);
        }
    });
}

ScriptedService::~ScriptedService() {
    stop_ = true;
    loop_.join();
    sd_bus_flush_close_unref(bus_);
}

std::vector<std::string> ScriptedService::calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
}

void ScriptedService::note(const std::string& call) {
    const std::lock_guard lock(mutex_);
    calls_.push_back(call);
}

int ScriptedService::on_call(sd_bus_message* message, void* self, sd_bus_error*) {
    if (sd_bus_message_is_method_call(message, nullptr, nullptr) <= 0) return 0;
    return static_cast<ScriptedService*>(self)->answer(message);
}

int ScriptedService::answer(sd_bus_message* message) {
    const std::string_view member(sd_bus_message_get_member(message));
    const std::string_view path(sd_bus_message_get_path(message));
    if (member == "GetManagedObjects") return reply_with_objects(message);
    if (member == "GetUsage") return answer_usage(message);
    if (path != job_object())
        return reply_with_error(message, SD_BUS_ERROR_UNKNOWN_OBJECT, "Unknown object");
    if (member == "Wait") return answer_wait(message);
    note(std::string(member));
    if (member == "GetAll") return reply_with(message, append_job);
    cancelled_ = member == "Cancel";
    return reply_with(message, [](sd_bus_message*) { return 0; });
}

int ScriptedService::answer_usage(sd_bus_message* message) {
    note("GetUsage wait=" + wait_option(message));
    return behaviour_.waits == 0 ? reply_with(message, append_usage) : still_running(message);
}

int ScriptedService::answer_wait(sd_bus_message* message) {
    std::uint64_t timeout = 0;
    check(sd_bus_message_read(message, "t", &timeout));
    note("Wait " + std::to_string(timeout));
    if (behaviour_.silent) return 1;
    if (!cancelled_ && --behaviour_.waits > 0) return still_running(message);
    if (!behaviour_.error.empty()) return reply_with_error(message, behaviour_.error, "the reason");
    return reply_with(message, [this](sd_bus_message* reply) {
        check(
            sd_bus_message_append(reply, "s", cancelled_ ? "cancelled" : behaviour_.state.c_str()));
        return cancelled_ ? sd_bus_message_append(reply, "a{sv}", 0) : append_usage_result(reply);
    });
}

}  // namespace jts::hot_storage::test
