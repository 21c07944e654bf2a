/// Small files of the state folder: read and replaced as a whole, whatever lies there.
#include "sys/state_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "jts/hot_storage/error.hpp"
#include "support/sandbox.hpp"

namespace jts::hot_storage::test {
namespace {

using sys::read_state_file;
using sys::set_state_file_aside;
using sys::write_state_file;
using ::testing::HasSubstr;

class StateFolder : public ::testing::Test {
  protected:
    static constexpr const char* folder = "/mnt/state";
    StateFolder() { make_directory(folder, 0700); }

    template <typename Work>
    static std::pair<ErrorCode, std::string> failure_of(const Work& work) {
        try {
            work();
        } catch (const Error& error) {
            return {error.code(), error.what()};
        }
        ADD_FAILURE() << "no error";
        return {};
    }
    static std::pair<ErrorCode, std::string> failure_of_reading() {
        return failure_of([] { read_state_file(folder, "one"); });
    }

    Sandbox sandbox_;
};

TEST_F(StateFolder, AFileIsReadAsItWasWrittenLastAndIsRootsAlone) {
    EXPECT_EQ(read_state_file(folder, "one"), std::nullopt);
    const std::string large(1'000'000, 'x');
    for (const auto& text : {std::string("first"), large, std::string()}) {
        write_state_file(folder, "one", text);
        EXPECT_EQ(read_state_file(folder, "one"), text);
    }
    EXPECT_EQ(mode_of("/mnt/state/one"), 0600u);
}

TEST_F(StateFolder, WhatAnInterruptedRunLeftIsReplaced) {
    make_file("/mnt/state/.one.new", 0644, "half a te");
    write_state_file(folder, "one", "text");
    EXPECT_EQ(read_state_file(folder, "one"), "text");
    EXPECT_NE(::access("/mnt/state/.one.new", F_OK), 0);
}

TEST_F(StateFolder, AFullDiskLeavesTheFormerFile) {
    make_directory("/mnt/full");
    require(::mount("tmpfs", "/mnt/full", "tmpfs", 0, "size=64k,mode=0700") == 0, "mount");
    write_state_file("/mnt/full", "one", "former");
    const auto [code, text] =
        failure_of([] { write_state_file("/mnt/full", "one", std::string(1'000'000, 'x')); });
    EXPECT_EQ(code, ErrorCode::no_space);
    EXPECT_THAT(text, HasSubstr("/mnt/full/one"));
    EXPECT_EQ(read_state_file("/mnt/full", "one"), "former");
    EXPECT_NE(::access("/mnt/full/.one.new", F_OK), 0) << "takes no room";
}

TEST_F(StateFolder, WhatIsNoRegularFileIsNotRead) {
    make_symlink("/etc/shadow", "/mnt/state/one");
    EXPECT_THAT(failure_of_reading().second, HasSubstr("/mnt/state/one"));
    require(::unlink("/mnt/state/one") == 0, "unlink");
    require(::mkfifo("/mnt/state/one", 0600) == 0, "mkfifo");
    EXPECT_THAT(failure_of_reading().second, HasSubstr("no regular file"));
    write_state_file(folder, "one", "text");
    EXPECT_EQ(read_state_file(folder, "one"), "text") << "replaced, not written into";
}

TEST_F(StateFolder, AFolderThatOthersMayChangeIsNotUsed) {
    make_directory("/mnt/open");
    require(::chmod("/mnt/open", 0777) == 0, "chmod");
    for (const auto& work :
         std::vector<std::function<void()>>{[] { read_state_file("/mnt/open", "one"); },
                                            [] { write_state_file("/mnt/open", "one", "text"); },
                                            [] { set_state_file_aside("/mnt/open", "one"); }})
        EXPECT_EQ(failure_of(work).first, ErrorCode::unsafe_path);
    EXPECT_NE(::access("/mnt/open/one", F_OK), 0);
}

TEST_F(StateFolder, AMissingOneIsNamedWithWhatHelps) {
    EXPECT_THAT(failure_of([] { read_state_file("/mnt/none", "one"); }).second,
                HasSubstr("/mnt/none is missing: `systemctl restart jts-hot-storage.service`"));
}

TEST_F(StateFolder, ADamagedFileIsSetAsideInThePlaceOfAnEarlierOne) {
    for (const char* text : {"first", "second"}) {
        write_state_file(folder, "one", text);
        set_state_file_aside(folder, "one");
    }
    EXPECT_EQ(read_state_file(folder, "one"), std::nullopt);
    EXPECT_EQ(read_state_file(folder, "one.damaged"), "second");
}

}  // namespace
}  // namespace jts::hot_storage::test
