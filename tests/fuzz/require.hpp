/// What a fuzz target asserts. Whatever does not hold ends the process, which libFuzzer reports
/// with the input.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace jts::hot_storage::fuzz {

inline void require_at(bool holds, const char* what, const char* file, int line) {
    if (holds) return;
    std::fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
    std::abort();
}

/// Parts of one input that a target wants as several texts, parted by lines of three dashes.
inline std::vector<std::string_view> parts_of(std::string_view input) {
    constexpr std::string_view separator = "\n---\n";
    std::vector<std::string_view> parts;
    for (;;) {
        const auto end = input.find(separator);
        parts.push_back(input.substr(0, end));
        if (end == std::string_view::npos) return parts;
        input.remove_prefix(end + separator.size());
    }
}

}  // namespace jts::hot_storage::fuzz

#define REQUIRE(condition)                                                                   \
    ::jts::hot_storage::fuzz::require_at(static_cast<bool>(condition), #condition, __FILE__, \
                                         __LINE__)

/// A target is one function of the input.
#define FUZZ_TARGET(input)                                                          \
    static void run_target(std::string_view input);                                 \
    extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) { \
        run_target({reinterpret_cast<const char*>(data), size});                    \
        return 0;                                                                   \
    }                                                                               \
    static void run_target(std::string_view input)
