// What helper units print: an answer, which is then safe to show and reads back as itself, or an
// Error.
#include "engine/helper_answer.hpp"

#include "accounts/answer.hpp"
#include "core/layout.hpp"
#include "core/text.hpp"
#include "engine/probe_answer.hpp"
#include "fuzz/shown_text.hpp"
#include "probe/answer.hpp"

namespace jts::hot_storage::fuzz {
namespace {

/// Escaping lengthens: what was short enough unescaped need not be afterwards.
bool fits(const std::vector<std::string>& items) {
    for (const auto& item : items)
        if (item.size() > 64) return false;
    return true;
}

void require_sound(const engine::HelperAnswer& answer) {
    for (const auto* items : {&answer.created, &answer.repaired})
        for (const auto& item : *items) require_shown(item);
    if (!fits(answer.created) || !fits(answer.repaired)) return;
    const auto again = accounts::answer_of(accounts::Outcome{answer.created, answer.repaired});
    REQUIRE(engine::parse_helper_answer(again) == answer);
}

void require_sound(const std::vector<ProbeResult>& results) {
    bool fit = true;
    for (const auto& result : results) {
        REQUIRE(is_service_name(result.directory.first));
        REQUIRE(result.directory.second.find('/') == std::string::npos);
        REQUIRE(result.error.empty() == result.reason.empty());
        require_shown(result.error);
        require_shown(result.reason);
        fit = fit && result.reason.size() <= 256;
    }
    if (fit) REQUIRE(engine::parse_probe_answer(probe::answer_of(results)) == results);
}

template <typename Parse>
void require_answer_or_error(std::string_view text, Parse parse) {
    try {
        require_sound(parse(text));
    } catch (const Error& error) {
        require_shown(error.what());
    }
}

}  // namespace
}  // namespace jts::hot_storage::fuzz

FUZZ_TARGET(input) {
    using namespace jts::hot_storage;
    fuzz::require_answer_or_error(input, engine::parse_helper_answer);
    fuzz::require_answer_or_error(input, engine::parse_probe_answer);
}
