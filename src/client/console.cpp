#include "client/console.hpp"

#include "core/text.hpp"

namespace jts::hot_storage::client {

std::string message_line(std::string_view text, std::string_view host) {
    std::string lines = "jts-storage: ";
    if (!host.empty()) lines += escape(host) + ": ";
    for (;;) {
        const auto end = text.find('\n');
        lines += escape(text.substr(0, end)) + '\n';
        if (end == std::string_view::npos || end + 1 == text.size()) return lines;
        text.remove_prefix(end + 1);
        lines += "  ";
    }
}

}  // namespace jts::hot_storage::client
