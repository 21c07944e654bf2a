#include "core/layout_reader.hpp"

#include "core/layout_build.hpp"
#include "core/layout_form.hpp"
#include "core/layout_merge.hpp"
#include "core/layout_node.hpp"
#include "core/layout_syntax.hpp"
#include "core/text.hpp"

namespace jts::hot_storage {

namespace {

/// The accepted files so far: their merge, and the layout that it is.
struct Accepted {
    MergedLayout merged;
    Layout layout = build_layout(merged.document);
};

/// What comes of one more file. Throws `LayoutFault` where that would be no layout.
Accepted with_file(Accepted accepted, const LayoutFile& file) {
    if (file.untrusted) throw LayoutFault{"", *file.untrusted};
    const auto patch = parse_layout_text(file.text);
    check_layout_form(patch);
    accepted.merged.apply(patch, file.path);
    accepted.layout = build_layout(accepted.merged.document);
    return accepted;
}

using Sources = std::map<std::string, std::string>;

/// Every scalar and array of `value` with the file that set it; empty for a default.
void collect_sources(const nlohmann::ordered_json& value, const std::string& pointer,
                     const Sources& set_by, Sources& out) {
    if (!value.is_object()) {
        const auto source = set_by.find(pointer);
        out[pointer] = source != set_by.end() ? source->second : "";
        return;
    }
    for (const auto& [key, member] : value.items())
        collect_sources(member, child_pointer(pointer, key), set_by, out);
}

std::string describe_one(const RejectedFile& file) {
    const auto place = file.pointer.empty() ? std::string() : escape(file.pointer) + ": ";
    return escape(file.path) + ": " + place + escape(file.reason);
}

}  // namespace

LayoutResult read_layout(const std::vector<LayoutFile>& files) {
    LayoutResult result;
    Accepted accepted;
    for (const auto& file : files) {
        try {
            accepted = with_file(accepted, file);
        } catch (const LayoutFault& fault) {
            result.rejected.push_back({file.path, fault.pointer, fault.reason});
        }
    }
    const auto document = to_document(accepted.layout);
    result.document = document.dump(2);
    result.canonical = to_canonical_document(accepted.layout).dump();
    collect_sources(document, "", accepted.merged.sources, result.sources);
    result.layout = std::move(accepted.layout);
    return result;
}

std::string describe(const std::vector<RejectedFile>& rejected) {
    std::string out;
    for (const auto& file : rejected) out += describe_one(file) + "; ";
    return out + "correct or remove " + (rejected.size() == 1 ? "this file" : "these files") +
           ", then check with jts-storage layout check";
}

}  // namespace jts::hot_storage
