#include "client/command.hpp"
#include "client/progress.hpp"
#include "client/render.hpp"

namespace jts::hot_storage::client {

namespace {

Exit run_job_list(Session& session) {
    const auto jobs = session.service().jobs();
    if (session.wants_json()) {
        session.print(jobs_json(jobs));
    } else {
        session.console().data(jobs_text(jobs, session.data_style()));
        if (jobs.empty()) session.note("no jobs");
    }
    return Exit::done;
}

Exit run_job_show(Session& session, const std::string& id) {
    const JobStatus job = session.service().job(id);
    if (session.wants_json())
        session.print(job_json(job));
    else
        session.console().data(job_text(job, session.options().sizes, session.data_style()));
    return Exit::done;
}

/// Ctrl-C ends the wait alone: the job may be somebody else's, and `job cancel` is there.
Exit run_job_wait(Session& session, const std::string& id) {
    const auto wait = [&] {
        ProgressLine line(session);
        return session.service().wait_for_job(id, session.options().timeout,
                                              [&](const JobStatus& job) {
                                                  line.show(job);
                                                  return true;
                                              });
    };
    session.offer_passwords();
    const Client::JobResult result = wait();
    if (session.wants_json())
        session.print(job_result_json(id, result));
    else
        session.console().data(job_result_text(result, session.data_style()));
    return result.state == JobState::succeeded ? Exit::done : Exit::failed;
}

Exit run_job_cancel(Session& session, const std::string& id) {
    session.offer_passwords();
    session.service().cancel_job(id);
    if (session.wants_json()) {
        Json document = json_document();
        document["job_id"] = id;
        session.print(document);
    }
    session.note("job " + id + " does not run any more");
    return Exit::done;
}

void add_for_one(CLI::App& job, const char* name, const char* description, Action& chosen,
                 Exit (*run)(Session&, const std::string&)) {
    auto id = std::make_shared<std::string>();
    auto* command = job.add_subcommand(name, description);
    command->add_option("ID", *id, "As job list shows it: 32 digits of 0-9 and a-f")->required();
    command->callback(
        [&chosen, id, run] { chosen = [id, run](Session& session) { return run(session, *id); }; });
}

}  // namespace

void add_job_command(CLI::App& app, Action& chosen) {
    auto* job = app.add_subcommand("job", "See, await or cancel calls that take long");
    job->require_subcommand(1);
    job->add_subcommand("list", "List calls that take long")->callback([&chosen] {
        chosen = run_job_list;
    });
    add_for_one(*job, "show", "Show one of them", chosen, run_job_show);
    add_for_one(*job, "wait", "Wait for its end and show its result", chosen, run_job_wait);
    add_for_one(*job, "cancel", "Stop it", chosen, run_job_cancel);
}

}  // namespace jts::hot_storage::client
