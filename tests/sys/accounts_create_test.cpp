// The accounts step with the real systemd-sysusers, on databases of its own.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <csignal>

#include "accounts/sysusers_process.hpp"
#include "accounts_host.hpp"
#include "sys/account_files.hpp"

namespace jts::hot_storage::test {
namespace {

using Names = std::vector<std::string>;

/// As the program itself does, whose child may end before it has read its input.
void ignore_sigpipe() {
    std::signal(SIGPIPE, SIG_IGN);
}

class CreateAccounts : public AccountsHost {
  protected:
    static void SetUpTestSuite() { ignore_sigpipe(); }
};

TEST_F(CreateAccounts, MakesWhatUseraddWouldMake) {
    EXPECT_EQ(create().created, (Names{"group:docker", "group:redis", "user:redis"}));
    EXPECT_EQ(line("passwd", "redis"),
              "redis:x:998:998::" + (root_ / "data/hot/redis").string() + ":/bin/false");
    EXPECT_EQ(line("group", "redis"), "redis:x:998:");
    EXPECT_EQ(line("group", "docker"), "docker:x:999:");
    EXPECT_TRUE(line("shadow", "redis").starts_with("redis:!*:"));
    for (const auto* name : {"redis", "docker"})
        EXPECT_TRUE(sys::account_defects(name, etc_).empty());
}

TEST_F(CreateAccounts, ASecondRunDoesNothing) {
    create();
    const auto before = read("passwd") + read("group") + read("shadow") + read("gshadow");
    EXPECT_EQ(create(), accounts::Outcome{});
    EXPECT_EQ(read("passwd") + read("group") + read("shadow") + read("gshadow"), before);
}

TEST_F(CreateAccounts, OneServiceAloneMayBeAskedFor) {
    EXPECT_EQ(create({"docker"}).created, Names{"group:docker"});
    EXPECT_EQ(line("passwd", "redis"), "");
}

TEST_F(CreateAccounts, AServiceThatTheLayoutLacksIsRefused_T20) {
    EXPECT_EQ(error_of([&] { create({"../redis"}); }).first, ErrorCode::invalid_args);
}

TEST_F(CreateAccounts, ARejectedLayoutFileStopsEverything_T43) {
    append("layout.d/10.json", "{");
    EXPECT_EQ(error_of([&] { create(); }).first, ErrorCode::invalid_layout);
    EXPECT_EQ(line("passwd", "redis"), "");
}

TEST_F(CreateAccounts, AnAccountMadeAgainGetsTheIdThatOwnsItsTree) {
    make_directory("data/hot/redis", 300, 301);
    create();
    EXPECT_TRUE(line("passwd", "redis").starts_with("redis:x:300:301:"));
    EXPECT_EQ(line("group", "redis"), "redis:x:301:");
}

TEST_F(CreateAccounts, NobodyGetsAnIdThatOwnsAnotherServicesTree) {
    make_directory("data/hot/redis", 999, 999);
    create({"docker"});
    EXPECT_EQ(line("group", "docker"), "docker:x:998:");
    create();
    EXPECT_TRUE(line("passwd", "redis").starts_with("redis:x:999:999:"));
}

TEST_F(CreateAccounts, AConflictIsReportedAndNothingIsMade_T29) {
    append("passwd", "redis:x:0:0::/:/bin/sh\n");
    append("shadow", "redis:!:20000::::::\n");
    const auto before = read("passwd") + read("group") + read("shadow");
    EXPECT_EQ(error_of([&] { create(); }).first, ErrorCode::account_conflict);
    EXPECT_EQ(read("passwd") + read("group") + read("shadow"), before);
}

TEST_F(CreateAccounts, ALeftoverPasswordIsNotGivenToANewAccount_T29) {
    append("shadow", "redis:$y$j9T$hash:20000::::::\n");
    EXPECT_EQ(error_of([&] { create(); }).first, ErrorCode::account_conflict);
    EXPECT_EQ(line("passwd", "redis"), "");
}

TEST_F(CreateAccounts, AMissingShadowLineIsAddedLocked_T27) {
    create();
    drop("shadow", "redis");
    ASSERT_FALSE(sys::account_defects("redis", etc_).empty());
    EXPECT_EQ(create().repaired, Names{"shadow:redis"});
    EXPECT_TRUE(line("shadow", "redis").starts_with("redis:!*:"));
    EXPECT_TRUE(sys::account_defects("redis", etc_).empty());
}

TEST_F(CreateAccounts, AMissingGshadowLineIsAddedLocked_T27) {
    create();
    drop("gshadow", "docker");
    EXPECT_EQ(create().repaired, Names{"gshadow:docker"});
    EXPECT_EQ(line("gshadow", "docker"), "docker:!*::");
}

TEST_F(CreateAccounts, RepairKeepsEveryOtherLineAndTheFilesRights_T27) {
    ASSERT_EQ(::chown((etc_ / "shadow").c_str(), 0, 42), 0);
    create();
    const auto whole = read("shadow");
    drop("shadow", "redis");
    create();
    EXPECT_EQ(read("shadow"), whole);
    struct stat status {};
    ASSERT_EQ(::stat((etc_ / "shadow").c_str(), &status), 0);
    EXPECT_EQ(status.st_gid, 42u);
    EXPECT_EQ(status.st_mode & 07777, 0640u);
}

TEST_F(CreateAccounts, ALockedShadowLineWithoutAnAccountIsTakenOver_T27) {
    append("shadow", "redis:!*:20000::::::\n");
    create();
    EXPECT_TRUE(sys::account_defects("redis", etc_).empty());
}

TEST_F(CreateAccounts, AGshadowLineWithoutAGroupIsTakenOverOrReported_T27) {
    append("gshadow", "redis:!*::\n");
    const auto [code, message] = error_of([&] { create(); });
    EXPECT_EQ(code, ErrorCode::failed);
    EXPECT_NE(message.find("redis"), std::string::npos) << message;
    EXPECT_EQ(line("passwd", "redis"), "");
}

/// systemd-sysusers exchanges four files, and their backups before them, one rename after the
/// other.
class KilledSysusers : public CreateAccounts, public testing::WithParamInterface<int> {};

TEST_P(KilledSysusers, LeavesNothingThatTheNextRunDoesNotComplete_T27) {
    auto host = this->host();
    const auto kill = "inject=rename:signal=KILL:when=" + std::to_string(GetParam());
    const std::vector<std::string> strace = {"/usr/bin/strace", "-f", "-o", "/dev/null", "-e",
                                             "trace=rename",    "-e", kill};
    host.sysusers.insert(host.sysusers.begin(), strace.begin(), strace.end());
    EXPECT_EQ(error_of([&] { accounts::create_accounts(host, {}); }).first, ErrorCode::failed);
    create();
    EXPECT_EQ(create(), accounts::Outcome{});
    for (const auto* name : {"redis", "docker"})
        EXPECT_EQ(sys::account_defects(name, etc_), Names{}) << name;
    EXPECT_TRUE(line("shadow", "redis").starts_with("redis:!*:"));
}

INSTANTIATE_TEST_SUITE_P(CreateAccounts, KilledSysusers, testing::Range(1, 9));

/// A lock as lckpwdf(3) takes it, by a process of its own.
class LockHolder {
  public:
    explicit LockHolder(const fs::path& etc) {
        int ready[2];
        if (::pipe(ready) != 0) throw std::runtime_error("no pipe");
        pid_ = ::fork();
        if (pid_ == 0) hold(etc / ".pwd.lock", ready[1]);
        ::close(ready[1]);
        char byte = 0;
        if (::read(ready[0], &byte, 1) != 1) throw std::runtime_error("not locked");
        ::close(ready[0]);
    }
    ~LockHolder() {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }

