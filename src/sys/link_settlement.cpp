#include "sys/link_settlement.hpp"

#include <map>

#include "sys/processes.hpp"

namespace jts::hot_storage::sys {
namespace {

/// Whether processes run, each account asked about once.
class RunningAccounts {
  public:
    explicit RunningAccounts(const std::string& proc) : proc_(proc) {}

    bool has(const Want& want) {
        if (!want.uid) return false;
        const auto [found, is_new] = known_.try_emplace(*want.uid, false);
        if (is_new) found->second = has_process(*want.uid, proc_);
        return found->second;
    }

  private:
    const std::string proc_;
    std::map<std::uint32_t, bool> known_;
};

}  // namespace

void settle_links(const SurveyRun& run, const std::string& proc, std::vector<Tally>& tallies) {
    RunningAccounts running(proc);
    run.links.for_each([&](std::size_t domain, const HardLinks::File& file) {
        const auto path = [&] { return file.example; };
        if (!file.is_all_inside())
            tallies[file.root].refused(hard_link::outside, path, file.names);
        else if (running.has(*run.roots[domain].want))
            tallies[file.root].refused(hard_link::running, path, file.names);
        else
            tallies[file.root].foreign(path, file.names);
    });
}

}  // namespace jts::hot_storage::sys
