/// The file through which node_exporter's textfile collector learns of metrics.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sys/fd.hpp"

namespace jts::hot_storage::client {

/// A file that others read at any time, and never see half of.
class Textfile {
  public:
    /// The file at `path`, which need not exist; nothing where its folder does not: there is nobody
    /// who would read it. Throws `Error(failed)` where the folder is none or a symlink,
    /// `Error(invalid_args)` where `path` names no file.
    static std::optional<Textfile> at(const std::string& path);

    /// Makes it a new file of mode 0644 that holds `text`, or leaves it as it was. Throws
    /// `Error(no_space, failed)`.
    void replace(std::string_view text) const;

  private:
    Textfile(std::string path, sys::Fd folder, std::string name)
        : path_(std::move(path)), folder_(std::move(folder)), name_(std::move(name)) {}

    std::string path_;
    sys::Fd folder_;
    std::string name_;
};

}  // namespace jts::hot_storage::client
