// What a unit's settings let its service write (systemd.exec(5)).
#include "core/sandbox.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <sstream>

namespace jts::hot_storage::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string path = "/data/jts/hot/redis";

UnitFacts unit() {
    UnitFacts facts;
    facts.name = "redis-server.service";
    facts.protect_system = "no";
    facts.protect_home = "no";
    return facts;
}

UnitFacts strict(std::vector<std::string> read_write = {}) {
    auto facts = unit();
    facts.protect_system = "strict";
    facts.read_write_paths = std::move(read_write);
    return facts;
}

TEST(Sandbox, WithoutSettingsNothingIsDenied) {
    EXPECT_THAT(what_denies_writing(unit(), path), IsEmpty());
}

TEST(Sandbox, StrictLeavesReadOnlyWhatReadWritePathsDoNotName) {
    EXPECT_THAT(what_denies_writing(strict({"-/var/lib/redis"}), path),
                ElementsAre("ProtectSystem=strict leaves it read-only"));
    for (const auto* named : {"/data", "-/data/jts/hot/redis", "-+/data/jts/", "+/data/jts/hot"}) {
        EXPECT_THAT(what_denies_writing(strict({named}), path), IsEmpty()) << named;
    }
    // Neither what lies below nor what merely begins alike.
    for (const auto* named : {"/data/jts/hot/redis/data", "/data/jts/hot/red", "/"}) {
        EXPECT_THAT(what_denies_writing(strict({named}), path), Not(IsEmpty())) << named;
    }
}

TEST(Sandbox, FullAndYesProtectTheSystemAlone) {
    auto facts = unit();
    facts.protect_system = "full";
    EXPECT_THAT(what_denies_writing(facts, path), IsEmpty());
    EXPECT_THAT(what_denies_writing(facts, "/etc/x"),
                ElementsAre("ProtectSystem=full leaves it read-only"));
    facts.protect_system = "yes";
    EXPECT_THAT(what_denies_writing(facts, "/etc/x"), IsEmpty());
    for (const auto* system : {"/usr", "/usr/local/x", "/boot/x", "/efi"}) {
        EXPECT_THAT(what_denies_writing(facts, system), Not(IsEmpty())) << system;
    }
    EXPECT_THAT(what_denies_writing(facts, "/usrlocal"), IsEmpty());
}

TEST(Sandbox, ProtectHomeHidesWhatReadWritePathsCannotBringBack) {
    for (const auto* value : {"yes", "tmpfs"}) {
        auto facts = unit();
        facts.protect_home = value;
        facts.read_write_paths = {"/home/hot"};
        EXPECT_THAT(what_denies_writing(facts, "/home/hot"),
                    ElementsAre("ProtectHome=" + std::string(value) + " hides it"));
        EXPECT_THAT(what_denies_writing(facts, path), IsEmpty());
    }
    auto facts = unit();
    facts.protect_home = "read-only";
    EXPECT_THAT(what_denies_writing(facts, "/root/hot"),
                ElementsAre("ProtectHome=read-only leaves it read-only"));
    facts.read_write_paths = {"/root/hot"};
    EXPECT_THAT(what_denies_writing(facts, "/root/hot/x"), IsEmpty());
}

TEST(Sandbox, StrictLeavesHomesToProtectHome) {
    EXPECT_THAT(what_denies_writing(strict(), "/home/hot"), IsEmpty());
}

TEST(Sandbox, TheLongestPathDecidesAndOfTwoEqualOnesReadOnly) {
    auto facts = strict({"/data/jts/hot"});
    facts.read_only_paths = {"-/data"};
    EXPECT_THAT(what_denies_writing(facts, path), IsEmpty());
    facts.read_only_paths = {path};
    EXPECT_THAT(what_denies_writing(facts, path),
                ElementsAre("ReadOnlyPaths=" + path + " leaves it read-only"));
    facts.read_write_paths = {path};
    EXPECT_THAT(what_denies_writing(facts, path), Not(IsEmpty()));
}

TEST(Sandbox, NothingCanBeOpenedInsideAnInaccessiblePath) {
    auto facts = unit();
    facts.inaccessible_paths = {"-/data/jts"};
    facts.read_write_paths = {path};
    EXPECT_THAT(what_denies_writing(facts, path),
                ElementsAre("InaccessiblePaths=/data/jts hides it"));
}

TEST(Sandbox, AnotherRootIsSaid) {
    auto facts = unit();
    facts.root_directory = "/srv/\x1broot";
    EXPECT_THAT(what_denies_writing(facts, path), ElementsAre(HasSubstr("root is /srv/\\x1broot")));
}

TEST(Mounts, AUnitWaitsForWhatItNamesOrWhatLiesOnIt) {
    auto facts = unit();
    EXPECT_FALSE(waits_for_mount(facts, "/data/jts"));
    EXPECT_TRUE(waits_for_mount(facts, "/"));
    for (const auto* named : {"/data/jts", "/data/jts/hot/redis", "/data/jts/"}) {
        facts.requires_mounts_for = {"/var/tmp", named};
        EXPECT_TRUE(waits_for_mount(facts, "/data/jts")) << named;
    }
    for (const auto* named : {"/data", "/data/jts2", "/"}) {
        facts.requires_mounts_for = {named};
        EXPECT_FALSE(waits_for_mount(facts, "/data/jts")) << named;
    }
}

