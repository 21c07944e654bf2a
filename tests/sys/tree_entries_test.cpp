#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/fsuid.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <thread>

#include "core/text.hpp"
#include "sys/fd.hpp"
#include "tree_fixture.hpp"

namespace jts::hot_storage::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Strings = std::vector<std::string>;

class EntriesTest : public TreeTest {
  protected:
    EntriesTest() { provision(); }

    static void make_socket(const std::string& path) {
        const sys::Fd fd(::socket(AF_UNIX, SOCK_STREAM, 0));
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
        require(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0, path);
    }
};

TEST_F(EntriesTest, T09_fifos_and_sockets_are_given_without_being_opened_and_devices_refused) {
    const std::string fifo = data + "/fifo", socket = data + "/socket", device = data + "/device";
    require(::mkfifo(fifo.c_str(), 0600) == 0, "mkfifo");
    make_socket(socket);
    require(::mknod(device.c_str(), S_IFCHR | 0600, makedev(1, 3)) == 0, "mknod");
    EXPECT_EQ(refusals(below().refused), Strings{"device 1"});
    EXPECT_EQ(below().foreign, 2u);
    EXPECT_EQ(refusals(apply(give_data_to("db")).refused), Strings{"device 1"});
    expect_owner(fifo, db_id);
    expect_owner(socket, db_id);
    expect_owner(device, 0);
}

TEST_F(EntriesTest, T10_immutable_entries_are_refused_beforehand) {
    sandbox.mount_ext4(data, 8);
    provision();
    make_file(data + "/file");
    make_directory(data + "/directory");
    make_file(data + "/directory/file");
    set_immutable(data + "/file", true);
    set_immutable(data + "/directory", true);
    EXPECT_EQ(refusals(below().refused), Strings{"immutable 2"});
    EXPECT_EQ(below().foreign, 1u);
    provision();
    expect_owner(data + "/directory/file", db_id);
    set_immutable(data + "/file", false);
    set_immutable(data + "/directory", false);
    provision();
    expect_owner(data + "/file", db_id);
    expect_owner(data + "/directory", db_id);
}

TEST_F(EntriesTest, T10_an_entry_that_becomes_immutable_between_look_and_change_stops_the_run) {
    blind_to_processes();
    sandbox.mount_ext4(data, 8);
    provision();
    Strings files;
    for (int i = 0; i < 50; ++i) make_file(files.emplace_back(data + "/" + std::to_string(i)));
    std::jthread toggler([&](const std::stop_token& stop) {
        for (std::size_t i = 0; !stop.stop_requested(); i = (i + 1) % files.size()) {
            set_immutable(files[i], true);
            set_immutable(files[i], false);
        }
    });
    const PlannedChange to_db = give_data_to("db"), to_other = give_data_to("other");
    std::string message;
    for (int pass = 0; message.empty() && pass < 1'000'000; ++pass) {
        try {
            apply(pass % 2 == 0 ? to_db : to_other);
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::failed);
            message = error.what();
        }
    }
    EXPECT_NE(message.find(data + "/"), std::string::npos) << message;
    EXPECT_NE(message.find("Operation not permitted"), std::string::npos) << message;
}

