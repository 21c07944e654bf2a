/// Ownership of a tree: we against `chown -R && chmod -R` on the same tree, in turn in one run:
/// first apply with the record of the change on a real disk, again, and rollback. Prints medians of
/// ratios as JSON. Needs root. The tree is on the file system of /var/tmp, as a host's is on a
/// disk; with `tmpfs` it is in memory, where the peer pays for no journal of the file system's and
/// everybody for system calls alone. What we change is on the disk when we are done; the peer's is
/// with `sync -f` after it, to which `first_durable` and `rollback_durable` are. The floors are
/// what no program that works by descriptors can get below here (owners_floor.hpp).
///
///     bench_owners [FILES] [ROUNDS] [tmpfs]

#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

#include "bench/bench.hpp"
#include "bench/disk.hpp"
#include "bench/owners_floor.hpp"
#include "engine/journal.hpp"
#include "engine/undo.hpp"
#include "support/layouts.hpp"
#include "sys/changer.hpp"
#include "sys/digest.hpp"
#include "sys/observer.hpp"
#include "sys/settle.hpp"

namespace jts::hot_storage::test {
namespace {

constexpr std::uint32_t id = 5001;
constexpr unsigned threads = 2;

std::uint64_t peak_kib() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::uint64_t>(usage.ru_maxrss);
}

class Host {
  public:
    ~Host() { std::filesystem::remove_all(folder_); }
    explicit Host(bool in_memory) {
        make_directory(records_, 0700);
        if (!in_memory) lay_tree_on_disk();
        layout_.base = layout_base;
        layout_.services = {service("db", own_directory("db"), {"data"})};
        accounts_.users = {{"root", 0, 0, "/root", "/bin/bash", User::Password::locked},
                           {"db", id, id, "/mnt/hot/db", "/bin/false", User::Password::locked}};
        accounts_.groups = {{"root", 0, {}}, {"db", id, {}}};
        provision();
    }

    /// What Provision does about the tree.
    void provision() {
        Observation seen = sys::observe_declared(layout_, accounts_, {});
        sys::observe_below(layout_, seen, {}, threads, {});
        const Plan plan = make_plan(layout_, seen, {});
        if (plan.changes.empty()) return;
        engine::ChangeHeader header;
        header.change_id = sys::random_id();
        header.operation = engine::operation::provision;
        const auto record = journal_.create(header);
        sys::BelowOptions options;
        options.log = record.get();
        for (const PlannedChange& change : plan.changes)
            sys::apply_change(layout_, change, accounts_, options, {});
        sys::sync_file_systems(layout_, {});
        record->finish({engine::outcome::succeeded, 0, {}, ""});
        last_ = header.change_id;
    }

    /// What Rollback does about it.
    void roll_back() {
        const auto reader = journal_.open(last_);
        reader->scan();
        engine::ChangeHeader header;
        header.change_id = sys::random_id();
        header.operation = engine::operation::rollback;
        const auto record = journal_.create(header);
        engine::UndoOptions options;
        options.writer = [&] { return record.get(); };
        engine::UndoReport report;
        engine::undo(*reader, layout_, options, {}, report);
        sys::sync_file_systems(layout_, {});
        record->finish({engine::outcome::succeeded, 0, {}, ""});
        if (!report.not_restored.empty() || report.restored == 0)
            throw std::runtime_error("the rollback left something");
    }

    std::uintmax_t record_size() const { return std::filesystem::file_size(records_ / last_); }

  private:
    void lay_tree_on_disk() const {
        make_directory(folder_ / "tree");
        make_directory(layout_base);
        sandbox_.bind(folder_ / "tree", layout_base);
    }

    static constexpr const char* layout_base = "/mnt/hot";
    Sandbox sandbox_;
    const std::filesystem::path folder_ = temporary_folder();
    const std::filesystem::path records_ = folder_ / "changes";
    engine::Journal journal_{records_};
    std::string last_;
    Layout layout_;
    AccountDatabase accounts_;
};

void give_back(const std::string& top) {
    run_program({"/bin/chown", "-R", "0:0", top});
}

void peer(const std::string& top) {
    run_program({"/bin/chown", "-R", std::to_string(id) + ":" + std::to_string(id), top});
    run_program({"/bin/chmod", "-R", "u=rwX,go=rX", top});
}

void run(unsigned files, int rounds, bool in_memory) {
    Host host(in_memory);
    const std::string top = "/mnt/hot/db/data";
    make_tree(top, files);
    const auto directories = directories_of(top);
    const auto give_away = [](int directory, const char* name) {
        give_one_away(directory, name, id);
    };
    std::map<std::string, Ratios> ratios;
    for (int round = 0; round < rounds; ++round) {
        give_back(top);
        const double their_first = seconds([&] { peer(top); });
        const double their_sync = seconds([&] { run_program({"/bin/sync", "-f", top}); });
        const double their_again = seconds([&] { peer(top); });
        give_back(top);
        const double our_first = seconds([&] { host.provision(); });
        const double our_again = seconds([&] { host.provision(); });
        const double least_again =
            seconds([&] { for_all_with_least_calls(directories, threads, look_at_one); });
        const double our_back = seconds([&] { host.roll_back(); });
        // Our rollback left it all to root.
        const double least =
            seconds([&] { for_all_with_least_calls(directories, threads, give_away); });
        const auto note = [&](const char* name, double ours, double theirs) {
            ratios[name].values.push_back(ours / theirs);
        };
        note("first", our_first, their_first);
        note("first_durable", our_first, their_first + their_sync);
        note("first_floor", least, their_first);
        note("again", our_again, their_again);
        note("again_floor", least_again, their_again);
        note("rollback", our_back, their_first);
        note("rollback_durable", our_back, their_first + their_sync);
        std::fprintf(stderr,
                     "first %.3f/%.3f s, floor %.3f s, again %.3f/%.3f s, floor %.3f s, back %.3f "
                     "s\n",
                     our_first, their_first, least, our_again, their_again, least_again, our_back);
    }
    nlohmann::ordered_json answer{{"bench", "owners"}, {"files", files}, {"in_memory", in_memory}};
    for (const auto& [name, all] : ratios)
        answer[name] = {{"ratio", all.median()}, {"spread", {all.lowest(), all.highest()}}};
    answer["record_bytes"] = host.record_size();
    answer["peak_kib"] = peak_kib();
    std::printf("%s\n", answer.dump().c_str());
}

}  // namespace
}  // namespace jts::hot_storage::test

int main(int argc, char** argv) {
    const auto argument = [&](int index, int otherwise) {
        return argc > index ? std::atoi(argv[index]) : otherwise;
    };
    jts::hot_storage::test::run(static_cast<unsigned>(argument(1, 200'000)), argument(2, 5),
                                argc > 3 && std::string_view(argv[3]) == "tmpfs");
}
