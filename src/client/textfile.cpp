#include "client/textfile.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "core/text.hpp"
#include "sys/failure.hpp"
#include "sys/new_file.hpp"
#include "sys/write_all.hpp"

namespace jts::hot_storage::client {

namespace {

/// One for all, so that the next run removes what an interrupted one left. The collector reads what
/// ends in `.prom`.
///
/// Of two runs at once one takes the other's file away: one fails, and what stands may be half
/// until the other has written the rest. The unit runs once at a time, and no lock could be waited
/// for: whoever may read the folder may hold one.
std::string name_beside(const std::string& name) {
    return "." + name + ".new";
}

/// No sync: after a power cut the next sample writes it anew, and the old metrics were of no use.
void write_new(const sys::NewFile& file, std::string_view text, const std::string& name) {
    if (const int error = sys::write_all(file.fd().get(), text); error != 0)
        throw sys::failure("write", name, error);
    if (::fchmod(file.fd().get(), 0644) != 0) throw sys::failure("set mode of", name, errno);
}

}  // namespace

std::optional<Textfile> Textfile::at(const std::string& path) {
    const std::filesystem::path whole(path);
    const std::string name = whole.filename();
    if (name.empty() || name == "." || name == "..")
        throw Error(ErrorCode::invalid_args, "--textfile: " + escape(path) + " names no file");
    const std::string folder = whole.has_parent_path() ? whole.parent_path().string() : ".";
    // No symlink: the account that node_exporter runs as owns the folder's parent on Debian, and
    // root's files are to be written where root made the folder.
    sys::Fd opened(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!opened && errno == ENOENT) return std::nullopt;
    if (!opened) throw sys::failure("open", folder, errno);
    return Textfile(path, std::move(opened), name);
}

void Textfile::replace(std::string_view text) const try {
    const std::string beside = name_beside(name_);
    sys::NewFile file(folder_, beside);
    write_new(file, text, beside);
    file.rename_to(name_);
} catch (const Error& error) {
    throw Error(error.code(), "--textfile=" + escape(path_) + ": " + error.what());
}

}  // namespace jts::hot_storage::client
