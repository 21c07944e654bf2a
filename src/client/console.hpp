/// Where a command's words go: data to stdout, everything else to stderr, questions to the person
/// at the terminal.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace jts::hot_storage::client {

/// What one stream can show.
struct Style {
    bool color = false;
    bool legend = true;
    bool symbols = false;   ///< a mark before what has a colour, for those who see none
    std::size_t width = 0;  ///< columns of the terminal; 0: as wide as it takes

    bool operator==(const Style&) const = default;
};

class Console {
  public:
    virtual ~Console() = default;

    /// Data, complete with its newlines. Throws `Error(failed)` where it cannot be written.
    virtual void data(std::string_view text) = 0;
    /// Everything that is no data, complete with its newlines. What cannot be written is lost.
    virtual void remark(std::string_view text) = 0;

    virtual bool data_on_terminal() const = 0;
    virtual bool remarks_on_terminal() const = 0;
    /// Columns of the terminal; 0 where there is none.
    virtual std::size_t data_width() const = 0;
    virtual std::size_t remarks_width() const = 0;
    /// Whether there is somebody to ask.
    virtual bool interactive() const = 0;
    /// Asks and waits for a line; true for "y" or "yes" alone.
    virtual bool confirm(std::string_view question) = 0;
    /// Waits so long. False: it is time to end.
    virtual bool pause(std::chrono::milliseconds length) = 0;
    /// From here on polkit can ask for passwords at this terminal, until the process ends.
    virtual void offer_passwords() = 0;
};

/// A message for stderr: `jts-storage: `, the `host` where there is one, and the text, control
/// characters escaped. Further lines of the text follow, indented, and so do lines that are wider
/// than `width`; 0: none is.
std::string message_line(std::string_view text, std::string_view host, std::size_t width);

}  // namespace jts::hot_storage::client
