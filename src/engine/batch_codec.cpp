#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "engine/byte_stream.hpp"
#include "engine/journal_format.hpp"

namespace jts::hot_storage::engine {
namespace {

using sys::BatchRecord;
using sys::DirectoryRecord;
using sys::EntryOutcome;
using sys::EntryRecord;

constexpr std::uint64_t nanoseconds = 1'000'000'000;
/// More than any batch has: paths grow when they are written out.
constexpr std::uint64_t max_directories = 1024;

std::uint64_t in_nanoseconds(std::int64_t seconds, std::uint32_t rest) {
    return static_cast<std::uint64_t>(seconds) * nanoseconds + rest;
}

/// The way back: rounded down, also before 1970.
std::pair<std::int64_t, std::uint32_t> in_seconds(std::uint64_t time) {
    constexpr auto second = static_cast<std::int64_t>(nanoseconds);
    const auto whole = static_cast<std::int64_t>(time);
    const auto seconds = whole / second - (whole % second < 0 ? 1 : 0);
    const auto rest = time - static_cast<std::uint64_t>(seconds) * nanoseconds;
    return {seconds, static_cast<std::uint32_t>(rest)};
}

/// Device, owners and mode repeat: each combination is written once, and then named by its number.
using Common = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t,
                          std::uint32_t, std::uint32_t>;

Common common_of(const EntryRecord& entry) {
    return {entry.identity.dev_major, entry.identity.dev_minor, entry.mode,     entry.prior.uid,
            entry.prior.gid,          entry.given.uid,          entry.given.gid};
}

class BatchWriter {
  public:
    void write(const BatchRecord& batch) {
        out_.text(batch.target.first);
        out_.text(batch.target.second);
        out_.number(batch.directories.size());
        for (const DirectoryRecord& directory : batch.directories) write(directory);
    }
    std::string take() && { return std::move(out_).take(); }

  private:
    /// The path as what it has in common with the last one, and the rest: a deep tree's paths are
    /// long and alike.
    void write(const DirectoryRecord& directory) {
        const auto end = std::ranges::mismatch(path_, directory.path).in2;
        const auto same = static_cast<std::size_t>(end - directory.path.begin());
        out_.number(same);
        out_.text(std::string_view(directory.path).substr(same));
        path_ = directory.path;
        out_.number(directory.entries.size());
        for (const EntryRecord& entry : directory.entries) write(entry);
    }

    void write(const EntryRecord& entry) {
        out_.text(entry.name);
        const auto [found, is_new] = commons_.emplace(common_of(entry), commons_.size());
        out_.number(found->second);
        if (is_new) std::apply([this](auto... field) { (out_.number(field), ...); }, found->first);
        out_.difference(entry.identity.inode, inode_);
        inode_ = entry.identity.inode;
        const auto birth = in_nanoseconds(entry.identity.birth_sec, entry.identity.birth_nsec);
        out_.difference(birth, birth_);
        birth_ = birth;
    }

    ByteWriter out_;
    std::string path_;
    std::map<Common, std::size_t> commons_;
    std::uint64_t inode_ = 0, birth_ = 0;
};

class BatchReader {
  public:
    explicit BatchReader(ByteReader in) : in_(in) {}

    BatchRecord read() {
        BatchRecord batch;
        batch.target.first = in_.text();
        batch.target.second = in_.text();
        const auto directories = in_.count();
        if (directories > max_directories) throw ByteReader::malformed();
        batch.directories.resize(directories);
        for (DirectoryRecord& directory : batch.directories) read(directory);
        if (!in_.at_end()) throw ByteReader::malformed();
        return batch;
    }

  private:
    void read(DirectoryRecord& directory) {
        const auto same = in_.number();
        if (same > path_.size()) throw ByteReader::malformed();
        path_.resize(same);
        path_ += in_.text();
        directory.path = path_;
        directory.entries.resize(in_.count());
        for (EntryRecord& entry : directory.entries) read(entry);
    }

    void read(EntryRecord& entry) {
        entry.name = in_.text();
        const bool is_name = !entry.name.empty() && entry.name != "." && entry.name != ".." &&
                             entry.name.find('/') == std::string::npos &&
                             entry.name.find('\0') == std::string::npos;
        if (!is_name) throw ByteReader::malformed();
        take_common(entry);
        inode_ = in_.difference(inode_);
        birth_ = in_.difference(birth_);
        entry.identity.inode = inode_;
        std::tie(entry.identity.birth_sec, entry.identity.birth_nsec) = in_seconds(birth_);
    }

    void take_common(EntryRecord& entry) {
        const auto number = in_.number();
        if (number > commons_.size()) throw ByteReader::malformed();
        if (number == commons_.size()) {
            Common fresh;
            std::apply([this](auto&... field) { ((field = in_.small_number()), ...); }, fresh);
            commons_.push_back(fresh);
        }
        std::tie(entry.identity.dev_major, entry.identity.dev_minor, entry.mode, entry.prior.uid,
                 entry.prior.gid, entry.given.uid, entry.given.gid) = commons_[number];
    }

    ByteReader in_;
    std::string path_;
    std::vector<Common> commons_;
    std::uint64_t inode_ = 0, birth_ = 0;
};

}  // namespace

std::string encode_batch(std::uint64_t number, const BatchRecord& batch) {
    ByteWriter head;
    head.number(number);
    BatchWriter writer;
    writer.write(batch);
    return std::move(head).take() + std::move(writer).take();
}

std::string encode_outcomes(std::uint64_t number, const std::vector<EntryOutcome>& outcomes) {
    ByteWriter out;
    out.number(number);
    out.number(outcomes.size());
    std::uint64_t index = 0, time = 0;
    for (const EntryOutcome& outcome : outcomes) {
        out.number(((outcome.index - index) << 1) | (outcome.lost_special ? 1 : 0));
        index = outcome.index;
        const auto ctime = in_nanoseconds(outcome.ctime_sec, outcome.ctime_nsec);
        out.difference(ctime, time);
        time = ctime;
    }
    return std::move(out).take();
}

std::uint64_t batch_number(std::string_view payload) {
    return ByteReader(payload).number();
}

BatchRecord decode_batch(std::string_view payload) {
    ByteReader in(payload);
    in.number();
    return BatchReader(in).read();
}

std::vector<EntryOutcome> decode_outcomes(std::string_view payload) {
    ByteReader in(payload);
    in.number();
    std::vector<EntryOutcome> outcomes(in.count());
    std::uint64_t index = 0, time = 0;
    for (EntryOutcome& outcome : outcomes) {
        const auto step = in.number();
        index += step >> 1;
        if (index > UINT32_MAX) throw ByteReader::malformed();
        time = in.difference(time);
        const auto [seconds, rest] = in_seconds(time);
        outcome = {static_cast<std::uint32_t>(index), seconds, rest, (step & 1) != 0};
    }
    if (!in.at_end()) throw ByteReader::malformed();
    return outcomes;
}

}  // namespace jts::hot_storage::engine
