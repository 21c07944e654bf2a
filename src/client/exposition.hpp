/// Prometheus' text format, version 0.0.4:
/// https://prometheus.io/docs/instrumenting/exposition_formats/
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jts::hot_storage::client {

using Labels = std::vector<std::pair<const char*, std::string>>;

/// Families of gauges, each followed by its samples.
class Exposition {
  public:
    /// Begins a family: what is sampled next is its. `help` has neither backslash nor newline.
    void begin(std::string name, std::string_view help);
    /// Numbers are doubles there, whatever they were here.
    void sample(const Labels& labels, double value);

    const std::string& text() const { return text_; }

  private:
    std::string name_;
    std::string text_;
};

}  // namespace jts::hot_storage::client
