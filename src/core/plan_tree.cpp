#include "core/plan_tree.hpp"

#include "core/plan_entry.hpp"
#include "core/refused_below.hpp"
#include "core/text.hpp"

namespace jts::hot_storage::planning {

namespace {

/// A directory that is there, so that something may lie below it.
struct Reached {
    Declared declared;
    const DirectoryObservation& observed;
};

bool has_foreign(const DirectorySpec& spec, const BelowState& below) {
    return spec.below != Below::declared_only && below.foreign > 0;
}

PlannedChange set_owner_below(const Declared& declared, const DirectoryObservation& observed) {
    const auto& spec = declared.spec;
    auto planned = change_of(ChangeKind::set_owner_below, declared, observed.entry);
    planned.below = spec.below;
    planned.change.current = "foreign";
    planned.change.desired =
        spec.below == Below::owner ? spec.owner : spec.owner + ":" + spec.group;
    planned.change.entries = observed.below.foreign;
    planned.change.examples = observed.below.examples;
    return planned;
}

void plan_below(const Reached& reached, Plan& plan) {
    const auto& [declared, observed] = reached;
    if (has_foreign(declared.spec, observed.below)) {
        plan.changes.push_back(set_owner_below(declared, observed));
    }
    for (const auto& refused : observed.below.refused)
        name_refused(declared.key.first, escape(declared.path), refused, plan.refused,
                     plan.refused_public);
}

/// Plans directories one by one, and remembers those that what lies below is planned for.
class TreePlanner {
  public:
    TreePlanner(const Layout& layout, const Observation& observation, const Numbering& numbering,
                Plan& plan)
        : layout_(layout), observation_(observation), numbering_(numbering), plan_(plan) {}

    void plan_service(const ServiceSpec& service, bool base_is_immutable) {
        const auto& own = observed(service, service.own());
        if (plan_one(service, service.own(), own, base_is_immutable) == Standing::closed) return;
        for (const auto& dir : service.directories) {
            if (dir.name.empty()) continue;
            plan_one(service, dir, observed(service, dir), own.entry.immutable);
        }
    }

    void plan_what_lies_below() const {
        for (const auto& reached : reached_) plan_below(reached, plan_);
    }

  private:
    const DirectoryObservation& observed(const ServiceSpec& service,
                                         const DirectorySpec& dir) const {
        return observation_.directories.at({service.name, dir.name});
    }

    Standing plan_one(const ServiceSpec& service, const DirectorySpec& dir,
                      const DirectoryObservation& seen, bool below_immutable) {
        const Declared declared{
            {service.name, dir.name}, path_of(layout_, service, dir), dir, below_immutable};
        const auto standing = plan_entry(declared, seen.entry, numbering_, plan_);
        if (seen.entry.type != EntryState::Type::directory) return standing;
        reached_.push_back({declared, seen});
        if (standing == Standing::right && !has_foreign(dir, seen.below)) ++plan_.unchanged;
        return standing;
    }

    const Layout& layout_;
    const Observation& observation_;
    const Numbering& numbering_;
    Plan& plan_;
    std::vector<Reached> reached_;
};

}  // namespace

void plan_tree(const Layout& layout, const Observation& observation,
               const std::vector<const ServiceSpec*>& services, const BasePlan& base,
               const Numbering& numbering, Plan& plan) {
    if (!base.usable) return;
    TreePlanner planner(layout, observation, numbering, plan);
    for (const auto* service : services) planner.plan_service(*service, base.immutable);
    planner.plan_what_lies_below();
}

}  // namespace jts::hot_storage::planning
