/// What a run leaves in its record, and whether it knows that it changed something.
#include "engine/provision_run.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/fsuid.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/journal.hpp"
#include "engine/undo.hpp"
#include "support/layouts.hpp"
#include "tree_fixture.hpp"

namespace jts::hot_storage::test {
namespace {

using engine::FrameType;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Read once more when the run has written down how everything is, before its first step.
class HookedAccounts final : public engine::Accounts {
  public:
    HookedAccounts(const AccountDatabase& database, std::function<void()> on_read)
        : database_(database), on_read_(std::move(on_read)) {}

    AccountDatabase read() override {
        on_read_();
        return database_;
    }
    void create(const std::vector<std::string>&) override { FAIL() << "no account is missing"; }

  private:
    const AccountDatabase& database_;
    const std::function<void()> on_read_;
};

engine::ChangeHeader header_of(char digit, const Plan& plan) {
    engine::ChangeHeader made;
    made.change_id = std::string(32, digit);
    made.operation = engine::operation::provision;
    for (const auto& planned : plan.changes) made.plan.push_back({planned.change, planned.target});
    return made;
}

class RunTest : public TreeTest {
  protected:
    /// Begins the record of what is planned now.
    void begin(char digit = 'a') {
        observation_ = observe();
        plan_ = make_plan(layout, observation_, {});
        record_ = journal_.create(header_of(digit, plan_));
    }

    std::unique_ptr<engine::JournalReader> read(char digit) {
        auto reader = journal_.open(std::string(32, digit));
        reader->scan();
        EXPECT_EQ(reader->damage(), std::nullopt);
        return reader;
    }

    /// The changes of a run that comes to its end.
    std::vector<Change> run(const std::function<void()>& before_the_first_step) {
        HookedAccounts hooked(accounts, before_the_first_step);
        engine::ProvisionRun made(layout, observation_, plan_, services_, hooked, meter_, *record_);
        made.apply({});
        return made.applied();
    }

    engine::Journal journal_{"/mnt/changes"};
    Observation observation_;
    Plan plan_;
    const std::vector<std::string> services_;
    sys::WalkMeter meter_;
    std::unique_ptr<engine::JournalWriter> record_;
};

/// Records on a disk of their own, and a service of many directories.
class RoomTest : public RunTest {
  protected:
    RoomTest() {
        make_directory("/mnt/changes", 0700);
        require(::mount("tmpfs", "/mnt/changes", "tmpfs", 0, "size=6m,mode=0700") == 0, "mount");
        auto& directories = layout.services.front().directories;
        directories.resize(1);
        for (int i = 0; i < many; ++i)
            directories.push_back(
                subdirectory("directory" + std::to_string(10'000 + i), directories.front()));
    }
    ~RoomTest() override { ::umount2("/mnt/changes", MNT_DETACH); }

    static void fill() {
        const sys::Fd fd(::open("/mnt/changes/fill", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
        const std::string page(4096, 'x');
        while (::write(fd.get(), page.data(), page.size()) > 0) continue;
        require(errno == ENOSPC, "fill the disk");
    }

    /// With a message that leaves next to no room for what was not promised.
    void finish(const std::vector<Change>& applied) {
        record_->finish({engine::outcome::partial, 1, applied, std::string(250'000, 'x')});
    }

    static constexpr int many = 800;
};

TEST_F(RoomTest, a_disk_that_fills_during_a_change_of_many_directories_keeps_none_unrecorded) {
    begin();
    const auto applied = run(fill);
    EXPECT_THAT(applied, SizeIs(plan_.changes.size()));
    record_->write(FrameType::undoing, {});
    finish(applied);
    const auto reader = read('a');
    EXPECT_EQ(reader->result()->applied, applied);
    EXPECT_TRUE(std::ranges::all_of(reader->directories(),
                                    [](const auto& directory) { return directory.is_changed; }));
}

TEST_F(RoomTest, a_disk_that_fills_while_accesses_change_keeps_none_unrecorded) {
    begin();
    run([] {});
    record_->finish({engine::outcome::succeeded, 1, {}, ""});
    for (auto& directory : layout.services.front().directories) {
        directory.owner = directory.group = "other";
        directory.policy = Policy::exact;
        directory.mode = 0700;
        directory.acl = {{true, AclEntry::Tag::user, "db", 5}};
    }
    begin('b');
    EXPECT_GT(plan_.changes.size(), 2u * many);
    const auto applied = run(fill);
    finish(applied);
    EXPECT_EQ(read('b')->result()->applied, applied);
}

TEST_F(RoomTest, a_disk_that_fills_while_many_directories_go_again_keeps_none_unrecorded) {
    begin();
    const auto applied = run([] {});
    record_->finish({engine::outcome::succeeded, 1, applied, ""});
    const auto change = read('a');
    auto header = header_of('b', plan_);
    header.of = header_of('a', plan_).change_id;
    record_ = journal_.create(header);
    engine::UndoOptions how;
    int asked = 0;
    how.writer = [&] {
        // The first time for how everything is, then after each step.
        if (++asked == 2) fill();
        return record_.get();
    };
    engine::UndoReport report;
    engine::undo(*change, layout, how, {}, report);
    EXPECT_THAT(report.not_restored, IsEmpty());
    EXPECT_EQ(report.restored, change->directories().size());
    finish(applied);
    EXPECT_EQ(read('b')->result()->applied, applied);
}

class StrayTest : public RunTest {
  protected:
    StrayTest() {
        provision();
        require(::rmdir(data.c_str()) == 0, "rmdir");
        begin();
    }
};

// What is made for another than root is what a service's own would be, had it been put there.
TEST_F(StrayTest, a_directory_that_was_exchanged_when_it_was_made_is_no_change_of_nothing) {
    HookedAccounts as_the_service(accounts, [] { ::setfsuid(db_id); });
    engine::ProvisionRun made(layout, observation_, plan_, services_, as_the_service, meter_,
                              *record_);
    std::optional<Error> error;
    try {
        made.apply({});
    } catch (const Error& thrown) {
        error = thrown;
    }
    ::setfsuid(0);
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), ErrorCode::failed);
    EXPECT_THAT(error->what(), HasSubstr(data));
    EXPECT_THAT(error->what(), HasSubstr("mode 0700"));
    EXPECT_FALSE(made.changed_nothing());
    ASSERT_THAT(read('a')->directories(), SizeIs(1));
    EXPECT_TRUE(read('a')->directories().front().is_changed);
}

TEST_F(StrayTest, a_name_that_was_taken_before_a_directory_was_made_is_a_change_of_nothing) {
    HookedAccounts taking(accounts, [&] { make_file(data); });
    engine::ProvisionRun made(layout, observation_, plan_, services_, taking, meter_, *record_);
    EXPECT_EQ(code_of([&] { made.apply({}); }), ErrorCode::plan_stale);
    EXPECT_TRUE(made.changed_nothing());
}

}  // namespace
}  // namespace jts::hot_storage::test
