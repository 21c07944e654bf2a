#include "engine/change_record.hpp"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/layout_reader.hpp"

namespace jts::hot_storage {

using nlohmann::json;

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Identity, dev_major, dev_minor, inode, birth_sec, birth_nsec)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(AclLine, is_default, tag, id, permissions)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(EntryState, type, identity, uid, gid, mode, immutable, acl)

static void to_json(json& out, const Change& change) {
    out = {{"kind", to_string(change.kind)}, {"service", change.service},
           {"subject", change.subject},      {"current", change.current},
           {"desired", change.desired},      {"entries", change.entries}};
}

static void from_json(const json& in, Change& change) {
    const auto kind = change_kind_from(in.at("kind").get<std::string>());
    if (!kind) throw Error(ErrorCode::failed, "unknown kind of change");
    change.kind = *kind;
    in.at("service").get_to(change.service);
    in.at("subject").get_to(change.subject);
    in.at("current").get_to(change.current);
    in.at("desired").get_to(change.desired);
    in.at("entries").get_to(change.entries);
}

namespace sys {
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(DirectoryChange, target, prior, left)
}  // namespace sys

namespace engine {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Requester, uid, unique_name)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(RecordedChange, change, target)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ChangeHeader, change_id, operation, requester, started_at,
                                   layout, layout_digest, services, digest, plan, of, mounts)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ChangeResult, outcome, ended_at, applied, message)

namespace {

constexpr int format = 1;

/// Bytes of paths that are no UTF-8 stand in none of these: they are escaped, or components of the
/// layout's, which has no such names.
template <typename Value>
std::string text_of(const Value& value) {
    return json{{"format", format}, {"value", value}}.dump(-1, ' ', false,
                                                           json::error_handler_t::replace);
}

/// No record has any, and to convert one that is too large is undefined.
bool refuse_fractions(int, json::parse_event_t, const json& parsed) {
    if (parsed.is_number_float())
        throw Error(ErrorCode::failed, "the record of a change has a number with a fraction");
    return true;
}

/// `defaults`: of members that records of earlier versions lack.
template <typename Value>
Value value_of(std::string_view text, const json& defaults = json::object()) try {
    const auto document = json::parse(text, refuse_fractions);
    if (document.at("format") != format)
        throw Error(ErrorCode::failed, "the record of a change is of another version's format");
    auto value = document.at("value");
    if (value.is_object()) value.insert(defaults.begin(), defaults.end());
    return value.get<Value>();
} catch (const json::exception& error) {
    throw Error(ErrorCode::failed,
                std::string("the record of a change is malformed: ") + error.what());
}

/// Kinds are numbers there, of which any would be taken.
bool is_known(const EntryState& state) {
    return state.type >= EntryState::Type::missing && state.type <= EntryState::Type::sealed &&
           std::ranges::all_of(state.acl, [](const AclLine& line) {
               return line.tag >= AclLine::Tag::user_obj && line.tag <= AclLine::Tag::other;
           });
}

}  // namespace

std::string to_json(const ChangeHeader& header) {
    return text_of(header);
}

std::string to_json(const ChangeResult& result) {
    return text_of(result);
}

std::string to_json(const std::vector<sys::DirectoryChange>& directories) {
    return text_of(directories);
}

std::size_t max_result_size(const ChangeHeader& header) {
    // The longest outcome, and numbers as long as they can be.
    ChangeResult longest{outcome::rolled_back, std::numeric_limits<std::uint64_t>::max(), {}, ""};
    for (const auto& recorded : header.plan) {
        longest.applied.push_back(recorded.change);
        longest.applied.back().entries = std::numeric_limits<std::uint64_t>::max();
    }
    return to_json(longest).size();
}

std::size_t max_left_size(const sys::DirectoryChange& before, std::size_t acl_lines) {
    constexpr auto id = std::numeric_limits<std::uint32_t>::max();
    constexpr auto second = std::numeric_limits<std::int64_t>::min();
    constexpr auto inode = std::numeric_limits<std::uint64_t>::max();
    EntryState longest{
        EntryState::Type::directory, {id, id, inode, second, id}, id, id, 07777, false, {}};
    longest.acl.assign(acl_lines, {false, AclLine::Tag::other, id, 7});
    return to_json(std::vector<sys::DirectoryChange>{{before.target, before.prior, longest}})
        .size();
}

ChangeHeader header_from_json(std::string_view text) {
    return value_of<ChangeHeader>(text, {{"mounts", json::array()}});
}

ChangeResult result_from_json(std::string_view text) {
    return value_of<ChangeResult>(text);
}

std::vector<sys::DirectoryChange> directories_from_json(std::string_view text) {
    auto directories = value_of<std::vector<sys::DirectoryChange>>(text);
    for (const auto& directory : directories)
        if (!is_known(directory.prior) || !is_known(directory.left))
            throw Error(ErrorCode::failed, "the record of a change has an unknown kind of entry");
    return directories;
}

Layout layout_of(const ChangeHeader& header) {
    auto result = read_layout({{"the record of change " + header.change_id, header.layout, {}}});
    if (!result.rejected.empty()) throw Error(ErrorCode::failed, describe(result.rejected));
    return std::move(result.layout);
}

}  // namespace engine
}  // namespace jts::hot_storage
