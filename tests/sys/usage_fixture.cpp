#include "usage_fixture.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/layouts.hpp"
#include "sys/observer.hpp"

namespace jts::hot_storage::test {
namespace {

/// What a program writes to stdout.
std::string output_of(std::vector<std::string> arguments) {
    int ends[2];
    require(::pipe2(ends, O_CLOEXEC) == 0, "pipe");
    const sys::Fd reading(ends[0]);
    pid_t child = ::fork();
    require(child >= 0, "fork");
    if (child == 0) {
        std::vector<char*> argv;
        for (auto& argument : arguments) argv.push_back(argument.data());
        argv.push_back(nullptr);
        ::dup2(ends[1], STDOUT_FILENO);
        ::execv(argv[0], argv.data());
        ::_exit(127);
    }
    ::close(ends[1]);
    std::string text;
    char buffer[4096];
    for (ssize_t got = 0; (got = ::read(reading.get(), buffer, sizeof buffer)) > 0;)
        text.append(buffer, static_cast<std::size_t>(got));
    int status = 0;
    ::waitpid(child, &status, 0);
    require(status == 0, "run " + arguments[0]);
    return text;
}

}  // namespace

std::uint64_t du(const std::string& path, const std::string& what) {
    return std::stoull(output_of({"/usr/bin/du", "-s", "-x", what, path}));
}

UsageTest::UsageTest() {
    layout.services.push_back(service("web", own_directory("other"), {"data"}));
    provision();
}

sys::Survey UsageTest::count(sys::WalkMeter* meter) const {
    sys::SurveyOptions survey_options;
    survey_options.below = options;
    survey_options.counts_space = true;
    survey_options.below.meter = meter;
    survey_options.max_directories = max_directories;
    return sys::survey(layout, sys::observe_declared(layout, accounts, {}), {}, survey_options, {});
}

void UsageTest::expect_what_du_counts() const {
    const auto counted = count().counted.services;
    for (const std::string name : {"db", "web"}) {
        const auto& usage = counted.at(name);
        EXPECT_EQ(usage.used_bytes, du(base + "/" + name, "-B1")) << name;
        EXPECT_EQ(usage.inodes, du(base + "/" + name, "--inodes")) << name;
        EXPECT_FALSE(usage.incomplete);
    }
}

void UsageTest::fill(const std::string& path, std::size_t bytes) {
    make_file(path, 0644, std::string(bytes, 'x'));
}

void grow(std::mt19937& random, const std::string& path, int depth,
          std::vector<std::string>* files) {
    const auto pick = [&](unsigned below) { return static_cast<unsigned>(random() % below); };
    for (unsigned i = pick(12); i > 0; --i) {
        const std::string entry = path + "/" + std::to_string(pick(1000));
        struct stat seen {};
        if (::lstat(entry.c_str(), &seen) == 0) continue;
        const auto kind = pick(10);
        if (kind < 3 && depth > 0) {
            make_directory(entry);
            grow(random, entry, depth - 1, files);
        } else if (kind == 3 && files != nullptr && !files->empty()) {
            const auto& file = (*files)[pick(static_cast<unsigned>(files->size()))];
            require(::link(file.c_str(), entry.c_str()) == 0, "link");
        } else if (kind == 4) {
            make_symlink("../" + std::to_string(pick(10)), entry);
        } else {
            make_file(entry, 0644, std::string(pick(40'000), 'y'));
            if (kind == 5) require(::truncate(entry.c_str(), pick(10'000'000)) == 0, "truncate");
            if (files != nullptr) files->push_back(entry);
        }
    }
}

}  // namespace jts::hot_storage::test
