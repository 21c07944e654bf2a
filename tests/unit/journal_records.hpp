/// Any records of changes, for properties.
#pragma once

#include <rapidcheck.h>

#include "engine/change_record.hpp"
#include "sys/change_log.hpp"

namespace jts::hot_storage::test {

inline std::string any_name() {
    const auto byte =
        rc::gen::suchThat(rc::gen::arbitrary<char>(), [](char c) { return c != '/' && c != '\0'; });
    return *rc::gen::suchThat(rc::gen::nonEmpty(rc::gen::container<std::string>(byte)),
                              [](const std::string& name) { return name != "." && name != ".."; });
}

/// Text that JSON can hold.
inline std::string any_text() {
    return *rc::gen::container<std::string>(rc::gen::inRange('\1', '\x7f'));
}

/// As the kernel says times, before 1970 too.
inline std::int64_t any_second() {
    return *rc::gen::inRange<std::int64_t>(-9'000'000'000, 9'000'000'000);
}
inline std::uint32_t any_nanosecond() {
    return *rc::gen::inRange<std::uint32_t>(0, 1'000'000'000);
}
template <typename Number>
Number any_number() {
    return *rc::gen::arbitrary<Number>();
}

inline Identity any_identity() {
    return {any_number<std::uint32_t>(), any_number<std::uint32_t>(), any_number<std::uint64_t>(),
            any_second(), any_nanosecond()};
}

inline sys::Owner any_owner() {
    return {*rc::gen::element(0u, 5001u, 0xffff'fffeu), any_number<std::uint32_t>()};
}

template <typename Make>
auto any_list(int most, Make make) {
    std::vector<decltype(make())> made;
    for (int left = *rc::gen::inRange(0, most + 1); left > 0; --left) made.push_back(make());
    return made;
}

inline sys::BatchRecord any_batch() {
    const auto entry = [] {
        return sys::EntryRecord{any_name(), any_identity(), any_number<std::uint32_t>(),
                                any_owner(), any_owner()};
    };
    const auto directory = [&] {
        auto path = any_list(3, any_name);
        sys::DirectoryRecord made;
        for (const auto& name : path) made.path += (made.path.empty() ? "" : "/") + name;
        made.entries = any_list(4, entry);
        return made;
    };
    return {{any_text(), any_text()}, any_list(4, directory)};
}

inline std::vector<sys::EntryOutcome> any_outcomes() {
    std::uint32_t index = 0;
    return any_list(8, [&] {
        index += *rc::gen::inRange<std::uint32_t>(1, 100'000'000);
        return sys::EntryOutcome{index, any_second(), any_nanosecond(), any_number<bool>()};
    });
}

inline EntryState any_state() {
    const auto line = [] {
        return AclLine{any_number<bool>(),
                       *rc::gen::element(AclLine::Tag::user, AclLine::Tag::mask),
                       any_number<std::uint32_t>(), *rc::gen::inRange(0u, 8u)};
    };
    return {*rc::gen::element(EntryState::Type::missing, EntryState::Type::directory,
                              EntryState::Type::symlink, EntryState::Type::other,
                              EntryState::Type::sealed),
            any_identity(),
            any_number<std::uint32_t>(),
            any_number<std::uint32_t>(),
            *rc::gen::inRange(0u, 010000u),
            any_number<bool>(),
            any_list(3, line)};
}

inline Change any_change() {
    return {
        *rc::gen::element(ChangeKind::create_group, ChangeKind::create_user,
                          ChangeKind::create_directory, ChangeKind::set_owner, ChangeKind::set_mode,
                          ChangeKind::set_acl, ChangeKind::set_owner_below),
        any_text(),
        any_text(),
        any_text(),
        any_text(),
        any_number<std::uint64_t>(),
        {}};
}

inline engine::ChangeHeader any_header() {
    const auto recorded = [] {
        return engine::RecordedChange{any_change(), {any_text(), any_text()}};
    };
    return {any_text(),
            any_text(),
            {any_number<std::uint32_t>(), any_text()},
            any_number<std::uint64_t>(),
            any_text(),
            any_text(),
            any_list(3, any_text),
            any_text(),
            any_list(3, recorded),
            any_text(),
            any_list(2, [] {
                return DirectoryKey{any_text(), any_text()};
            })};
}

}  // namespace jts::hot_storage::test
