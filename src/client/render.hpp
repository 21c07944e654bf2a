/// What is shown for each answer of the service: text for people, JSON for programs. Pure.
#pragma once

#include <string>
#include <vector>

#include "client/console.hpp"
#include "client/json.hpp"
#include "core/layout_reader.hpp"
#include "jts/hot_storage/client.hpp"
#include "jts/hot_storage/model.hpp"

namespace jts::hot_storage::client {

std::string status_text(const ServiceStatus& status, const Style& style);
Json status_json(const ServiceStatus& status);

/// The changes as a table, one row each; nothing where there are none.
std::string plan_text(const std::vector<Change>& changes, const Style& style);
Json plan_json(const PlanReport& plan);
Json changes_json(const std::vector<Change>& changes);
/// "1 change", "12 changes".
std::string count_of_changes(std::size_t count);

std::string provision_text(const ProvisionReport& report, const Style& style);
Json provision_json(const ProvisionReport& report);

/// `document` is the service's, as it came: `layout` and `sources`. Throws `Error(failed)` where it
/// is no such document.
Json layout_json(const std::string& document);
/// The declared directories of such a document as a table, with the files that set their values.
std::string layout_text(const Json& document, const Style& style);

/// `file: pointer: reason`, and without a pointer `file: reason`.
std::string rejected_line(const RejectedFile& rejected);
Json rejected_json(const std::vector<RejectedFile>& rejected);

}  // namespace jts::hot_storage::client
