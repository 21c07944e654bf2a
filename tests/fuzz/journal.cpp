// The record of a change: whatever the disk holds is read, or an Error; and what is understood is
// written as it was read.
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/journal_format.hpp"
#include "engine/journal_reader.hpp"
#include "engine/journal_writer.hpp"
#include "fuzz/require.hpp"
#include "jts/hot_storage/error.hpp"

namespace jts::hot_storage::fuzz {
namespace {

using namespace engine;

template <typename Action>
void allow_error(Action action) {
    try {
        action();
    } catch (const Error& error) {
        REQUIRE(error.code() == ErrorCode::failed);
    }
}

sys::Fd file_of(std::string_view bytes, unsigned mode) {
    sys::Fd fd(::memfd_create("record", MFD_CLOEXEC));
    REQUIRE(::write(fd.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    REQUIRE(::fchmod(fd.get(), mode) == 0);
    return fd;
}

void read_all(JournalReader& reader) {
    reader.scan();
    REQUIRE(reader.whole_size() <= reader.file_size());
    REQUIRE(reader.header() || reader.damage());
    REQUIRE(!reader.result() || reader.is_finished());
    for (auto number = reader.batches(); number > 0; --number)
        allow_error([&] { reader.read_batch(number - 1); });
}

void require_readable(std::string_view bytes) {
    for (const unsigned mode : {unfinished_mode, finished_mode}) {
        JournalReader reader(file_of(bytes, mode), "record");
        read_all(reader);
        REQUIRE(mode == unfinished_mode || reader.is_finished());
    }
}

/// What is before the last whole frame's end is whole by itself.
void require_goes_on(std::string_view bytes) {
    JournalReader reader(file_of(bytes, unfinished_mode), "record");
    reader.scan();
    if (reader.damage() || reader.is_finished()) return;
    const auto whole =
        std::string(bytes.substr(0, reader.whole_size())) + encode_frame(FrameType::attempt, {});
    JournalReader again(file_of(whole, unfinished_mode), "record");
    again.scan();
    REQUIRE(!again.damage());
    REQUIRE(again.attempts() == reader.attempts() + 1);
}

/// The input as frames that are whole, which a fuzzer would not make: a letter, a length of two
/// bytes, and so many bytes; a byte that is no frame's letter ends the record properly.
std::string framed(std::string_view input) {
    std::string record;
    while (input.size() >= 3) {
        const auto type = static_cast<FrameType>(static_cast<unsigned char>(input[0]));
        const auto length = static_cast<std::size_t>(static_cast<unsigned char>(input[1])) +
                            (static_cast<std::size_t>(static_cast<unsigned char>(input[2])) << 8);
        const auto payload = input.substr(3, length);
        const auto start = record.size();
        record += encode_frame(type, payload);
        if (type == FrameType::result) record += encode_trailer(start);
        input.remove_prefix(3 + payload.size());
    }
    return record;
}

void require_codecs(std::string_view input) {
    allow_error([&] { batch_number(input); });
    allow_error([&] {
        const auto batch = decode_batch(input);
        const auto payload = encode_batch(7, batch);
        REQUIRE(batch_number(payload) == 7);
        REQUIRE(decode_batch(payload) == batch);
    });
    allow_error([&] {
        const auto outcomes = decode_outcomes(input);
        REQUIRE(decode_outcomes(encode_outcomes(7, outcomes)) == outcomes);
    });
}

void require_frames(std::string_view input) {
    if (const auto frame = decode_frame(input))
        REQUIRE(input.starts_with(encode_frame(frame->type, frame->payload)));
    if (const auto offset = decode_trailer(input)) REQUIRE(encode_trailer(*offset) == input);
    if (const auto at = find_frame(input, 0)) REQUIRE(decode_frame(input.substr(*at)));
    const auto frame = encode_frame(FrameType::batch, input);
    REQUIRE(decode_frame(frame)->payload == input);
}

void require_texts(std::string_view input) {
    allow_error([&] {
        const auto header = header_from_json(input);
        REQUIRE(header_from_json(to_json(header)) == header);
    });
    allow_error([&] {
        const auto result = result_from_json(input);
        REQUIRE(result_from_json(to_json(result)) == result);
    });
    allow_error([&] {
        const auto directories = directories_from_json(input);
        REQUIRE(directories_from_json(to_json(directories)) == directories);
    });
}

}  // namespace
}  // namespace jts::hot_storage::fuzz

FUZZ_TARGET(input) {
    using namespace jts::hot_storage::fuzz;
    require_codecs(input);
    require_frames(input);
    require_texts(input);
    require_readable(input);
    require_goes_on(input);
    const auto record = framed(input);
    require_readable(record);
    require_goes_on(record);
}
