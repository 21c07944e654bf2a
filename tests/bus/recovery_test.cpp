/// Interrupted changes that the next start cannot finish at once, or not at all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <future>
#include <sstream>

#include "engine/journal.hpp"
#include "support/bus_host.hpp"

namespace jts::hot_storage::test {
namespace {

namespace fs = std::filesystem;
using engine::FrameType;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

const std::string redis = "/mnt/jts/hot/redis";
const std::string changes_folder = "/var/lib/jts-hot-storage/changes/";

void set_mode(const std::string& path, unsigned mode) {
    ASSERT_EQ(::chmod(path.c_str(), mode), 0) << path;
}

unsigned mode_at(const std::string& path) {
    return static_cast<unsigned>(fs::status(path).permissions());
}

/// A change that gave redis/data and redis/logs their modes back, as a kill before its last frame
/// leaves it.
class Recovery : public ::testing::Test {
  protected:
    Recovery() {
        host_.start_daemon();
        EXPECT_TRUE(host_.provision().ok());
        for (const auto* name : {"/data", "/logs"}) set_mode(redis + name, 0777);
        const auto answer = host_.provision({"redis"});
        EXPECT_TRUE(answer.ok()) << answer.message;
        id_ = answer.values.at(0).at("change_id");
        EXPECT_EQ(host_.stop_daemon(), 0);
        drop_result();
    }

    std::string record() const { return changes_folder + id_; }

    void drop_result() const { drop_from(FrameType::result); }

    /// Everything from the first frame of that kind on.
    void drop_from(FrameType type) const {
        auto bytes = read_file(record());
        std::size_t end = 0;
        while (const auto frame = engine::decode_frame(std::string_view(bytes).substr(end))) {
            if (frame->type == type) break;
            end += engine::frame_head_size + frame->payload.size();
        }
        bytes.resize(end);
        write_file(record(), bytes, 0600);
    }

    /// A Rollback of the change that was killed at once takes its place.
    std::unique_ptr<engine::JournalWriter> begin_rollback() {
        auto header = *engine::Journal().open(id_)->header();
        header.of = std::exchange(header.change_id, std::string(32, 'f'));
        header.operation = engine::operation::rollback;
        ++header.started_at;
        for (auto& recorded : header.plan)
            std::swap(recorded.change.current, recorded.change.desired);
        id_ = header.change_id;
        return engine::Journal().create(header);
    }

    /// A change that made redis/logs, whole, takes the place of the fixture's own.
    void make_logs() {
        start();
        fs::remove(redis + "/logs");
        const auto answer = host_.provision({"redis"});
        EXPECT_TRUE(answer.ok()) << answer.message;
        id_ = answer.values.at(0).at("change_id");
        EXPECT_EQ(host_.stop_daemon(), 0);
    }

    /// A change that gives the directory its mode back takes the place of the fixture's own.
    int begin_change_of_mode(const std::string& path) {
        start();
        set_mode(path, 0700);
        const auto answer = host_.provision({"redis"});
        EXPECT_TRUE(answer.ok()) << answer.message;
        id_ = answer.values.at(0).at("change_id");
        const int status = host_.stop_daemon();
        drop_result();
        return status;
    }

    void append(FrameType type) const {
        write_file(record(), read_file(record()) + engine::encode_frame(type, {}), 0600);
    }

    void start() {
        host_.start_daemon();
        host_.wait_for_recovery();
    }

    std::string outcome() {
        for (const auto& change : host_.changes())
            if (change.at("change_id") == id_) return change.at("outcome");
        return "none";
    }

    /// No change is made, for the reason told; then what is in the way goes, and the next start
    /// finishes it.
    void expect_to_wait(const std::string& why, const std::function<void()>& remedy) {
        expect_to_wait(why);
        remedy();
        start();
        EXPECT_EQ(outcome(), engine::outcome::recovered);
        EXPECT_THAT(host_.plan({"redis"}).values.at(1), IsEmpty());
    }

    void expect_to_wait(const std::string& why) {
        start();
        EXPECT_EQ(host_.property("Health"), "critical");
        EXPECT_EQ(outcome(), engine::outcome::running);
        const auto refused = host_.provision();
        EXPECT_EQ(refused.error, "org.jts.HotStorage1.Error.RecoveryPending");
        EXPECT_THAT(refused.message,
                    AllOf(HasSubstr(why), HasSubstr("restart jts-hot-storage.service")));
        EXPECT_EQ(host_.stop_daemon(), 0);
    }

    /// It is over, as `end`, and changes are made again.
    void expect_end(const std::string& end) {
        start();
        EXPECT_EQ(outcome(), end);
    }

