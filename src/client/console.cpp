#include "client/console.hpp"

#include "client/columns.hpp"
#include "core/text.hpp"

namespace jts::hot_storage::client {

namespace {

constexpr std::string_view indent = "  ";

/// With room for the indent. Not broken where there is no width, nor where the line has an indent
/// of its own, as a drop-in's text has.
std::vector<std::string> broken(const std::string& line, std::size_t width) {
    if (width <= indent.size() || line.starts_with(' ')) return {line};
    return wrapped(line, width - indent.size());
}

}  // namespace

std::string message_line(std::string_view text, std::string_view host, std::size_t width) {
    std::string lines;
    std::string line = "jts-storage: ";
    if (!host.empty()) line += escape(host) + ": ";
    for (;;) {
        const auto end = text.find('\n');
        line += escape(text.substr(0, end));
        for (const std::string& part : broken(line, width))
            lines.append(lines.empty() ? "" : indent).append(part).append(1, '\n');
        if (end == std::string_view::npos || end + 1 == text.size()) return lines;
        text.remove_prefix(end + 1);
        line.clear();
    }
}

}  // namespace jts::hot_storage::client
