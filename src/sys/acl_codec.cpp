#include "sys/acl_codec.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "jts/hot_storage/error.hpp"

namespace jts::hot_storage::sys {
namespace {

constexpr std::size_t header_size = 4, line_size = 8;
constexpr std::uint32_t version = 2;
constexpr std::uint32_t no_id = 0xffffffff;

struct KernelTag {
    AclLine::Tag tag;
    std::uint32_t number;
};
constexpr std::array kernel_tags{
    KernelTag{AclLine::Tag::user_obj, 0x01},  KernelTag{AclLine::Tag::user, 0x02},
    KernelTag{AclLine::Tag::group_obj, 0x04}, KernelTag{AclLine::Tag::group, 0x08},
    KernelTag{AclLine::Tag::mask, 0x10},      KernelTag{AclLine::Tag::other, 0x20},
};

std::uint32_t read_le(std::string_view bytes, std::size_t at, std::size_t size) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i)
        value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
    return value;
}

void append_le(std::string& bytes, std::uint32_t value, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i)
        bytes.push_back(static_cast<char>(value >> (8 * i) & 0xff));
}

bool is_named(AclLine::Tag tag) {
    return tag == AclLine::Tag::user || tag == AclLine::Tag::group;
}

AclLine decode_line(std::string_view line, bool is_default) {
    const std::uint32_t number = read_le(line, 0, 2);
    const auto found = std::ranges::find(kernel_tags, number, &KernelTag::number);
    if (found == kernel_tags.end())
        throw Error(ErrorCode::failed, "cannot read an ACL: unknown tag " + std::to_string(number));
    const std::uint32_t id = is_named(found->tag) ? read_le(line, 4, 4) : 0;
    return {is_default, found->tag, id, read_le(line, 2, 2) & 7};
}

void append_line(std::string& bytes, const AclLine& line) {
    const auto found = std::ranges::find(kernel_tags, line.tag, &KernelTag::tag);
    append_le(bytes, found->number, 2);
    append_le(bytes, line.permissions, 2);
    append_le(bytes, is_named(line.tag) ? line.id : no_id, 4);
}

}  // namespace

std::vector<AclLine> decode_acl(std::string_view bytes, bool is_default) {
    if (bytes.size() < header_size || (bytes.size() - header_size) % line_size != 0 ||
        read_le(bytes, 0, header_size) != version)
        throw Error(ErrorCode::failed, "cannot read an ACL: not in the kernel's format");
    std::vector<AclLine> lines;
    for (std::size_t at = header_size; at < bytes.size(); at += line_size)
        lines.push_back(decode_line(bytes.substr(at, line_size), is_default));
    return lines;
}

std::string encode_acl(const std::vector<AclLine>& lines, bool is_default) {
    std::vector<AclLine> chosen;
    std::ranges::copy_if(lines, std::back_inserter(chosen),
                         [&](const AclLine& line) { return line.is_default == is_default; });
    if (chosen.empty()) return {};
    std::ranges::sort(chosen);  // the kernel accepts one order only, which is that of Tag and id
    std::string bytes;
    append_le(bytes, version, header_size);
    for (const AclLine& line : chosen) append_line(bytes, line);
    return bytes;
}

}  // namespace jts::hot_storage::sys