    BusHost host_;
    std::string id_;
};

TEST_F(Recovery, T31_WaitsForADirectoryThatIsNotThere) {
    fs::rename(redis + "/data", "/mnt/elsewhere");
    expect_to_wait(redis + "/data is not there; what it lies on may not be mounted",
                   [] { fs::rename("/mnt/elsewhere", redis + "/data"); });
}

TEST_F(Recovery, T31_GoesOnWhereADirectoryThatIsGoneForGoodWasMadeAnew) {
    fs::rename(redis + "/data", "/mnt/elsewhere");
    expect_to_wait("Where it is gone for good, make an empty directory in its place");
    fs::create_directory(redis + "/data");
    expect_end(engine::outcome::recovered);
    EXPECT_TRUE(host_.provision({"redis"}).ok());
}

TEST_F(Recovery, T31_WaitsForAServiceThatIsNotThere) {
    fs::rename(redis, "/mnt/elsewhere");
    expect_to_wait(redis + "/data is not there; what it lies on may not be mounted",
                   [] { fs::rename("/mnt/elsewhere", redis); });
}

TEST_F(Recovery, T31_NamesAServicesOwnDirectoryByItsPath) {
    EXPECT_EQ(begin_change_of_mode(redis), 0);
    fs::rename(redis, "/mnt/elsewhere");
    expect_to_wait(": " + redis + " is not there; what it lies on may not be mounted",
                   [] { fs::rename("/mnt/elsewhere", redis); });
}

TEST_F(Recovery, T31_WaitsForWhatWasMountedAtADirectoryItself) {
    const auto mount = [] {
        ASSERT_EQ(::mount(redis.c_str(), redis.c_str(), nullptr, MS_BIND, nullptr), 0);
    };
    mount();
    EXPECT_EQ(begin_change_of_mode(redis), 0);
    ASSERT_EQ(::umount(redis.c_str()), 0);
    expect_to_wait("nothing is mounted at " + redis, mount);
}

TEST_F(Recovery, T31_OfARollbackThatRemovesADirectoryWaitsForWhatThatLiesIn) {
    make_logs();
    begin_rollback();
    fs::rename(redis, "/mnt/elsewhere");
    expect_to_wait(": " + redis + " is not there; what it lies on may not be mounted");
    fs::rename("/mnt/elsewhere", redis);
    expect_end(engine::outcome::recovered);
    EXPECT_FALSE(fs::exists(redis + "/logs"));
}

TEST_F(Recovery, T31_OfARollbackDoesNotWaitForADirectoryThatItRemovedItself) {
    make_logs();
    begin_rollback();
    fs::remove(redis + "/logs");
    expect_end(engine::outcome::recovered);
    EXPECT_FALSE(fs::exists(redis + "/logs"));
}

TEST_F(Recovery, T31_WaitsWhereTheBaseIsNotSafe) {
    set_mode("/mnt/jts", 0777);
    expect_to_wait("/mnt/jts", [] { set_mode("/mnt/jts", 0755); });
}

TEST_F(Recovery, T32_OfARecordWithALayoutOfAnotherVersionWaitsUntilThatIsOutOfTheWay) {
    auto header = *engine::Journal().open(id_)->header();
    header.layout = R"({"format": 2})";
    engine::Journal().create(header);
    start();
    EXPECT_EQ(host_.property("Health"), "critical");
    const auto refused = host_.provision();
    EXPECT_EQ(refused.error, "org.jts.HotStorage1.Error.RecoveryPending");
    EXPECT_THAT(refused.message, AllOf(HasSubstr(record()), HasSubstr("move it elsewhere")));
    EXPECT_EQ(host_.stop_daemon(), 0);

    fs::rename(record(), "/var/lib/record");
    start();
    EXPECT_EQ(host_.property("Health"), "ok");
}

TEST_F(Recovery, T34_OfWhatCannotBeFinishedUndoesIt) {
    set_mode(redis + "/logs", 0777);
    const auto logs = redis + "/logs";
    ASSERT_EQ(::mount(logs.c_str(), logs.c_str(), nullptr, MS_BIND, nullptr), 0);
    ASSERT_EQ(::mount(nullptr, logs.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr),
              0);
    expect_end(engine::outcome::rolled_back);
    EXPECT_EQ(mode_at(redis + "/data"), 0777u);
    ASSERT_EQ(::umount(logs.c_str()), 0);
    EXPECT_TRUE(host_.provision({"redis"}).ok());
    EXPECT_EQ(host_.property("Health"), "ok");
}

TEST_F(Recovery, T33_GivesUpOnceTheServiceWasEndedFiveTimesInIt) {
    for (int i = 0; i < 5; ++i) append(FrameType::attempt);
    expect_end(engine::outcome::partial);
    EXPECT_TRUE(host_.provision({"redis"}).ok());
}

TEST_F(Recovery, T33_TriesAFifthTime) {
    for (int i = 0; i < 4; ++i) append(FrameType::attempt);
    expect_end(engine::outcome::recovered);
}

TEST_F(Recovery, T33_StartsThatOnlyWaitedForASafeBaseAreNoAttempts) {
    set_mode("/mnt/jts", 0777);
    for (int i = 0; i < 6; ++i) expect_to_wait("/mnt/jts");
    set_mode("/mnt/jts", 0755);
    expect_end(engine::outcome::recovered);
}

TEST_F(Recovery, T33_StartsThatOnlyWaitedForADirectoryAreNoAttempts) {
    fs::rename(redis, "/mnt/elsewhere");
    for (int i = 0; i < 6; ++i) expect_to_wait("is not there");
    fs::rename("/mnt/elsewhere", redis);
    expect_end(engine::outcome::recovered);
}

TEST_F(Recovery, T33_AStartThatWaitedLeavesTheAttemptsBeforeItCounted) {
    for (int i = 0; i < 4; ++i) append(FrameType::attempt);
    set_mode("/mnt/jts", 0777);
    expect_to_wait("/mnt/jts");
    set_mode("/mnt/jts", 0755);
    append(FrameType::attempt);
    expect_end(engine::outcome::partial);
}

TEST_F(Recovery, T34_OfAChangeThatWasBeingUndoneUndoesTheRest) {
    append(FrameType::undoing);
    expect_end(engine::outcome::rolled_back);
    EXPECT_EQ(mode_at(redis + "/data"), 0777u);
    EXPECT_EQ(mode_at(redis + "/logs"), 0777u);
}

TEST_F(Recovery, T34_OfAChangeThatWasBeingUndoneLeavesWhatSomebodyTouched) {
    append(FrameType::undoing);
    set_mode(redis + "/logs", 0701);
    expect_end(engine::outcome::partial);
    EXPECT_EQ(mode_at(redis + "/data"), 0777u);
    EXPECT_EQ(mode_at(redis + "/logs"), 0701u);
}

/// The change that set everything up, interrupted before redis had its account, which is made when
/// the test lets it.
class RecoveryAtWork : public Recovery {
  protected:
    RecoveryAtWork() {
        start();
        id_ = host_.changes().front().at("change_id");
        EXPECT_EQ(host_.stop_daemon(), 0);
        drop_result();
        for (const auto* file : {"/etc/passwd", "/etc/shadow", "/etc/group", "/etc/gshadow"})
            drop_redis(file);
        host_.systemd.end_units({.work = [this](const std::string& unit) {
            allowed_.wait();
            run({.arguments = {World::built("src/accounts/jts-hot-storage-accounts")},
                 .output_path = "/run/jts-hot-storage/" + unit});
        }});
        caller_.watch_signals();
        host_.start_daemon();
        EXPECT_TRUE(caller_.wait_for_signal([this](const Signal& signal) {
            if (signal.member != "InterfacesAdded") return false;
            job_ = signal.values.at(0);
            return job_.starts_with("/org/jts/HotStorage1/job/");
        }));
    }
    ~RecoveryAtWork() override { let_go_on(); }

