#include "fuzz/call_text.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace jts::hot_storage::fuzz {
namespace {

void check(int result) {
    if (result < 0) throw Unsendable{};
}

std::size_t closing_bracket(std::string_view signature) {
    int depth = 0;
    for (std::size_t i = 0; i < signature.size(); ++i) {
        if (signature[i] == '(' || signature[i] == '{') ++depth;
        if (signature[i] == ')' || signature[i] == '}') --depth;
        if (depth == 0) return i;
    }
    throw Unsendable{};
}

/// How much of the signature its first complete type is.
std::size_t type_length(std::string_view signature) {
    const auto arrays = std::min(signature.find_first_not_of('a'), signature.size());
    if (arrays == signature.size() || arrays > 32) throw Unsendable{};
    return arrays + 1 + closing_bracket(signature.substr(arrays));
}

}  // namespace

sd_bus_message* CallText::make_call(sd_bus* bus, const char* path, const std::string& interface) {
    const auto name = next_line();
    const auto dot = name.rfind('.');
    const bool is_ours = dot == std::string::npos;
    check(sd_bus_message_new_method_call(bus, &message_, "org.jts.HotStorage1", path,
                                         is_ours ? interface.c_str() : name.substr(0, dot).c_str(),
                                         is_ours ? name.c_str() : name.substr(dot + 1).c_str()));
    try {
        append_all(next_line());
    } catch (const Unsendable&) {
        sd_bus_message_unref(message_);
        throw;
    }
    return message_;
}

std::string CallText::next_line() {
    const auto end = std::min(rest_.find('\n'), rest_.size());
    std::string line(rest_.substr(0, end));
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return line;
}

void CallText::append_all(std::string_view signature) {
    while (!signature.empty()) {
        const auto length = type_length(signature);
        append_one(signature.substr(0, length));
        signature.remove_prefix(length);
    }
}

void CallText::append_one(std::string_view type) {
    spend_budget();
    const std::string inner(type.substr(1, type.size() < 2 ? 0 : type.size() - 2));
    if (type.front() == 'a') return append_array(std::string(type.substr(1)));
    if (type.front() == 'v') return append_inside('v', next_line());
    if (type.front() == '(') return append_inside('r', inner);
    if (type.front() == '{') return append_inside('e', inner);
    append_basic(type.front());
}

void CallText::append_array(const std::string& element) {
    const auto count = std::strtoul(next_line().c_str(), nullptr, 10);
    check(sd_bus_message_open_container(message_, 'a', element.c_str()));
    for (unsigned long i = 0; i < count; ++i) append_one(element);
    check(sd_bus_message_close_container(message_));
}

void CallText::append_inside(char container, const std::string& signature) {
    check(sd_bus_message_open_container(message_, container, signature.c_str()));
    append_all(signature);
    check(sd_bus_message_close_container(message_));
}

void CallText::append_basic(char type) {
    const auto line = next_line();
    if (type == 's' || type == 'o' || type == 'g')
        return check(sd_bus_message_append_basic(message_, type, line.c_str()));
    union {
        std::uint64_t number;
        double real;
        int small;  // of booleans and descriptors; the machine's own order makes it the number's
    } value{};
    value.number = std::strtoull(line.c_str(), nullptr, 10);
    if (type == 'd') value.real = std::strtod(line.c_str(), nullptr);
    if (type == 'b') value.small = value.number % 2 != 0;
    if (type == 'h') value.small = STDERR_FILENO;
    check(sd_bus_message_append_basic(message_, type, &value));
}

void CallText::spend_budget() {
    if (budget_-- <= 0) throw Unsendable{};
}

}  // namespace jts::hot_storage::fuzz
