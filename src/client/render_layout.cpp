#include <set>

#include "client/render.hpp"
#include "client/table.hpp"
#include "core/text.hpp"

namespace jts::hot_storage::client {

namespace {

/// A string member as it is, a number in digits, nothing for anything else.
std::string member(const Json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end()) return {};
    if (found->is_string()) return found->get<std::string>();
    return found->is_number() ? found->dump() : std::string();
}

const Json& object_member(const Json& object, const char* key) {
    static const Json Empty = Json::object();
    const auto found = object.find(key);
    return found != object.end() && found->is_object() ? *found : Empty;
}

/// One row: a declared directory and where its values come from.
struct Row {
    std::string path;
    std::string pointer;  ///< of its object in the layout
    const Json& values;
};

bool belongs(std::string_view pointer, const Row& row) {
    const std::string own = row.pointer + '/';
    return pointer.starts_with(own) && !pointer.substr(own.size()).starts_with("directories/");
}

/// The names of the files that set a value of the row, without their folders, joined by commas.
std::string files_of(const Row& row, const Json& sources) {
    std::set<std::string> names;
    for (const auto& [pointer, file] : sources.items())
        if (file.is_string() && file != "" && belongs(pointer, row)) {
            const auto path = file.get<std::string>();
            names.insert(path.substr(path.rfind('/') + 1));
        }
    std::string joined;
    for (const auto& name : names) joined += (joined.empty() ? "" : ",") + name;
    return joined;
}

void add(Table& table, const Row& row, const Json& sources) {
    table.add({{row.path},
               {member(row.values, "owner")},
               {member(row.values, "group")},
               {member(row.values, "mode")},
               {member(row.values, "policy")},
               {member(row.values, "below")},
               {member(row.values, "planned_bytes")},
               {files_of(row, sources)}});
}

void add_service(Table& table, const Row& service, const Json& sources) {
    add(table, service, sources);
    for (const auto& [name, values] : object_member(service.values, "directories").items())
        add(table, {service.path + '/' + name, service.pointer + "/directories/" + name, values},
            sources);
}

[[noreturn]] void reject_document(const std::string& why) {
    throw Error(ErrorCode::failed, "the service's layout document is not understood: " + why);
}

}  // namespace

Json layout_json(const std::string& document) {
    const Json parsed = Json::parse(document, nullptr, false);
    if (parsed.is_discarded() || !parsed.is_object()) reject_document("it is no JSON object");
    for (const char* key : {"layout", "sources"})
        if (!parsed.contains(key) || !parsed[key].is_object())
            reject_document(std::string("its member '") + key + "' is missing or no object");
    Json out = json_document();
    out.update(parsed);
    return out;
}

std::string layout_text(const Json& document, const Style& style) {
    Table table({"PATH", "OWNER", "GROUP", "MODE", "POLICY", "BELOW", "PLANNED", "FILES"}, style);
    const Json& layout = document["layout"];
    const std::string base = member(layout, "base");
    for (const auto& [name, values] : object_member(layout, "services").items())
        if (values.is_object())
            add_service(table, {base + '/' + name, "/services/" + name, values},
                        document["sources"]);
    return table.text();
}

std::string rejected_line(const RejectedFile& rejected) {
    std::string line = escape(rejected.path) + ": ";
    if (!rejected.pointer.empty()) line += escape(rejected.pointer) + ": ";
    return line + escape(rejected.reason) + '\n';
}

Json rejected_json(const std::vector<RejectedFile>& rejected) {
    Json list = Json::array();
    for (const RejectedFile& file : rejected)
        list.push_back({{"path", file.path}, {"pointer", file.pointer}, {"reason", file.reason}});
    Json document = json_document();
    document["rejected"] = std::move(list);
    return document;
}

}  // namespace jts::hot_storage::client
