/// From layout files to one checked `Layout`. Pure: the caller has read the files
/// (sys/layout_files.hpp) and says of each whether it may be trusted.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/layout.hpp"

namespace jts::hot_storage {

/// A layout file as found on disk, in the order of application: the vendor's first.
struct LayoutFile {
    std::string path;
    std::string text;
    /// Why the file must not be trusted or could not be read (owner, mode, errno text); then
    /// `text` is ignored and the file is rejected with this reason.
    std::optional<std::string> untrusted;

    bool operator==(const LayoutFile&) const = default;
};

/// Why a file is not applied. Parsing errors name line and column in `reason`.
struct RejectedFile {
    std::string path;
    std::string pointer;  ///< JSON pointer (RFC 6901) of the offending value; empty: the document
    std::string reason;

    bool operator==(const RejectedFile&) const = default;
};

struct LayoutResult {
    /// The files that are accepted, merged and checked. Without any: the built-in defaults and no
    /// service.
    Layout layout;
    std::vector<RejectedFile> rejected;
    /// The effective layout as one JSON document in the files' own format, defaults filled in.
    std::string document;
    /// For each scalar or array of `document`, by JSON pointer, the file that set it last; empty
    /// for a default.
    std::map<std::string, std::string> sources;
    /// Canonical text of `layout`, what the layout's digest is taken over. Does not depend on
    /// comments, key order or on which file set a value.
    std::string canonical;
};

/// Applies the files as JSON merge patches (RFC 7396) in order. A file after which the result would
/// not be a valid layout is rejected whole and leaves no trace. Never throws on bad input: what is
/// wrong is in `rejected`.
LayoutResult read_layout(const std::vector<LayoutFile>& files);

/// "file: pointer: reason" of every rejected file, with what to do, for `Error(invalid_layout)`.
std::string describe(const std::vector<RejectedFile>& rejected);

}  // namespace jts::hot_storage