    void let_go_on() {
        if (!std::exchange(is_allowed_, true)) allow_.set_value();
    }

    Answer cancel() {
        return caller_.wait(
            caller_.send({.member = "Cancel", .interface = job_interface, .path = job_}),
            std::chrono::seconds(10));
    }

    std::string state() {
        return caller_
            .call({.member = "Get",
                   .fill =
                       [](sd_bus_message* call) {
                           sd_bus_message_append(call, "ss", job_interface, "State");
                       },
                   .interface = "org.freedesktop.DBus.Properties",
                   .path = job_})
            .values.at(0);
    }

    static constexpr const char* job_interface = "org.jts.HotStorage1.Job";
    Caller caller_;
    std::string job_;

  private:
    static void drop_redis(const std::string& file) {
        struct stat before {};
        ASSERT_EQ(::stat(file.c_str(), &before), 0);
        std::istringstream lines(read_file(file));
        std::string kept, line;
        while (std::getline(lines, line))
            if (!line.starts_with("redis:")) kept += line + "\n";
        write_file(file, kept, before.st_mode & 0777);
    }

    std::promise<void> allow_;
    std::shared_future<void> allowed_{allow_.get_future()};
    bool is_allowed_ = false;
};

TEST_F(RecoveryAtWork, ItsJobIsNotCancelledNotEvenByWhoeverAskedForTheChange) {
    const auto refused = cancel();
    EXPECT_EQ(refused.error, "org.jts.HotStorage1.Error.RecoveryPending");
    EXPECT_THAT(refused.message, AllOf(StartsWith(job_ + " "), HasSubstr("cannot be cancelled")));
    EXPECT_EQ(state(), "running");
    let_go_on();
    host_.wait_for_recovery();
    EXPECT_EQ(outcome(), engine::outcome::recovered);
    EXPECT_EQ(state(), "succeeded");
    EXPECT_TRUE(cancel().ok()) << "nothing left to stop is no error";
}

/// A change that gave what lies below redis/data to the service and did nothing else.
class RecoveryBelow : public Recovery {
  protected:
    RecoveryBelow() {
        start();
        for (const auto& file : files) {
            write_file(file, "x", 0644);
            EXPECT_EQ(::lchown(file.c_str(), stranger, stranger), 0);
        }
        const auto answer = host_.provision({"redis"});
        EXPECT_TRUE(answer.ok()) << answer.message;
        id_ = answer.values.at(0).at("change_id");
        EXPECT_EQ(host_.stop_daemon(), 0);
        EXPECT_EQ(owners(), std::vector<unsigned>(files.size(), redis_id()));
    }

