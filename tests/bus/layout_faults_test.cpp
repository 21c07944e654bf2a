/// T43: layout files that somebody else could have written, or that are broken.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <ostream>

#include "support/bus_host.hpp"

namespace jts::hot_storage::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* drop_ins = "/etc/jts-hot-storage/layout.d";
constexpr const char* faulty = "/etc/jts-hot-storage/layout.d/50-faulty.json";

struct Fault {
    std::string name;
    std::function<void()> make;
    std::string told;  ///< in the error's message
};

/// What GoogleTest, and with it ctest, calls the parameter.
void PrintTo(const Fault& fault, std::ostream* out) {
    *out << fault.name;
}

void write_faulty(const std::string& text) {
    BusHost::write_drop_in("50-faulty", text);
}

const std::string harmless = R"({"format": 1, "services": {"redis": {"planned_bytes": 1}}})";

const std::vector<Fault> faults = {
    {"ForeignOwner",
     [] {
         write_faulty(harmless);
         ASSERT_EQ(::chown(faulty, World::pat, 0), 0);
     },
     std::string(faulty)},
    {"WritableByGroup", [] { BusHost::write_drop_in("50-faulty", harmless, 0664); }, faulty},
    {"WritableByOthers", [] { BusHost::write_drop_in("50-faulty", harmless, 0646); }, faulty},
    {"ALink",
     [] {
         write_file("/etc/elsewhere.json", harmless);
         fs::create_symlink("/etc/elsewhere.json", faulty);
     },
     faulty},
    {"AFifo", [] { ASSERT_EQ(::mkfifo(faulty, 0644), 0); }, faulty},
    {"BrokenJson", [] { write_faulty("{\"format\": 1,"); }, faulty},
    {"Empty", [] { write_faulty(""); }, faulty},
    {"AWrongValue",
     [] { write_faulty(R"({"format": 1, "services": {"redis": {"mode": "rwx"}}})"); },
     std::string(faulty) + ": /services/redis/mode"},
    {"AnUnknownKey",
     [] { write_faulty(R"({"format": 1, "services": {"redis": {"mood": "0750"}}})"); },
     std::string(faulty) + ": /services/redis/mood"},
    {"AFolderOfSomebodyElse", [] { ASSERT_EQ(::chown(drop_ins, World::pat, 0), 0); }, drop_ins},
    {"AFolderWritableByOthers", [] { ASSERT_EQ(::chmod(drop_ins, 0777), 0); }, drop_ins},
};

class LayoutFaults : public ::testing::TestWithParam<Fault> {
  protected:
    LayoutFaults() {
        BusHost::write_drop_in("20-fewer", R"({"format": 1, "services": {"kafka": null}})");
        host_.start_daemon();
    }
    BusHost host_;
};

TEST_P(LayoutFaults, T43_ChangesAreRefusedWithTheFilesNameReadsGoOnAndNothingRemovedComesBack) {
    ASSERT_TRUE(host_.provision({"redis"}).ok());
    ASSERT_NO_FATAL_FAILURE(GetParam().make());

    const auto refused = host_.provision();
    EXPECT_EQ(refused.error, "org.jts.HotStorage1.Error.InvalidLayout");
    EXPECT_THAT(refused.message, HasSubstr(GetParam().told));
    EXPECT_FALSE(fs::exists("/mnt/jts/hot/kafka"));
    EXPECT_FALSE(fs::exists("/mnt/jts/hot/postgresql"));
    EXPECT_EQ(host_.property("Health"), "critical");

    const auto layout = host_.call(World::pat, {.member = "GetLayout", .fill = no_options()});
    EXPECT_TRUE(layout.ok()) << layout.message;
    const bool folder_is_trusted = GetParam().told != drop_ins;
    if (folder_is_trusted) {
        EXPECT_TRUE(host_.plan({"redis"}).ok());
        EXPECT_THAT(layout.values.dump(), Not(HasSubstr("kafka")));
        EXPECT_EQ(host_.plan({"kafka"}).error, "org.jts.HotStorage1.Error.UnknownService");
    }
}

INSTANTIATE_TEST_SUITE_P(Each, LayoutFaults, ::testing::ValuesIn(faults),
                         [](const auto& each) { return each.param.name; });

TEST(LayoutRepair, ChangesWorkAgainAsSoonAsTheFileIsRight) {
    BusHost host;
    host.start_daemon();
    write_faulty("{");
    EXPECT_EQ(host.provision({"redis"}).error, "org.jts.HotStorage1.Error.InvalidLayout");
    write_faulty(harmless);
    EXPECT_TRUE(host.provision({"redis"}).ok());
}

TEST(LayoutRepair, AlsoOfAFolderAboveItWorks) {
    BusHost host;
    host.start_daemon();
    write_faulty(harmless);
    ASSERT_EQ(::chmod("/etc/jts-hot-storage", 0777), 0);
    BusHost::write_drop_in("70-more", harmless);
    EXPECT_EQ(host.provision({"redis"}).error, "org.jts.HotStorage1.Error.InvalidLayout");
    ASSERT_EQ(::chmod("/etc/jts-hot-storage", 0755), 0);
    EXPECT_TRUE(host.provision({"redis"}).ok());
}

TEST(LayoutRepair, AMissingVendorFileStopsChangesAndNotTheDaemon) {
    BusHost host;
    fs::remove("/usr/share/jts-hot-storage/layout.json");
    host.start_daemon();
    const auto refused = host.provision();
    EXPECT_EQ(refused.error, "org.jts.HotStorage1.Error.InvalidLayout");
    EXPECT_THAT(refused.message, HasSubstr("/usr/share/jts-hot-storage/layout.json"));
    EXPECT_TRUE(host.call(0, {.member = "GetLayout", .fill = no_options()}).ok());
}

}  // namespace
}  // namespace jts::hot_storage::test
