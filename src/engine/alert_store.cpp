#include "engine/alert_store.hpp"

#include <syslog.h>

#include "core/alert_state.hpp"
#include "engine/audit.hpp"
#include "jts/hot_storage/error.hpp"
#include "sys/state_folder.hpp"

namespace jts::hot_storage::engine {
namespace {

constexpr const char* file_name = "alerts.json";

/// Nothing where there is none. Throws where it cannot be read or is damaged.
std::vector<Alert> read(const std::string& folder) {
    const auto text = sys::read_state_file(folder, file_name);
    if (!text) return {};
    try {
        return read_alerts(*text);
    } catch (const Error& error) {
        sys::set_state_file_aside(folder, file_name);
        throw Error(error.code(), std::string(error.what()) + " (set aside as " + folder + "/" +
                                      file_name + ".damaged)");
    }
}

}  // namespace

std::vector<Alert> AlertStore::load() const noexcept try {
    return read(folder_);
} catch (const std::exception& error) {
    audit(alerts_damaged_id, LOG_ERR, error.what(), {});
    return {};
}

void AlertStore::save(const std::vector<Alert>& alerts) const {
    sys::write_state_file(folder_, file_name, write_alerts(alerts));
}

}  // namespace jts::hot_storage::engine
