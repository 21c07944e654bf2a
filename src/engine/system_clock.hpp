/// The host's clock.
#pragma once

#include "engine/ports.hpp"

namespace jts::hot_storage::engine {

class SystemClock final : public Clock {
  public:
    std::chrono::system_clock::time_point now() override {
        return std::chrono::system_clock::now();
    }
};

}  // namespace jts::hot_storage::engine
