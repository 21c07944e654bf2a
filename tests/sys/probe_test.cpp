// The write probe on real file systems, run as an account without any privilege.
#include "probe/probe.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "engine/probe_answer.hpp"
#include "jts/hot_storage/error.hpp"
#include "probe/answer.hpp"
#include "support/sandbox.hpp"
#include "sys/fd.hpp"

namespace jts::hot_storage::test {
namespace {

namespace fs = std::filesystem;
using sys::Fd;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr uid_t nobody = 65534;
const std::string base = "/mnt/hot", db = base + "/db", data = db + "/data", logs = db + "/logs";

/// Runs `body` as nobody in a process of its own; what it returns. Empty where it died.
std::string as_nobody(const std::function<std::string()>& body) {
    std::array<int, 2> ends{};
    require(::pipe2(ends.data(), O_CLOEXEC) == 0, "make a pipe");
    const pid_t child = ::fork();
    if (child == 0) {
        std::string text = "cannot become nobody";
        if (::setgroups(0, nullptr) == 0 && ::setresgid(nobody, nobody, nobody) == 0 &&
            ::setresuid(nobody, nobody, nobody) == 0)
            text = body();
        ::_exit(::write(ends[1], text.data(), text.size()) < 0 ? 1 : 0);
    }
    ::close(ends[1]);
    const Fd from(ends[0]);
    std::string told;
    std::array<char, 4096> part{};
    for (ssize_t count = 0; (count = ::read(from.get(), part.data(), part.size())) > 0;)
        told.append(part.data(), static_cast<std::size_t>(count));
    ::waitpid(child, nullptr, 0);
    return told;
}

class Probe : public ::testing::Test {
  protected:
    Probe() {
        make_directory("/mnt/etc");
        make_file("/mnt/etc/passwd", 0644,
                  "root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n"
                  "other:x:5002:5002::/:/bin/false\n");
        make_file("/mnt/layout.json", 0644, R"({"format": 1, "base": "/mnt/hot", "services": {
            "db": {"owner": "nobody", "directories": {"data": {}, "logs": {}}},
            "spare": {"owner": "other", "directories": {"data": {}, "lent": {"owner": "nobody"}}}}})");
        make_directory(base);
        for (const auto& path : {db, data, logs, base + "/spare/lent"}) make_theirs(path);
    }

    static void make_theirs(const std::string& path) {
        if (!fs::exists(fs::path(path).parent_path()))
            make_directory(fs::path(path).parent_path().native());
        make_directory(path, 0700);
        give(path, nobody, nobody);
    }

    /// A file system that is mounted there is given to the account.
    static void hand_over(const std::string& path) {
        give(path, nobody, nobody);
        require(::chmod(path.c_str(), 0700) == 0, "chmod " + path);
    }

    std::string answer_for(const std::string& user) const {
        return as_nobody([&]() -> std::string {
            try {
                return probe::answer_of(probe::probe_account(host_, user));
            } catch (const Error& error) {
                return error.what();
            }
        });
    }

    std::vector<ProbeResult> run() const {
        return engine::parse_probe_answer(answer_for("nobody"));
    }

    /// What was found in `data`, while everything else could be written.
    ProbeResult in_data() const {
        ProbeResult found;
        for (const auto& result : run()) {
            if (result.directory == DirectoryKey{"db", "data"})
                found = result;
            else
                EXPECT_EQ(result.error, "") << result.directory.second;
        }
        return found;
    }

    void expect_in_data(const std::string& error, const std::string& reason) const {
        const auto found = in_data();
        EXPECT_EQ(found.error, error);
        EXPECT_THAT(found.reason, HasSubstr(reason));
        EXPECT_EQ(found.latency_usec, 0u);
    }

    Sandbox sandbox_;
    probe::Host host_{.layout = {.vendor = "/mnt/layout.json", .drop_ins = "/mnt/layout.d"},
                      .etc = "/mnt/etc"};
};

TEST_F(Probe, EveryDirectoryOfTheAccountAndNoOtherIsWrittenTo) {
    std::vector<DirectoryKey> directories;
    for (const auto& result : run()) {
        EXPECT_EQ(result.error, "") << result.reason;
        EXPECT_GT(result.latency_usec, 0u);
        directories.push_back(result.directory);
    }
    EXPECT_THAT(directories,
                ElementsAre(DirectoryKey{"db", ""}, DirectoryKey{"db", "data"},
                            DirectoryKey{"db", "logs"}, DirectoryKey{"spare", "lent"}));
}

