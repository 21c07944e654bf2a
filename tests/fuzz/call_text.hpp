/// Method calls from text that a person can write and a fuzzer can bend: a line with the method,
/// one with the signature, and one for each value, count of an array and signature of a variant.
#pragma once

#include <systemd/sd-bus.h>

#include <string>
#include <string_view>

namespace jts::hot_storage::fuzz {

/// The text makes no message that sd-bus would send.
struct Unsendable {};

class CallText {
  public:
    explicit CallText(std::string_view text) : rest_(text) {}

    /// `Method` of `interface`, or `some.Interface.Method`.
    sd_bus_message* make_call(sd_bus* bus, const char* path, const std::string& interface);

  private:
    std::string next_line();
    void append_all(std::string_view signature);
    void append_one(std::string_view type);
    void append_array(const std::string& element);
    void append_inside(char container, const std::string& signature);
    void append_basic(char type);
    void spend_budget();

    std::string_view rest_;
    sd_bus_message* message_ = nullptr;
    int budget_ = 4096;  ///< of values, or arrays in arrays would have no end
};

}  // namespace jts::hot_storage::fuzz
