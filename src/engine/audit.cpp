#include "engine/audit.hpp"

#include <sys/uio.h>
#include <systemd/sd-journal.h>

#include "core/text.hpp"

namespace jts::hot_storage::engine {

void audit(std::string_view message_id, int level, const std::string& message,
           const std::vector<AuditField>& fields) noexcept try {
    std::vector<std::string> lines;
    lines.push_back("MESSAGE=" + escape(message));
    lines.push_back("MESSAGE_ID=" + std::string(message_id));
    lines.push_back("PRIORITY=" + std::to_string(level));
    for (const auto& field : fields) {
        lines.push_back(std::string(field.name) + "=" + escape(field.value));
    }
    std::vector<iovec> vectors;
    for (auto& line : lines) vectors.push_back({line.data(), line.size()});
    sd_journal_sendv(vectors.data(), static_cast<int>(vectors.size()));
} catch (...) {
    // Out of memory while telling: the caller's own answer still goes out.
}

}  // namespace jts::hot_storage::engine
