#include "client/run.hpp"

#include "client/command_line.hpp"

namespace jts::hot_storage::client {

namespace {

/// What the client knows to do about it and the service cannot.
std::string_view advice_for(ErrorCode code, const std::string& host) {
    switch (code) {
        case ErrorCode::interactive_required:
            if (!host.empty())
                return "\nNobody can be asked over --host: join group jts-operators there, or run "
                       "it "
                       "there.";
            return "\nRun it without --no-ask-password, or as a member of group jts-operators.";
        case ErrorCode::plan_stale:
            return "\nRun the command again to see the new plan.";
        case ErrorCode::unknown_service:
            return "\nThe services are listed by: jts-storage layout show";
        case ErrorCode::not_found:
            return "\nWhat there is: jts-storage job list, jts-storage changes";
        default:
            return {};
    }
}

Exit tell(const std::exception& error, ErrorCode code, Console& console, const std::string& host) {
    console.remark(message_line(std::string(error.what()).append(advice_for(code, host)), host,
                                console.remarks_width()));
    return exit_for(code);
}

Exit execute_on(const std::string& host, const Invocation& invocation, Console& console,
                const ServiceFactory& make_service) try {
    const auto service =
        make_service({invocation.options.prompts, invocation.options.timeout, host});
    Session session(invocation.options, *service, console, host);
    if (invocation.options.hosts.size() > 1) session.head();
    return invocation.action(session);
} catch (const Error& error) {
    return tell(error, error.code(), console, host);
}

/// One host after another; what fails on one keeps nobody from the next. The first that was not
/// well says how it all ended.
Exit execute(const Invocation& invocation, Console& console, const ServiceFactory& make_service) {
    if (invocation.options.hosts.empty()) return execute_on("", invocation, console, make_service);
    Exit whole = Exit::done;
    for (const std::string& host : invocation.options.hosts) {
        const Exit exit = execute_on(host, invocation, console, make_service);
        if (whole == Exit::done) whole = exit;
    }
    return whole;
}

Exit parse_and_execute(const std::vector<std::string>& arguments, Console& console,
                       const ServiceFactory& make_service) {
    const auto parsed = parse_command_line(arguments);
    if (const auto* invocation = std::get_if<Invocation>(&parsed))
        return execute(*invocation, console, make_service);
    console.data(std::get<Answer>(parsed).text);
    return Exit::done;
}

}  // namespace

Exit run(const std::vector<std::string>& arguments, Console& console,
         const ServiceFactory& make_service) noexcept try {
    return parse_and_execute(arguments, console, make_service);
} catch (const Error& error) {
    return tell(error, error.code(), console, "");
} catch (const std::exception& error) {
    console.remark(message_line(error.what(), "", console.remarks_width()));
    return Exit::failed;
}

}  // namespace jts::hot_storage::client