  private:
    [[noreturn]] static void hold(const fs::path& path, int ready) {
        struct flock lock {};
        lock.l_type = F_WRLCK;
        const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (::fcntl(fd, F_SETLK, &lock) == 0 && ::write(ready, "x", 1) == 1) ::pause();
        ::_exit(1);
    }
    pid_t pid_ = 0;
};

TEST_F(CreateAccounts, ALockHeldByOthersIsBusy_T28) {
    const LockHolder holder(etc_);
    const auto [code, message] = error_of([&] { create(); });
    EXPECT_EQ(code, ErrorCode::busy);
    EXPECT_NE(message.find(".pwd.lock"), std::string::npos);
    EXPECT_EQ(line("passwd", "redis"), "");
}

TEST_F(CreateAccounts, AFailureOfSysusersIsToldInItsOwnWords) {
    auto host = this->host();
    host.sysusers = {"/usr/bin/systemd-sysusers", "--no-such-option", "-"};
    const auto [code, message] = error_of([&] { accounts::create_accounts(host, {}); });
    EXPECT_EQ(code, ErrorCode::failed);
    EXPECT_NE(message.find("exit status 1"), std::string::npos) << message;
    EXPECT_NE(message.find("no-such-option"), std::string::npos) << message;
}

TEST_F(CreateAccounts, ASysusersThatClaimsSuccessAndMadeNothingIsFoundOut_T27) {
    auto host = this->host();
    host.sysusers = {"/bin/true"};
    const auto [code, message] = error_of([&] { accounts::create_accounts(host, {}); });
    EXPECT_EQ(code, ErrorCode::failed);
    EXPECT_NE(message.find("user:redis does not exist"), std::string::npos) << message;
}

TEST(RunProcess, TheChildGetsAnEmptyEnvironment_T42) {
    ASSERT_EQ(::setenv("LD_PRELOAD", "/nonexistent/evil.so", 1), 0);
    ASSERT_EQ(::setenv("LC_ALL", "de_DE.UTF-8", 1), 0);
    const auto result = accounts::run_process({"/usr/bin/env"}, "");
    ::unsetenv("LD_PRELOAD");
    ::unsetenv("LC_ALL");
    EXPECT_TRUE(result.succeeded);
    EXPECT_EQ(result.output, "");
}

TEST(RunProcess, ABareNameIsNotLookedUpInPath_T42) {
    EXPECT_EQ(error_of([] { accounts::run_process({"env"}, ""); }).first, ErrorCode::failed);
}

TEST(RunProcess, TheChildReadsAllOfItsInput) {
    const std::string input(200'000, 'x');
    EXPECT_EQ(accounts::run_process({"/usr/bin/wc", "-c"}, input).output, "200000\n");
}

TEST(RunProcess, AChildThatDoesNotReadItsInputIsNoError) {
    ignore_sigpipe();
    EXPECT_TRUE(accounts::run_process({"/bin/true"}, std::string(200'000, 'x')).succeeded);
}

TEST(RunProcess, ManyWordsOfTheChildAreCutOffAndDoNotBlockIt) {
    const auto result = accounts::run_process({"/usr/bin/seq", "100000"}, "");
    EXPECT_TRUE(result.succeeded);
    EXPECT_EQ(result.output.size(), 65536u);
}

}  // namespace
}  // namespace jts::hot_storage::test