TEST(DropIn, OpensAStrictUnit) {
    EXPECT_EQ(drop_in_for(strict({"-/var/lib/redis"}), {path}),
              "# /etc/systemd/system/redis-server.service.d/jts-hot-storage.conf\n"
              "[Unit]\nRequiresMountsFor=/data/jts/hot/redis\n"
              "\n[Service]\nReadWritePaths=/data/jts/hot/redis\n");
}

/// Any path setting makes a mount namespace, which the mounts of dockerd must not be caught in.
TEST(DropIn, LeavesAUnitThatMayWriteInItsNamespace) {
    EXPECT_THAT(drop_in_for(unit(), {path}), Not(HasSubstr("[Service]")));
    EXPECT_THAT(drop_in_for(strict({path}), {path}), HasSubstr("ReadWritePaths=" + path));
}

TEST(DropIn, TakesAwayWhatReadWritePathsCannotOpen) {
    auto facts = unit();
    facts.protect_home = "yes";
    EXPECT_THAT(drop_in_for(facts, {"/home/hot"}),
                HasSubstr("[Service]\nProtectHome=read-only\nReadWritePaths=/home/hot\n"));
    facts = unit();
    facts.inaccessible_paths = {"-/data", "-/mnt/a b"};
    facts.read_only_paths = {path, "/opt"};
    EXPECT_THAT(drop_in_for(facts, {path}),
                HasSubstr("InaccessiblePaths=\nInaccessiblePaths=\"-/mnt/a b\"\n"
                          "ReadOnlyPaths=\nReadOnlyPaths=/opt\n"));
}

TEST(DropIn, NamesEachPathButOpensOnlyWhatIsShut) {
    auto facts = unit();
    facts.read_only_paths = {path + "/data"};
    EXPECT_THAT(
        drop_in_for(facts, {path, path + "/data"}),
        HasSubstr("[Unit]\nRequiresMountsFor=" + path + "\nRequiresMountsFor=" + path +
                  "/data\n\n[Service]\nReadOnlyPaths=\nReadWritePaths=" + path + "/data\n"));
}

TEST(DropIn, BindsThePathIntoAnotherRoot) {
    auto facts = unit();
    facts.root_directory = "/srv/root";
    EXPECT_THAT(drop_in_for(facts, {path}), HasSubstr("BindPaths=" + path + "\n"));
}

TEST(DropIn, EscapesSpecifiersBlanksAndQuotes) {
    EXPECT_THAT(drop_in_for(strict(), {"/data/100%/a \"b\\"}),
                HasSubstr("ReadWritePaths=\"/data/100%%/a \\\"b\\\\\"\n"));
    auto facts = strict();
    facts.name = "a\nb.service";
    EXPECT_THAT(drop_in_for(facts, {path}), HasSubstr("# /etc/systemd/system/a\\x0ab.service.d/"));
}

/// As systemd reads the drop-in after the unit: an empty value empties a list, others add to it.
void apply_line(UnitFacts& facts, const std::string& line) {
    const auto key = line.substr(0, line.find('='));
    const auto value = line.substr(line.find('=') + 1);
    if (key == "ProtectHome") facts.protect_home = value;
    const std::pair<const char*, std::vector<std::string> UnitFacts::*> lists[] = {
        {"ReadWritePaths", &UnitFacts::read_write_paths},
        {"ReadOnlyPaths", &UnitFacts::read_only_paths},
        {"InaccessiblePaths", &UnitFacts::inaccessible_paths},
        {"RequiresMountsFor", &UnitFacts::requires_mounts_for}};
    for (const auto& [name, list] : lists) {
        if (key != name) continue;
        if (value.empty()) (facts.*list).clear();
        if (!value.empty()) (facts.*list).push_back(value);
    }
}

std::vector<std::string> any_paths() {
    return *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
        "/", "/home", "/home/hot", "-/home/hot/db", "/usr", "+/usr/hot/db", "/usr/hot/db/data"));
}

RC_GTEST_PROP(SandboxProperty, ADropInMakesEveryUnitWriteAndWait, ()) {
    auto facts = unit();
    facts.protect_system = *rc::gen::element<std::string>("no", "yes", "full", "strict");
    facts.protect_home = *rc::gen::element<std::string>("no", "yes", "read-only", "tmpfs");
    facts.read_write_paths = any_paths();
    facts.read_only_paths = any_paths();
    facts.inaccessible_paths = any_paths();
    const auto wanted = *rc::gen::element<std::string>("/home/hot/db", "/usr/hot/db", "/srv/db");
    std::istringstream text(drop_in_for(facts, {wanted}));
    for (std::string line; std::getline(text, line);) apply_line(facts, line);
    RC_ASSERT(what_denies_writing(facts, wanted).empty());
    RC_ASSERT(waits_for_mount(facts, wanted));
}

}  // namespace
}  // namespace jts::hot_storage::test
