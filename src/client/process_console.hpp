/// The console of this process: its standard streams.
#pragma once

#include <optional>

#include "client/console.hpp"
#include "client/password_agent.hpp"

namespace jts::hot_storage::client {

class ProcessConsole final : public Console {
  public:
    void data(std::string_view text) override;
    void remark(std::string_view text) override;
    bool data_on_terminal() const override;
    bool remarks_on_terminal() const override;
    std::size_t data_width() const override;
    std::size_t remarks_width() const override;
    bool interactive() const override;
    bool confirm(std::string_view question) override;
    bool pause(std::chrono::milliseconds length) override;
    void offer_passwords() override;

  private:
    std::optional<PasswordAgent> agent_;
};

/// To be called first thing in main(). Occupies those of the three standard descriptors that the
/// caller closed, so that no socket gets their number and output into them fails instead of going
/// astray; makes a closed pipe an error of the write instead of a signal; and makes widths those of
/// UTF-8 whatever the locale says, so that output is the same everywhere.
void prepare_standard_streams();

}  // namespace jts::hot_storage::client
