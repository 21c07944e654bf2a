#include "engine/helper_answer.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <nlohmann/json.hpp>

#include "core/text.hpp"
#include "engine/answer_json.hpp"
#include "jts/hot_storage/error.hpp"
#include "sys/failure.hpp"
#include "sys/fd.hpp"

namespace jts::hot_storage::engine {
namespace {

using answer_json::member;
using answer_json::parse;
using answer_json::reject;
using answer_json::require_size;
using nlohmann::json;

constexpr std::size_t max_bytes = std::size_t{64} << 10;
constexpr std::size_t max_items = 512;
constexpr std::size_t max_item = 64;

std::vector<std::string> names(const json& document, const char* key) {
    const auto& list = member(document, key, json::value_t::array);
    if (list.size() > max_items) reject(std::string("\"") + key + "\" is too long");
    std::vector<std::string> result;
    for (const auto& item : list) {
        if (!item.is_string() || item.get_ref<const std::string&>().size() > max_item)
            reject(std::string("\"") + key + "\" holds something that is no name");
        result.push_back(escape(item.get_ref<const std::string&>()));
    }
    return result;
}

ErrorCode code_of(const std::string& name) {
    static const std::map<std::string_view, ErrorCode> codes = {
        {"account-conflict", ErrorCode::account_conflict},
        {"invalid-layout", ErrorCode::invalid_layout},
        {"unsafe-path", ErrorCode::unsafe_path},
        {"no-space", ErrorCode::no_space},
        {"busy", ErrorCode::busy},
        {"failed", ErrorCode::failed},
    };
    const auto found = codes.find(name);
    if (found == codes.end()) reject("unknown error code");
    return found->second;
}

[[noreturn]] void throw_reported(const json& document) {
    require_size(document, 3);
    const auto& error = member(document, "error", json::value_t::object);
    require_size(error, 2);
    const auto code = code_of(member(error, "code", json::value_t::string).get<std::string>());
    throw Error(code, escape(member(error, "message", json::value_t::string).get<std::string>()));
}

sys::Fd open_answer(const std::string& folder, const std::string& unit) {
    const sys::Fd directory(
        ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!directory) throw sys::failure("open", folder, errno);
    constexpr int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    sys::Fd fd(::openat(directory.get(), unit.c_str(), flags));
    if (!fd) throw sys::failure("open", folder + "/" + unit, errno);
    return fd;
}

void require_roots_file(const sys::Fd& fd, const std::string& path) {
    struct stat status {};
    if (::fstat(fd.get(), &status) != 0) throw sys::failure("look at", path, errno);
    if (!S_ISREG(status.st_mode)) reject(path + " is not a regular file");
    if (status.st_uid != 0) reject(path + " does not belong to root");
}

}  // namespace

HelperAnswer parse_helper_answer(std::string_view text) {
    const auto document = parse(text);
    if (!document.is_object()) reject("not an object");
    if (member(document, "format", json::value_t::number_unsigned) != 1) reject("unknown format");
    if (!member(document, "ok", json::value_t::boolean).get<bool>()) throw_reported(document);
    require_size(document, 4);
    return {.created = names(document, "created"), .repaired = names(document, "repaired")};
}

std::string read_helper_answer(const std::string& folder, const std::string& unit) {
    const auto path = folder + "/" + unit;
    const auto fd = open_answer(folder, unit);
    require_roots_file(fd, path);
    std::string text(max_bytes + 1, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        const auto count = ::read(fd.get(), text.data() + size, text.size() - size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw sys::failure("read", path, errno);
        if (count == 0) break;
        size += static_cast<std::size_t>(count);
    }
    if (size > max_bytes) reject(path + " is larger than 64 KiB");
    text.resize(size);
    return text;
}

void remove_helper_answer(const std::string& folder, const std::string& unit) {
    const auto path = folder + "/" + unit;
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) throw sys::failure("remove", path, errno);
}

}  // namespace jts::hot_storage::engine
