// Which files may be the layout's, on a real file system (T43). Runs as root.
#include "sys/layout_files.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <system_error>

#include "jts/hot_storage/error.hpp"

namespace jts::hot_storage::sys {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr uid_t somebody = 12345;

void must_succeed(int result, const char* what) {
    if (result != 0) throw std::system_error(errno, std::generic_category(), what);
}

/// A vendor file and a drop-in folder of root's, under a folder that no user can write to (/tmp
/// itself would be distrusted).
class LayoutFiles : public ::testing::Test {
  protected:
    LayoutFiles() {
        std::string pattern = "/srv/jts-layout-test-XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr)
            throw std::system_error(errno, std::generic_category(), "mkdtemp");
        root_ = pattern;
        paths_ = {root_ / "share/layout.json", root_ / "etc/layout.d"};
        fs::create_directories(root_ / "share");
        fs::create_directories(drop_ins());
        write(paths_.vendor, "vendor");
    }
    ~LayoutFiles() override { fs::remove_all(root_); }

    fs::path drop_ins() const { return paths_.drop_ins; }

    static void write(const fs::path& path, const std::string& text) {
        std::ofstream(path) << text;
        must_succeed(::chmod(path.c_str(), 0644), "chmod");
    }

    std::vector<LayoutFile> read() const { return read_layout_files(paths_); }

    /// Why the file is not trusted; empty where it is, or where it is not there at all.
    std::string distrust(const fs::path& path) const {
        for (const auto& file : read()) {
            if (file.path == path) return file.untrusted.value_or("");
        }
        return "";
    }

