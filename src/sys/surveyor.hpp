/// What one worker of a survey notes about what it meets.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/inspection.hpp"
#include "sys/declared.hpp"
#include "sys/directory_names.hpp"
#include "sys/directory_tally.hpp"
#include "sys/hard_links.hpp"
#include "sys/ownership.hpp"
#include "sys/space_count.hpp"
#include "sys/survey.hpp"
#include "sys/tally.hpp"
#include "sys/walk.hpp"

namespace jts::hot_storage::sys {

/// One root of a survey's walk: a declared directory, or the `lost+found` in one.
struct SurveyRoot {
    Declared declared;
    std::optional<Want> want;
    std::size_t domain = 0;   ///< index of the first root whose hard links count together with this
    std::size_t service = 0;  ///< index of the set of inodes that count once
    std::string service_path;
    bool is_lost_found = false;
};

/// The mount that a root lies on, as the walk found it.
struct RootMount {
    std::uint64_t id = 0;
    FilesystemUsage filesystem;  ///< numbers only
};

/// What all workers of one survey share.
struct SurveyRun {
    std::vector<SurveyRoot> roots;
    bool links_protected = false;
    HardLinks& links;
    bool counts_space = false;
    std::deque<CountedInodes> counted;  ///< one a service
    std::deque<DirectoryNames> names;   ///< the same
    std::vector<TallyRoot> tally_roots;
    WalkMeter* meter = nullptr;
};

class Surveyor final : public Visitor {
  public:
    explicit Surveyor(SurveyRun& run);

    void root(std::size_t root, int fd, const Look& look) override;
    void directory(const Met& met, int fd, const Look& look) override;
    void other(const Met& met, const Look& look) override;
    void refused(const Met& met, const char* reason) override;
    void unreadable(std::size_t root, const std::string& path, const char* action,
                    int error) override;

    /// What was noted below one root.
    struct Notes {
        Tally tally;
        SpaceCount space;
        Counted links_out;
        std::optional<Error> unreadable;  ///< the first error met
        std::optional<RootMount> mount;
    };
    const Notes& notes(std::size_t root) const { return notes_[root]; }
    const DirectoryTally& directories() const { return directories_; }

  private:
    std::uint64_t count(std::size_t root, const Look& look);
    void judge_owner(const Met& met, const Look& look);
    void judge_link(const Met& met, const Look& look);
    bool is_declared_name(const Met& met) const;

    SurveyRun* run_;
    std::vector<Notes> notes_;
    DirectoryTally directories_;
    MeterFeed feed_;
};

/// Adds up the numbers of an open file system. Throws `Error(failed)`.
FilesystemUsage filesystem_numbers(int fd, const std::string& path);

}  // namespace jts::hot_storage::sys
