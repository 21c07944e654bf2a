#include "tree_fixture.hpp"

#include <cstdlib>

#include "support/layouts.hpp"
#include "sys/give_below.hpp"
#include "sys/observer.hpp"

namespace jts::hot_storage::test {

TreeTest::TreeTest() {
    layout.base = base;
    layout.services = {service("db", own_directory("db"), {"data", "logs"})};
    accounts.users = {{"root", 0, 0, "/root", "/bin/bash", User::Password::locked},
                      {"db", db_id, db_id, db, "/bin/false", User::Password::locked},
                      {"other", other_id, other_id, "/", "/bin/false", User::Password::locked}};
    accounts.groups = {{"root", 0, {}}, {"db", db_id, {}}, {"other", other_id, {}}};
    make_directory(outside);
    make_file(secret, 0600, "secret");
}

Observation TreeTest::observe() const {
    Observation observation = sys::observe_declared(layout, accounts, {});
    sys::look_below(layout, observation, {}, options, {});
    return observation;
}

sys::ChangeOutcome TreeTest::apply(const PlannedChange& change) {
    return sys::apply_change(layout, change, accounts, options, {});
}

Plan TreeTest::provision() {
    Plan planned = plan();
    for (const PlannedChange& change : planned.changes) apply(change);
    return planned;
}

BelowState TreeTest::below(const std::string& directory) const {
    return observe().directories.at({"db", directory}).below;
}

void TreeTest::blind_to_processes() {
    options.facts.proc = "/mnt/proc";
    make_directory(options.facts.proc);
    make_directory(options.facts.proc + "/1");
    make_file(options.facts.proc + "/1/status", 0444, "Name:\tinit\nUid:\t0\t0\t0\t0\n");
    make_file(options.facts.proc + "/loadavg", 0644, "0 0 0 1/1 1\n");
}

PlannedChange TreeTest::give_data_to(const std::string& owner) const {
    PlannedChange change;
    change.change.kind = ChangeKind::set_owner_below;
    change.target = {"db", "data"};
    change.prior = sys::observe_declared(layout, accounts, {}).directories.at(change.target).entry;
    change.owner = change.group = owner;
    change.below = Below::owner_and_group;
    return change;
}

DirectorySpec& TreeTest::spec(const std::string& directory) {
    for (DirectorySpec& found : layout.services.front().directories)
        if (found.name == directory) return found;
    throw std::logic_error("no directory " + directory);
}

ErrorCode TreeTest::code_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.code();
    }
    ADD_FAILURE() << "no error was thrown";
    return ErrorCode::failed;
}

std::string TreeTest::message_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    ADD_FAILURE() << "no error was thrown";
    return {};
}

void TreeTest::expect_outside_untouched() const {
    for (const std::string& path : {outside, secret}) expect_owner(path, 0);
    EXPECT_EQ(mode_of(secret), 0600u);
}

void TreeTest::expect_owner(const std::string& path, std::uint32_t id) {
    const sys::Look seen = look_at(path);
    EXPECT_EQ(seen.stx_uid, id) << path;
    EXPECT_EQ(seen.stx_gid, id) << path;
}

std::vector<std::string> refusals(const std::vector<RefusedBelow>& refused) {
    std::vector<std::string> words;
    for (const RefusedBelow& one : refused)
        words.push_back(one.reason.substr(0, one.reason.find(':')) + " " +
                        std::to_string(one.count));
    return words;
}

unsigned long from_environment(const char* name, unsigned long otherwise) {
    const char* text = std::getenv(name);
    return text != nullptr ? std::strtoul(text, nullptr, 10) : otherwise;
}

}  // namespace jts::hot_storage::test