    fs::path root_;
    LayoutPaths paths_;
};

TEST_F(LayoutFiles, AreTheVendorsAndThenTheDropInsInByteOrderOfTheirNames) {
    for (const auto* name : {"9.json", "10.json", "a.json", "B.json", "\xc3\xa9.json"})
        write(drop_ins() / name, name);
    for (const auto* name : {".hidden.json", "x.json~", "x.json.dpkg-old", "json", "README"})
        write(drop_ins() / name, "not read");
    const std::vector<LayoutFile> expected{
        {paths_.vendor, "vendor", std::nullopt},
        {drop_ins() / "10.json", "10.json", std::nullopt},
        {drop_ins() / "9.json", "9.json", std::nullopt},
        {drop_ins() / "B.json", "B.json", std::nullopt},
        {drop_ins() / "a.json", "a.json", std::nullopt},
        {drop_ins() / "\xc3\xa9.json", "\xc3\xa9.json", std::nullopt},
    };
    EXPECT_EQ(read(), expected);
}

TEST_F(LayoutFiles, AreFoundAlsoWhereTheFolderIsSpelledWithASlashAtItsEnd) {
    write(drop_ins() / "a.json", "x");
    paths_.drop_ins += "/";
    EXPECT_EQ(read().size(), 2u);
}

TEST_F(LayoutFiles, NeedNoDropInFolder) {
    fs::remove_all(root_ / "etc");
    const std::vector<LayoutFile> expected{{paths_.vendor, "vendor", std::nullopt}};
    EXPECT_EQ(read(), expected);
}

TEST_F(LayoutFiles, WithoutTheVendorsSayThatItIsMissing) {
    fs::remove(paths_.vendor);
    EXPECT_THAT(distrust(paths_.vendor), HasSubstr("No such file or directory"));
}

TEST_F(LayoutFiles, OfSomebodyElseAreDistrusted) {
    const auto file = drop_ins() / "a.json";
    write(file, "x");
    ASSERT_EQ(distrust(file), "");
    must_succeed(::chown(file.c_str(), somebody, 0), "chown");
    EXPECT_THAT(distrust(file), HasSubstr("has owner 12345 and mode 0644"));
}

TEST_F(LayoutFiles, ThatOthersMayWriteAreDistrusted) {
    for (const mode_t mode : {0664u, 0646u, 0666u}) {
        const auto file = drop_ins() / "a.json";
        write(file, "x");
        must_succeed(::chmod(file.c_str(), mode), "chmod");
        EXPECT_THAT(distrust(file), HasSubstr("root's and writable by nobody else"));
    }
}

TEST_F(LayoutFiles, ThatAreNoRegularFilesAreDistrustedWithoutBlocking) {
    const auto fifo = drop_ins() / "fifo.json";
    const auto link = drop_ins() / "link.json";
    const auto folder = drop_ins() / "folder.json";
    must_succeed(::mkfifo(fifo.c_str(), 0644), "mkfifo");
    fs::create_symlink(paths_.vendor, link);
    fs::create_directory(folder);
    EXPECT_THAT(distrust(fifo), HasSubstr("not a regular file"));
    EXPECT_THAT(distrust(link), HasSubstr("symbolic link"));
    EXPECT_THAT(distrust(folder), HasSubstr("not a regular file"));
}

TEST_F(LayoutFiles, AreReadUpToOneMebibyte) {
    const auto file = drop_ins() / "a.json";
    write(file, std::string(1u << 20, ' '));
    EXPECT_EQ(distrust(file), "");
    write(file, std::string((1u << 20) + 1, ' '));
    EXPECT_THAT(distrust(file), HasSubstr("larger than 1 MiB"));
}

// Were such a folder skipped, what its files had removed would come back unseen.
TEST_F(LayoutFiles, InAFolderThatOthersMayWriteAreReplacedByTheFoldersRejection) {
    write(drop_ins() / "a.json", "x");
    for (const mode_t mode : {0775u, 0757u, 01777u}) {
        must_succeed(::chmod(drop_ins().c_str(), mode), "chmod");
        EXPECT_EQ(read().size(), 2u);
        EXPECT_THAT(distrust(drop_ins()), HasSubstr("writable by nobody else"));
    }
}

TEST_F(LayoutFiles, BelowAParentOfSomebodyElseAreDistrustedAlsoWhereTheFolderIsMissing) {
    must_succeed(::chown((root_ / "etc").c_str(), somebody, 0), "chown");
    EXPECT_THAT(distrust(drop_ins()), HasSubstr("has owner 12345"));
    fs::remove(drop_ins());
    EXPECT_THAT(distrust(drop_ins()), HasSubstr("has owner 12345"));
    must_succeed(::chown((root_ / "share").c_str(), somebody, 0), "chown");
    EXPECT_THAT(distrust(paths_.vendor), HasSubstr("has owner 12345"));
}

TEST_F(LayoutFiles, BehindASymbolicLinkToTheirFolderAreDistrusted) {
    fs::rename(root_ / "etc", root_ / "elsewhere");
    fs::create_symlink(root_ / "elsewhere", root_ / "etc");
    EXPECT_THAT(distrust(drop_ins()), HasSubstr("links are not followed"));
}

TEST_F(LayoutFiles, WhoseFolderIsAFileAreDistrusted) {
    fs::remove(drop_ins());
    write(drop_ins(), "x");
    EXPECT_THAT(distrust(drop_ins()), HasSubstr("Not a directory"));
}

TEST_F(LayoutFiles, OfAnyOwnerAreReadWhenOwnersDoNotCount) {
    const auto file = drop_ins() / "a.json";
    write(file, "x");
    must_succeed(::chown(file.c_str(), somebody, 0), "chown");
    must_succeed(::chmod(drop_ins().c_str(), 0777), "chmod");
    const std::vector<LayoutFile> expected{{paths_.vendor, "vendor", std::nullopt},
                                           {file, "x", std::nullopt}};
    EXPECT_EQ(read_layout_files(paths_, false), expected);
}

TEST_F(LayoutFiles, ThatAreNamedAreReadInTheOrderGiven) {
    const auto first = drop_ins() / "b.json";
    const auto second = drop_ins() / "a.txt";
    const auto missing = drop_ins() / "c.json";
    write(first, "1");
    write(second, "2");
    const auto files = read_named_files({first, second, missing}, true);
    ASSERT_EQ(files.size(), 3u);
    EXPECT_EQ(files[0], (LayoutFile{first, "1", std::nullopt}));
    EXPECT_EQ(files[1], (LayoutFile{second, "2", std::nullopt}));
    EXPECT_THAT(files[2].untrusted.value_or(""), HasSubstr("No such file or directory"));
}

TEST_F(LayoutFiles, ThatAreNamedMayBeNamedFromTheWorkingFolder) {
    write(drop_ins() / "a.json", "x");
    const auto before = fs::current_path();
    fs::current_path(drop_ins());
    for (const bool check_owner : {true, false}) {
        const std::vector<LayoutFile> expected{{"a.json", "x", std::nullopt}};
        EXPECT_EQ(read_named_files({"a.json"}, check_owner), expected);
    }
    fs::current_path(before);
}

/// How something about the layout's files may change.
using Step = std::function<void()>;

/// The kernel answers EIO to whoever reads a process's memory where it has none.
TEST_F(LayoutFiles, ThatTheHostCannotReadAreAnErrorAndNotDistrusted) {
    paths_.vendor = "/proc/" + std::to_string(::getpid()) + "/mem";
    std::string told;
    try {
        sys::read_layout_files(paths_);
    } catch (const jts::hot_storage::Error& error) {
        told = error.what();
    }
    EXPECT_THAT(told, testing::HasSubstr("/mem: Input/output error"));
}

TEST_F(LayoutFiles, HaveAFingerprintThatChangesWithThem) {
    const auto file = drop_ins() / "a.json";
    const std::vector<std::pair<const char*, Step>> steps{
        {"a new file", [&] { write(file, "1"); }},
        {"another content", [&] { write(file, "12"); }},
        {"another owner", [&] { must_succeed(::chown(file.c_str(), somebody, 0), "chown"); }},
        {"another mode", [&] { must_succeed(::chmod(file.c_str(), 0600), "chmod"); }},
        {"another name", [&] { fs::rename(file, drop_ins() / "b.json"); }},
        {"another mode of the folder",
         [&] { must_succeed(::chmod(drop_ins().c_str(), 0700), "chmod"); }},
        {"a removed file", [&] { fs::remove(drop_ins() / "b.json"); }},
        {"a removed folder", [&] { fs::remove(drop_ins()); }},
        {"another vendor file", [&] { write(paths_.vendor, "vendor 2"); }},
        {"a removed vendor file", [&] { fs::remove(paths_.vendor); }},
    };
    for (const auto& [what, step] : steps) {
        const auto before = layout_fingerprint(paths_);
        EXPECT_EQ(layout_fingerprint(paths_), before) << "before " << what;
        step();
        EXPECT_NE(layout_fingerprint(paths_), before) << what;
    }
}

}  // namespace
}  // namespace jts::hot_storage::sys
