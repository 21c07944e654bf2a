#include <array>

#include "client/convert.hpp"

namespace jts::hot_storage::client {

namespace {

CheckResult to_check_result(const std::string& name) {
    using enum CheckResult;
    static constexpr std::array Results = {pass, warn, fail, skip};
    return named(name, Results, "the result of a check");
}

std::optional<std::uint64_t> latency_of(const Dictionary& dictionary) {
    if (!dictionary.contains("latency_usec")) return std::nullopt;
    return required<std::uint64_t>(dictionary, "latency_usec");
}

}  // namespace

Finding to_finding(const Dictionary& dictionary) {
    return {required<std::string>(dictionary, "check"),
            to_check_result(required<std::string>(dictionary, "result")),
            required<std::string>(dictionary, "service"),
            required<std::string>(dictionary, "subject"),
            required<std::string>(dictionary, "expected"),
            required<std::string>(dictionary, "actual"),
            required<std::string>(dictionary, "message"),
            required<std::string>(dictionary, "fix"),
            optional<std::uint64_t>(dictionary, "entries"),
            optional<std::vector<std::string>>(dictionary, "examples"),
            latency_of(dictionary)};
}

ValidationReport to_validation(const Dictionary& result) {
    ValidationReport report{
        to_list(required<std::vector<Dictionary>>(result, "findings"), to_finding)};
    // Success must never rest on findings that got lost on the way.
    if (required<bool>(result, "ok") != report.ok())
        throw answer_not_understood("'ok' and 'findings' contradict each other");
    return report;
}

}  // namespace jts::hot_storage::client
