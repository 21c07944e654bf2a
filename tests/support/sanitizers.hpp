/// What a sanitizer changes in what can be measured from outside.
#pragma once

namespace jts::hot_storage::test {

// gcc's names; clang has __has_feature, and builds no tests with a sanitizer.
#ifdef __SANITIZE_ADDRESS__
inline constexpr bool with_address_sanitizer = true;
#else
inline constexpr bool with_address_sanitizer = false;
#endif
#ifdef __SANITIZE_THREAD__
inline constexpr bool with_thread_sanitizer = true;
#else
inline constexpr bool with_thread_sanitizer = false;
#endif

/// Whether a process's size tells what it keeps: AddressSanitizer keeps what was freed, and
/// ThreadSanitizer a shadow of whatever was touched.
inline constexpr bool size_tells = !with_address_sanitizer && !with_thread_sanitizer;

}  // namespace jts::hot_storage::test
