#include "jts/hot_storage/client.hpp"

#include "client/connection.hpp"
#include "client/follower.hpp"
#include "client/job.hpp"

namespace jts::hot_storage {

using client::Dictionary;
using client::Effect;
using client::long_call;

Client::Client(const ClientOptions& options) : connection_(std::make_unique<Connection>(options)) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

ServiceStatus Client::status() {
    return client::to_status(connection_->run_short([this] {
        return client::properties_of(connection_->root(), client::ServiceProxy::INTERFACE_NAME);
    }));
}

std::string Client::layout_document() {
    return connection_->run_short([this] { return connection_->service().GetLayout({}); });
}

PlanReport Client::plan(const std::vector<std::string>& services, const OnProgress& progress) {
    return long_call<PlanReport>(
        *connection_, Effect::reads, progress, {},
        [&](const Dictionary& options) {
            const auto [digest, changes] = connection_->service().Plan(services, options);
            return client::to_plan(digest, changes);
        },
        client::to_plan);
}

ValidationReport Client::validate(const std::vector<std::string>& services, bool write_probe,
                                  const OnProgress& progress) {
    Dictionary chosen;
    if (write_probe) chosen.emplace("write_probe", sdbus::Variant(true));
    return long_call<ValidationReport>(
        *connection_, Effect::reads, progress, std::move(chosen),
        [&](const Dictionary& options) {
            return client::to_validation(connection_->service().Validate(services, options));
        },
        client::to_validation);
}

UsageReport Client::usage(const std::vector<std::string>& services, const UsageOptions& usage,
                          const OnProgress& progress) {
    Dictionary chosen;
    if (usage.max_age) chosen.emplace("max_age", client::to_bus_age(*usage.max_age));
    if (usage.full_speed) chosen.emplace("priority", sdbus::Variant(std::string("full")));
    if (usage.top > 0) chosen.emplace("top", sdbus::Variant(std::uint32_t{usage.top}));
    return long_call<UsageReport>(
        *connection_, Effect::reads, progress, std::move(chosen),
        [&](const Dictionary& options) {
            const auto [counts, filesystems] = connection_->service().GetUsage(services, options);
            return client::to_usage(counts, filesystems);
        },
        client::to_usage);
}

SampleReport Client::sample(const OnProgress& progress) {
    return long_call<SampleReport>(
        *connection_, Effect::reads, progress, {},
        [&](const Dictionary& options) {
            return client::to_sample(connection_->service().Sample(options));
        },
        client::to_sample);
}

std::vector<HistoryPoint> Client::history(const std::string& service, std::uint64_t since,
                                          std::uint64_t until) {
    return client::to_history(connection_->run_short(
        [&] { return connection_->service().GetHistory(service, since, until, {}); }));
}

void Client::follow(const std::function<void()>& on_ready, const OnEvent& on_event) {
    std::optional<std::chrono::steady_clock::time_point> deadline;
    if (const auto limit = connection_->timeout())
        deadline = std::chrono::steady_clock::now() + *limit;
    // The bus may end at any time, and with it a connection that does nothing but listen.
    connection_->run_short([&] {
        const auto bus = connection_->connect_anew();
        client::Follower follower(*bus);
        on_ready();
        while (const auto event = follower.next(deadline))
            if (!on_event(*event)) return;
    });
}

std::vector<AppliedChange> Client::changes() {
    return client::to_list(
        connection_->run_short([this] { return connection_->service().ListChanges({}); }),
        client::to_applied_change);
}

RollbackReport Client::rollback(const std::string& change_id, bool dry_run,
                                const OnProgress& progress) {
    Dictionary chosen;
    if (dry_run) chosen.emplace("dry_run", sdbus::Variant(true));
    return long_call<RollbackReport>(
        *connection_, dry_run ? Effect::reads : Effect::changes, progress, std::move(chosen),
        [&](const Dictionary& options) {
            return client::to_rollback(connection_->service().Rollback(change_id, options));
        },
        client::to_rollback);
}

ProvisionReport Client::provision(const std::vector<std::string>& services,
                                  const std::string& plan_digest, const OnProgress& progress) {
    Dictionary chosen;
    if (!plan_digest.empty()) chosen.emplace("plan_digest", sdbus::Variant(plan_digest));
    return long_call<ProvisionReport>(
        *connection_, Effect::changes, progress, std::move(chosen),
        [&](const Dictionary& options) {
            return client::to_provision(connection_->service().Provision(services, options));
        },
        client::to_provision);
}

}  // namespace jts::hot_storage