    /// As a kill leaves it that came when the first was given.
    void interrupt_provision() const {
        drop_from(FrameType::outcomes);
        for (std::size_t i = 1; i < files.size(); ++i)
            ASSERT_EQ(::lchown(files.at(i).c_str(), stranger, stranger), 0);
    }

    /// A Rollback of it that was killed: before its first batch was recorded, or after that.
    void interrupt_rollback(bool is_recorded) {
        const auto original = engine::Journal().open(id_);
        original->scan();
        const auto writer = begin_rollback();
        auto batch = original->read_batch(0).batch;
        for (auto& directory : batch.directories)
            for (auto& entry : directory.entries) std::swap(entry.prior, entry.given);
        if (is_recorded) writer->will_change(batch);
    }

    static std::vector<unsigned> owners() {
        std::vector<unsigned> found;
        for (const auto& file : files) found.push_back(owner_of(file));
        return found;
    }
    static unsigned owner_of(const std::string& path) {
        struct stat seen {};
        EXPECT_EQ(::lstat(path.c_str(), &seen), 0) << path;
        return seen.st_uid;
    }
    static unsigned redis_id() { return owner_of(redis + "/data"); }

    /// Where redis is not there, nothing is done; once it is, all of it.
    void expect_to_wait_for_redis(const char* end, const std::function<unsigned()>& owner) {
        fs::rename(redis, "/mnt/elsewhere");
        expect_to_wait(redis + "/data is not there; what it lies on may not be mounted");
        fs::rename("/mnt/elsewhere", redis);
        expect_end(end);
        EXPECT_EQ(owners(), std::vector<unsigned>(files.size(), owner()));
    }
    static unsigned the_stranger() { return stranger; }

    static constexpr unsigned stranger = 4242;
    inline static const std::vector<std::string> files{redis + "/data/one", redis + "/data/two",
                                                       redis + "/data/three"};
};

TEST_F(RecoveryBelow, T31_OfAProvisionWaitsForAServiceThatIsNotThere) {
    interrupt_provision();
    expect_to_wait_for_redis(engine::outcome::recovered, redis_id);
}

TEST_F(RecoveryBelow, T31_OfAProvisionThatHadRecordedNothingWaitsForAServiceThatIsNotThere) {
    interrupt_provision();
    drop_from(FrameType::batch);
    expect_to_wait_for_redis(engine::outcome::recovered, redis_id);
}

TEST_F(RecoveryBelow, T31_WaitsWhereAnEmptyMountPointIsInTheServicesPlace) {
    interrupt_provision();
    ASSERT_EQ(::mount("tmpfs", redis.c_str(), "tmpfs", 0, "mode=0755"), 0);
    expect_to_wait(redis + "/data is not there; what it lies on may not be mounted");
    ASSERT_EQ(::umount(redis.c_str()), 0);
    expect_end(engine::outcome::recovered);
    EXPECT_EQ(owners(), std::vector<unsigned>(files.size(), redis_id()));
}

TEST_F(RecoveryBelow, T31_OfARollbackWaitsForAServiceThatIsNotThere) {
    interrupt_rollback(true);
    expect_to_wait_for_redis(engine::outcome::recovered, the_stranger);
}

TEST_F(RecoveryBelow, T31_OfARollbackThatHadRecordedNothingWaitsForAServiceThatIsNotThere) {
    interrupt_rollback(false);
    expect_to_wait_for_redis(engine::outcome::recovered, the_stranger);
}

TEST_F(RecoveryBelow, T31_OfAChangeThatWasBeingUndoneWaitsForAServiceThatIsNotThere) {
    drop_result();
    append(FrameType::undoing);
    expect_to_wait_for_redis(engine::outcome::rolled_back, the_stranger);
}

}  // namespace
}  // namespace jts::hot_storage::test
