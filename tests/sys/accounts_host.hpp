// A host of its own for the accounts step: a copy of no real /etc, the layout below it, and the
// real systemd-sysusers working on it by --root.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "accounts/create_accounts.hpp"
#include "jts/hot_storage/error.hpp"

namespace jts::hot_storage::test {

namespace fs = std::filesystem;

class AccountsHost : public testing::Test {
  protected:
    /// In /srv, because every folder above a layout file must be root's alone.
    AccountsHost() : root_(make_root()), etc_(root_ / "etc") {
        fs::create_directories(root_ / "data");
        fs::create_directories(root_ / "run");
        fs::create_directories(etc_ / "layout.d");
        write("passwd", "root:x:0:0:root:/root:/bin/bash\n", 0644);
        write("group", "root:x:0:\nshadow:x:42:\n", 0644);
        write("shadow", "root:*:20000:0:99999:7:::\n", 0640);
        write("gshadow", "root:*::\nshadow:*::\n", 0640);
        write(
            "layout.json",
            R"({"format":1,"base":")" + (root_ / "data/hot").string() +
                R"(","services":{"redis":{"owner":"redis","directories":{"data":{}}},)"
                R"("docker":{"owner":"root","group":"docker","mode":"0755","below":"declared-only"}}})",
            0644);
    }
    ~AccountsHost() override {
        std::error_code ignored;
        fs::remove_all(root_, ignored);
    }

    accounts::Host host() const {
        return {.layout = {.vendor = etc_ / "layout.json", .drop_ins = etc_ / "layout.d"},
                .etc = etc_,
                .sysusers = {"/usr/bin/systemd-sysusers", "--root=" + root_.string(), "-"},
                .lock_patience = std::chrono::milliseconds(200)};
    }

    accounts::Outcome create(const std::vector<std::string>& services = {}) const {
        return accounts::create_accounts(host(), services);
    }

    void write(const std::string& name, const std::string& text, unsigned mode) const {
        std::ofstream(etc_ / name, std::ios::trunc) << text;
        fs::permissions(etc_ / name, static_cast<fs::perms>(mode));
    }
    void append(const std::string& name, const std::string& text) const {
        std::ofstream(etc_ / name, std::ios::app) << text;
    }
    std::string read(const std::string& name) const {
        std::ifstream file(etc_ / name);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    /// The line about `account`, without its end; empty where there is none.
    std::string line(const std::string& file, const std::string& account) const {
        std::istringstream text(read(file));
        for (std::string found; std::getline(text, found);) {
            if (found.starts_with(account + ":")) return found;
        }
        return "";
    }

    /// Drops every line about `account` from the file.
    void drop(const std::string& file, const std::string& account) const {
        std::istringstream text(read(file));
        std::string kept;
        for (std::string found; std::getline(text, found);) {
            if (!found.starts_with(account + ":")) kept += found + "\n";
        }
        std::ofstream(etc_ / file, std::ios::trunc) << kept;
    }

    void make_directory(const std::string& path, uid_t uid, gid_t gid) const {
        fs::create_directories(root_ / path);
        ASSERT_EQ(::chown((root_ / path).c_str(), uid, gid), 0);
    }

    const fs::path root_;
    const fs::path etc_;

  private:
    static fs::path make_root() {
        std::string name = "/srv/jts-accounts-test.XXXXXX";
        if (!::mkdtemp(name.data())) throw std::runtime_error("cannot create " + name);
        fs::permissions(name, static_cast<fs::perms>(0755));
        return name;
    }
};

/// The code and message of the Error that `action` throws.
template <typename Action>
std::pair<ErrorCode, std::string> error_of(Action action) {
    try {
        action();
    } catch (const Error& error) {
        return {error.code(), error.what()};
    }
    ADD_FAILURE() << "no error";
    return {ErrorCode::failed, ""};
}

}  // namespace jts::hot_storage::test
