#include "bus/manager.hpp"

#include <spdlog/spdlog.h>

#include <utility>

#include "bus/caller.hpp"
#include "bus/compat.hpp"
#include "bus/job_objects.hpp"
#include "core/current_error.hpp"

namespace jts::hot_storage::bus {
namespace {

/// Below the 25 s after which D-Bus gives a call up.
constexpr std::chrono::seconds default_wait{20};

std::chrono::microseconds take_wait(Options& options) {
    return options.take_duration("wait").value_or(default_wait);
}

void succeed(Reply<std::string, std::vector<Dict>>& reply, const engine::JobResult& result) {
    const auto& plan = std::get<PlanReport>(result);
    reply.succeed(plan.digest, to_dicts(plan.changes));
}

void succeed(Reply<std::map<std::string, Dict>, std::vector<Dict>>& reply,
             const engine::JobResult& result) {
    const auto& usage = std::get<UsageReport>(result);
    reply.succeed(to_dicts(usage.services), to_dicts(usage.filesystems));
}

void succeed(Reply<Dict>& reply, const engine::JobResult& result) {
    reply.succeed(to_dict(result));
}

}  // namespace

Manager::Manager(EventLoop& loop, engine::Storage& storage, engine::Reads& reads,
                 engine::Changes& changes, engine::History& history, engine::Watch& watch,
                 engine::Jobs& jobs, Gate& gate, engine::Executor& executor, engine::Alarms& alarms)
    : AdaptorInterfaces(loop.connection(), compat::ObjectPath(root_path)),
      loop_(loop),
      storage_(storage),
      reads_(reads),
      changes_(changes),
      history_(history),
      jobs_(jobs),
      gate_(gate),
      executor_(executor),
      alarms_(alarms),
      services_(loop.connection()) {
    storage_.on_state_changed(
        [this](const engine::State&) { alarms_.after({}, [this] { emit_state(); }); });
    changes_.on_change_ended([this](const auto& end) { emit_change(end); });
    watch.on_sampled([this](const UsageReport& usage) { emit_sample(usage); });
    watch.on_alert([this](const AlertEvent& event) { emit_alert(event); });
    registerAdaptor();
}

/// The services first: that they go is told by the root object, which is their manager.
Manager::~Manager() {
    services_.show({});
    unregisterAdaptor();
}

template <typename Parse, typename... Out>
void Manager::serve(Method method, const ReplyPointer<Out...>& reply, Parse parse) {
    reply->guard([&] {
        const auto [need, work] = parse();
        gate_.admit(
            to_string(method), need.action, current_caller(getObject()), need.wishes,
            // Named anew, because clang 14 captures no structured binding.
            [reply, work = work](const Granted& who) { reply->guard([&] { work(who); }); },
            [reply](const Error& error) { reply->fail(error); });
    });
}

template <typename... Out>
void Manager::run_as_job(Method method, const ReplyPointer<Out...>& reply, const Granted& who,
                         std::chrono::microseconds wait,
                         const std::function<void(const std::shared_ptr<engine::Job>&)>& begin) {
    const auto job = jobs_.start(to_string(method), who.requester.uid);
    if (who.may.names) job->allow_names();
    job->on_end([reply](const engine::JobEnd& end) {
        reply->guard([&] {
            if (end.error) throw Error(*end.error);
            succeed(*reply, *end.result);
        });
    });
    try {
        begin(job);
    } catch (...) {
        job->fail_with_current_exception();
    }
    jobs_.let_call_go_after(job, wait, [reply, job] { reply->fail(still_running(*job)); });
}

void Manager::GetLayout(sdbus::Result<std::string>&& result, Dict options) {
    const auto reply = std::make_shared<Reply<std::string>>(std::move(result), loop_);
    serve(Method::GetLayout, reply, [&, this] {
        Options(std::move(options)).finish();
        const auto work = [this, reply](const Granted& who) {
            executor_.looks.submit(who.requester.uid, [this, reply](std::stop_token) {
                reply->guard([&] { reply->succeed(storage_.layout_document()); });
            });
        };
        return std::pair(Need{action_of(Method::GetLayout), {}}, work);
    });
}

void Manager::Plan(sdbus::Result<std::string, std::vector<Dict>>&& result,
                   std::vector<std::string> services, Dict options) {
    const auto reply =
        std::make_shared<Reply<std::string, std::vector<Dict>>>(std::move(result), loop_);
    serve(Method::Plan, reply, [&, this] {
        Options given(std::move(options));
        const auto wait = take_wait(given);
        given.finish();
        const auto work = [this, reply, wait,
                           names = check_services(std::move(services))](const Granted& who) {
            run_as_job(Method::Plan, reply, who, wait, [&](const auto& job) {
                reads_.plan(job, names, {who.may.names, who.may.sample});
            });
        };
        return std::pair(Need{action_of(Method::Plan), {.names = true, .sample = true}}, work);
    });
}

void Manager::Provision(sdbus::Result<Dict>&& result, std::vector<std::string> services,
                        Dict options) {
    const auto reply = std::make_shared<Reply<Dict>>(std::move(result), loop_);
    serve(Method::Provision, reply, [&, this] {
        Options given(std::move(options));
        const auto wait = take_wait(given);
        const auto digest = given.take_string("plan_digest");
        given.finish();
        if (digest) check_digest(*digest);
        const auto work = [this, reply, wait, digest,
                           names = check_services(std::move(services))](const Granted& who) {
            run_as_job(Method::Provision, reply, who, wait, [&](const auto& job) {
                begin_change(executor_.changes, job, who,
                             [this, names, digest](const engine::ChangeCall& call) {
                                 return changes_.provision(names, digest, call);
                             });
            });
        };
        return std::pair(Need{action_of(Method::Provision), {.names = true}}, work);
    });
}

void Manager::begin_change(engine::Lane& lane, const std::shared_ptr<engine::Job>& job,
                           const Granted& who, Change change) {
    lane.submit(who.requester.uid, [=](std::stop_token shutdown) {
        const std::stop_callback cancel_with_lane(shutdown, [&] { job->cancel(); });
        if (!job->begin("looking")) return;
        try {
            job->succeed(change({who.requester, who.may.names, *job, shutdown}));
        } catch (...) {
            job->fail_with_current_exception();
        }
    });
}

void Manager::begin_recovery() try {
    const auto interrupted = changes_.first_interrupted();
    const auto method =
        interrupted.operation == engine::operation::rollback ? Method::Rollback : Method::Provision;
    const auto job = jobs_.start(to_string(method), interrupted.uid);
    // Nobody called it: its result is for whoever finds the job.
    job->detach_call();
    job->keep_from_cancelling();
    const bool is_rollback = method == Method::Rollback;
    executor_.changes.submit(0, [this, job, is_rollback](std::stop_token shutdown) {
        job->begin("recovering");  // also where the service's end has ended the job
        try {
            changes_.recover(*job, shutdown);
            job->succeed(is_rollback ? engine::JobResult(RollbackReport{})
                                     : engine::JobResult(ProvisionReport{}));
        } catch (...) {
            job->fail_with_current_exception();
        }
    });
} catch (...) {
    changes_.cannot_recover(current_error());
}

void Manager::ListChanges(sdbus::Result<std::vector<Dict>>&& result, Dict options) {
    const auto reply = std::make_shared<Reply<std::vector<Dict>>>(std::move(result), loop_);
    serve(Method::ListChanges, reply, [&, this] {
        Options(std::move(options)).finish();
        const auto work = [this, reply](const Granted& who) {
            executor_.looks.submit(who.requester.uid, [this, reply](std::stop_token) {
                reply->guard([&] { reply->succeed(to_dicts(changes_.list())); });
            });
        };
        return std::pair(Need{action_of(Method::ListChanges), {}}, work);
    });
}

void Manager::Rollback(sdbus::Result<Dict>&& result, std::string change_id, Dict options) {
    const auto reply = std::make_shared<Reply<Dict>>(std::move(result), loop_);
    serve(Method::Rollback, reply, [&, this] {
        Options given(std::move(options));
        const auto wait = take_wait(given);
        const bool dry_run = given.take_bool("dry_run").value_or(false);
        given.finish();
        check_change_id(change_id);
        const auto work = [this, reply, wait, dry_run, change_id](const Granted& who) {
            run_as_job(Method::Rollback, reply, who, wait, [&](const auto& job) {
                auto& lane = dry_run ? executor_.walks : executor_.changes;
                begin_change(lane, job, who,
                             [this, change_id, dry_run,
                              may_look_anew = who.may.sample](const engine::ChangeCall& call) {
                                 return dry_run ? changes_.rehearse(change_id, may_look_anew, call)
                                                : changes_.rollback(change_id, call);
                             });
            });
        };
        const char* action = dry_run ? read_action : action_of(Method::Rollback);
        return std::pair(Need{action, {.names = true, .sample = dry_run}}, work);
    });
}

void Manager::Validate(sdbus::Result<Dict>&& result, std::vector<std::string> services,
                       Dict options) {
    const auto reply = std::make_shared<Reply<Dict>>(std::move(result), loop_);
    serve(Method::Validate, reply, [&, this] {
        Options given(std::move(options));
        const auto wait = take_wait(given);
        const bool write_probe = given.take_bool("write_probe").value_or(false);
        given.finish();
        const auto work = [this, reply, wait, write_probe,
                           names = check_services(std::move(services))](const Granted& who) {
            run_as_job(Method::Validate, reply, who, wait, [&](const auto& job) {
                reads_.validate(job, names, write_probe, {who.may.names, who.may.sample});
            });
        };
        const char* action = write_probe ? probe_action : action_of(Method::Validate);
        return std::pair(Need{action, {.names = true, .sample = true}}, work);
    });
}

void Manager::GetUsage(sdbus::Result<std::map<std::string, Dict>, std::vector<Dict>>&& result,
                       std::vector<std::string> services, Dict options) {
    const auto reply = std::make_shared<Reply<std::map<std::string, Dict>, std::vector<Dict>>>(
        std::move(result), loop_);
    serve(Method::GetUsage, reply, [&, this] {
        Options given(std::move(options));
        const auto wait = take_wait(given);
        engine::UsageRequest request;
        request.max_age = given.take_duration("max_age").value_or(request.max_age);
        request.full_speed = check_priority(given.take_string("priority").value_or("idle"));
        request.top = check_top(given.take_number("top").value_or(0));
        given.finish();
        request.services = check_services(std::move(services));
        const auto work = [this, reply, wait, request](const Granted& who) {
            auto allowed = request;
            // Whoever was not asked about it wants nothing that needs it.
            const bool may_sample = who.may.sample || who.requester.uid == 0;
            if (!may_sample) allowed = engine::for_everybody(std::move(allowed));
            if (const auto known = reads_.known_count(allowed)) {
                if (allowed.top == 0) {
                    const auto& form = usage_answer_.of(reads_.answer(*known, allowed));
                    return reply->succeed(form.services, form.filesystems);
                }
                // Hundreds of directories are put in order and written: nobody else waits for that.
                return executor_.looks.submit(
                    who.requester.uid, [this, reply, allowed, known = *known](std::stop_token) {
                        reply->guard([&] { succeed(*reply, reads_.answer(known, allowed)); });
                    });
            }
            run_as_job(Method::GetUsage, reply, who, wait, [&](const auto& job) {
                reads_.usage(job, allowed, {.sample = may_sample});
            });
        };
        // polkit is asked only where its answer matters: it is the most of a cached answer's time.
        const bool sample = request.full_speed || request.max_age < engine::unprivileged_age;
        // Who asks for names is told where there are none for him: silence would mislead.
        const bool names = request.top > 0;
        return std::pair(
            Need{action_of(Method::GetUsage),
                 {.names = names, .sample = sample, .names_for = names ? "top" : nullptr}},
            work);
    });
}

void Manager::Sample(sdbus::Result<Dict>&& result, Dict options) {
    const auto reply = std::make_shared<Reply<Dict>>(std::move(result), loop_);
    serve(Method::Sample, reply, [&, this] {
        Options given(std::move(options));
        const auto wait = take_wait(given);
        given.finish();
        const auto work = [this, reply, wait](const Granted& who) {
            run_as_job(Method::Sample, reply, who, wait,
                       [&](const auto& job) { reads_.sample(job); });
        };
        return std::pair(Need{action_of(Method::Sample), {}}, work);
    });
}

void Manager::GetHistory(sdbus::Result<std::vector<HistoryStruct>>&& result, std::string service,
                         uint64_t since, uint64_t until, Dict options) {
    const auto reply =
        std::make_shared<Reply<std::vector<HistoryStruct>>>(std::move(result), loop_);
    serve(Method::GetHistory, reply, [&, this] {
        Options(std::move(options)).finish();
        check_series(service);
        check_period(since, until);
        const auto points = [this, service, since, until] {
            if (!service.empty()) engine::expect_known(storage_.layout()->result.layout, {service});
            return to_structs(history_.points(service, since, until));
        };
        const auto work = [this, reply, points](const Granted& who) {
            executor_.inspections.submit(who.requester.uid, [reply, points](std::stop_token) {
                reply->guard([&] { reply->succeed(points()); });
            });
        };
        return std::pair(Need{action_of(Method::GetHistory), {}}, work);
    });
}

std::string Manager::Version() {
    return JTS_VERSION;
}
std::string Manager::BasePath() {
    return storage_.state()->base_path;
}
std::string Manager::LayoutDigest() {
    return storage_.state()->layout_digest;
}
std::string Manager::Health() {
    return storage_.state()->health;
}
std::vector<Dict> Manager::Alerts() {
    return to_dicts(storage_.state()->alerts);
}

/// On the alarms' thread, so that whoever noticed the change does not wait for the bus.
void Manager::emit_state() try {
    const auto state = storage_.state();
    services_.show(state->services);
    std::vector<compat::PropertyName> changed;
    const auto note = [&](const char* property, auto engine::State::*member) {
        if ((*state).*member != (*shown_).*member)
            changed.push_back(compat::PropertyName(property));
    };
    note("BasePath", &engine::State::base_path);
    note("LayoutDigest", &engine::State::layout_digest);
    note("Health", &engine::State::health);
    note("Alerts", &engine::State::alerts);
    shown_ = state;
    // sd-bus reads the new values through the getters.
    if (!changed.empty())
        getObject().emitPropertiesChangedSignal(HotStorage1_adaptor::INTERFACE_NAME, changed);
    loop_.sent();
} catch (const std::exception& error) {
    spdlog::error("cannot signal changed properties: {}", error.what());
}

void Manager::emit_change(const engine::ChangeEnd& end) try {
    emitChangeApplied(end.change_id, {{"operation", sdbus::Variant(end.operation)},
                                      {"applied", sdbus::Variant(end.applied)},
                                      {"refused", sdbus::Variant(end.refused)},
                                      {"caller_uid", sdbus::Variant(end.requester.uid)},
                                      {"outcome", sdbus::Variant(end.outcome)}});
    loop_.sent();
} catch (const std::exception& error) {
    spdlog::error("cannot signal the end of change {}: {}", end.change_id, error.what());
}

void Manager::emit_sample(const UsageReport& usage) try {
    emitUsageSampled(to_dicts(usage.services));
    loop_.sent();
} catch (const std::exception& error) {
    spdlog::error("cannot signal what was sampled: {}", error.what());
}

void Manager::emit_alert(const AlertEvent& event) try {
    const std::string severity(to_string(event.alert.severity));
    const auto emit = event.kind == AlertEvent::Kind::raised ? &Manager::emitAlertRaised
                                                             : &Manager::emitAlertCleared;
    (this->*emit)(event.alert.subject, severity, to_dict(event.alert));
    loop_.sent();
} catch (const std::exception& error) {
    spdlog::error("cannot signal the alert {}: {}", event.alert.subject, error.what());
}

}  // namespace jts::hot_storage::bus
