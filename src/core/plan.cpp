#include "core/plan.hpp"

#include "core/plan_accounts.hpp"
#include "core/plan_base.hpp"
#include "core/plan_ids.hpp"
#include "core/plan_tree.hpp"

namespace jts::hot_storage {

namespace {

/// Length first, so that no text can be mistaken for two others.
void append_field(std::string& form, std::string_view text) {
    form += std::to_string(text.size());
    form += ':';
    form += text;
    form += ',';
}

}  // namespace

ExpectedOwner expected_owner(const Layout& layout, const Observation& observation,
                             const std::vector<std::string>& services, const ServiceSpec&,
                             const DirectorySpec& directory) {
    const planning::Numbering numbering(layout, observation, services);
    return {numbering.user(directory.owner), numbering.group(directory.group)};
}

Plan make_plan(const Layout& layout, const Observation& observation,
               const std::vector<std::string>& services) {
    const planning::Numbering numbering(layout, observation, services);
    Plan plan;
    planning::plan_accounts(layout, services, numbering, plan);
    const auto base = planning::plan_base(layout, observation, numbering, plan);
    planning::plan_tree(layout, observation, planning::selected(layout, services), base, numbering,
                        plan);
    return plan;
}

std::string canonical_form(std::string_view layout_digest, const Plan& plan) {
    std::string form;
    append_field(form, layout_digest);
    for (const auto& planned : plan.changes) {
        const auto& change = planned.change;
        append_field(form, to_string(change.kind));
        append_field(form, change.service);
        append_field(form, change.subject);
        append_field(form, change.current);
        append_field(form, change.desired);
    }
    return form;
}

}  // namespace jts::hot_storage