/// Goes down by descriptor, since no path of that length can be used.
sys::Fd make_deep(const std::string& top, int depth) {
    sys::Fd current(::open(top.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    for (int i = 0; i < depth; ++i) {
        require(::mkdirat(current.get(), "d", 0755) == 0, "mkdirat");
        current = sys::Fd(::openat(current.get(), "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    }
    return current;
}

/// A small limit on descriptors for as long as it lives.
class FewDescriptors {
  public:
    explicit FewDescriptors(rlim_t limit) {
        require(::getrlimit(RLIMIT_NOFILE, &before_) == 0, "getrlimit");
        const rlimit few{limit, before_.rlim_max};
        require(::setrlimit(RLIMIT_NOFILE, &few) == 0, "setrlimit");
    }
    ~FewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
    FewDescriptors(const FewDescriptors&) = delete;
    FewDescriptors& operator=(const FewDescriptors&) = delete;

  private:
    rlimit before_{};
};

TEST_F(EntriesTest, T12_a_tree_ten_thousand_deep_is_given_down_to_its_last_file) {
    constexpr int depth = 10'000;
    const sys::Fd bottom = make_deep(data, depth);
    require(::mknodat(bottom.get(), "last", S_IFREG | 0600, 0) == 0, "mknodat");
    const FewDescriptors few(384);
    EXPECT_EQ(below().foreign, depth + 1u);
    EXPECT_EQ(apply(give_data_to("db")).entries, depth + 1u);
    sys::Look last;
    ASSERT_EQ(sys::look(bottom.get(), "last", last), 0);
    EXPECT_EQ(last.stx_uid, db_id);
    EXPECT_EQ(below(), BelowState{});
}

TEST_F(EntriesTest, T12_hostile_names_are_bytes_to_the_walk_and_escaped_in_what_it_says) {
    const Strings names{"new\nline", "\x1b[2J", "\xff\xfe", std::string(255, 'n'),
                        "-rf",       " ",       "\\",       "*"};
    for (const std::string& name : names) make_file(data + "/" + name);
    const BelowState seen = below();
    EXPECT_EQ(seen.foreign, names.size());
    Strings expected;
    for (const std::string& name : names) expected.push_back(escape(data + "/" + name));
    std::ranges::sort(expected);
    EXPECT_EQ(seen.examples, expected);
    provision();
    for (const std::string& name : names) expect_owner(data + "/" + name, db_id);
}

TEST_F(EntriesTest, examples_are_at_most_twenty) {
    for (int i = 0; i < 50; ++i) make_file(data + "/" + std::to_string(i));
    EXPECT_EQ(below().examples.size(), 20u);
    EXPECT_EQ(below().foreign, 50u);
}

TEST_F(EntriesTest, a_second_run_finds_nothing_to_do_and_touches_no_ctime) {
    make_directory(data + "/d");
    make_file(data + "/d/f");
    provision();
    const Strings paths{base, db, data, logs, data + "/d", data + "/d/f"};
    std::vector<sys::Look> before;
    for (const std::string& path : paths) before.push_back(look_at(path));
    EXPECT_TRUE(provision().changes.empty());
    EXPECT_EQ(apply(give_data_to("db")).entries, 0u);
    for (std::size_t i = 0; i < paths.size(); ++i) {
        const sys::Look after = look_at(paths[i]);
        EXPECT_EQ(std::tie(after.stx_ctime.tv_sec, after.stx_ctime.tv_nsec),
                  std::tie(before[i].stx_ctime.tv_sec, before[i].stx_ctime.tv_nsec))
            << paths[i];
    }
}

TEST_F(EntriesTest, a_hundred_thousand_files_some_with_two_names_are_given) {
    constexpr unsigned directories = 100, files = 1000, linked = 100;
    for (unsigned d = 0; d < directories; ++d) {
        const std::string directory = data + "/" + std::to_string(d);
        make_directory(directory);
        for (unsigned f = 0; f < files; ++f) make_file(directory + "/" + std::to_string(f));
    }
    for (unsigned i = 0; i < linked; ++i) {
        const std::string name = "/" + std::to_string(i);
        require(::link((data + "/0" + name).c_str(), (logs + name).c_str()) == 0, "link");
    }
    const FewDescriptors few(384);
    constexpr unsigned all = directories * files + directories + linked;
    EXPECT_EQ(below().foreign, all);
    EXPECT_EQ(apply(give_data_to("db")).entries, all);
    EXPECT_TRUE(plan().changes.empty());
    EXPECT_TRUE(plan().refused.empty());
}

TEST_F(EntriesTest, what_lies_below_a_declared_subdirectory_is_its_own_walks) {
    make_file(data + "/file");
    make_file(db + "/file");
    EXPECT_EQ(below("").examples, Strings{db + "/file"});
    EXPECT_EQ(below("data").examples, Strings{data + "/file"});
}

TEST_F(EntriesTest, a_stopped_change_says_so) {
    make_file(data + "/file");
    std::stop_source source;
    source.request_stop();
    EXPECT_EQ(code_of([&] {
                  sys::apply_change(layout, give_data_to("db"), accounts, options,
                                    source.get_token());
              }),
              ErrorCode::cancelled);
    expect_owner(data + "/file", 0);
}

// Root may read everything, so that somebody else looks here.
TEST_F(EntriesTest, what_cannot_be_read_below_is_named_only_to_those_who_may_see_names) {
    make_directory(data + "/secret-name", 0700);
    std::optional<Error> error;
    ::setfsuid(db_id);
    try {
        observe();
    } catch (const Error& thrown) {
        error = thrown;
    }
    ::setfsuid(0);
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), ErrorCode::failed);
    EXPECT_THAT(error->what(), HasSubstr(data + "/secret-name: Permission denied"));
    EXPECT_THAT(error->public_what(), Not(HasSubstr("secret-name")));
    EXPECT_THAT(error->public_what(), HasSubstr("Permission denied"));
}

}  // namespace
}  // namespace jts::hot_storage::test