TEST_F(Probe, NothingStaysBehindAndNoNameWasEverMade) {
    sandbox_.mount_ext4(data, 8);
    hand_over(data);
    const auto before = look_at(data);
    EXPECT_EQ(in_data().error, "");
    const auto after = look_at(data);
    EXPECT_EQ(before.stx_mtime.tv_sec, after.stx_mtime.tv_sec);
    EXPECT_EQ(before.stx_mtime.tv_nsec, after.stx_mtime.tv_nsec);
    EXPECT_EQ(before.stx_ctime.tv_nsec, after.stx_ctime.tv_nsec);
    EXPECT_TRUE(fs::is_empty(logs));
}

TEST_F(Probe, AFullFileSystemIsENOSPC) {
    sandbox_.mount_ext4(data, 8);
    hand_over(data);
    {
        const Fd file(::open((data + "/fill").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
        const std::string block(4096, 'x');
        while (::write(file.get(), block.data(), block.size()) > 0) {
        }
        ASSERT_EQ(errno, ENOSPC);
        ASSERT_EQ(::fsync(file.get()), 0);
    }
    expect_in_data("ENOSPC", "No space left on device");
}

TEST_F(Probe, AFileSystemWithoutAFreeInodeIsENOSPC) {
    require(::mount("tmpfs", data.c_str(), "tmpfs", 0, "mode=0755,nr_inodes=1") == 0, "mount");
    hand_over(data);
    expect_in_data("ENOSPC", "No space left on device");
}

TEST_F(Probe, AReadOnlyMountIsEROFS) {
    sandbox_.mount_tmpfs(data);
    hand_over(data);
    require(::mount(nullptr, data.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) == 0,
            "remount");
    expect_in_data("EROFS", "Read-only file system");
}

TEST_F(Probe, AFileSystemWithoutNamelessFilesIsEOPNOTSUPPAndGetsNoOther) {
    require(::mount("mqueue", data.c_str(), "mqueue", 0, nullptr) == 0, "mount mqueue");
    expect_in_data("EOPNOTSUPP", "O_TMPFILE");
    EXPECT_TRUE(fs::is_empty(data));
}

TEST_F(Probe, ADirectoryOfSomebodyElsesIsEACCES) {
    give(data, 0, 0);
    expect_in_data("EACCES", "Permission denied");
}

TEST_F(Probe, ADirectoryThatIsMissingIsENOENT) {
    require(::rmdir(data.c_str()) == 0, "rmdir");
    expect_in_data("ENOENT", "No such file or directory");
}

TEST_F(Probe, T35_AFifoInADirectorysPlaceDoesNotBlock) {
    require(::rmdir(data.c_str()) == 0, "rmdir");
    require(::mkfifo(data.c_str(), 0666) == 0, "mkfifo");
    expect_in_data("ENOTDIR", "no directory");
}

TEST_F(Probe, T02_ASymlinkInADirectorysPlaceIsNotFollowed) {
    require(::rmdir(data.c_str()) == 0, "rmdir");
    make_symlink("logs", data);
    expect_in_data("ENOTDIR", "symbolic link");
}

TEST_F(Probe, T01_ASymlinkAboveADirectoryIsNotFollowed) {
    fs::rename(db, "/mnt/elsewhere");
    make_symlink("/mnt/elsewhere", db);
    for (const auto& result : run())
        EXPECT_EQ(result.error, result.directory.first == "db" ? "ENOTDIR" : "")
            << result.directory.second;
}

TEST_F(Probe, NobodyIsProbedForButTheAccountThatItRunsAs) {
    EXPECT_THAT(answer_for("other"), HasSubstr("this process runs as user 65534"));
    EXPECT_THAT(answer_for("root"), HasSubstr("it is root"));
    EXPECT_THAT(answer_for("stranger"), HasSubstr("no such account"));
    for (const std::string name : {"", "../x", "Nobody", "a\x1b"})
        EXPECT_THAT(answer_for(name), HasSubstr("no account name")) << name;
    EXPECT_THROW(probe::probe_account(host_, "nobody"), Error) << "root may write everywhere";
}

TEST_F(Probe, T43_ALayoutThatMayNotBeTrustedIsNotUsed) {
    give("/mnt/layout.json", nobody, nobody);
    EXPECT_THAT(answer_for("nobody"), HasSubstr("must be root's"));
}

}  // namespace
}  // namespace jts::hot_storage::test
