/// What a run leaves in its record, and whether it knows that it changed something.
#include "engine/provision_run.hpp"

#include <gmock/gmock.h>
#include <sys/fsuid.h>
#include <unistd.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/journal.hpp"
#include "tree_fixture.hpp"

namespace jts::hot_storage::test {
namespace {

using ::testing::HasSubstr;
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

    engine::Journal journal_{"/mnt/changes"};
    Observation observation_;
    Plan plan_;
    const std::vector<std::string> services_;
    sys::WalkMeter meter_;
    std::unique_ptr<engine::JournalWriter> record_;
};

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
