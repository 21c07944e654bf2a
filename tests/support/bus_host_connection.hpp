#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <memory>
#include <thread>

namespace jts::hot_storage::test {

/// A base class in front of sdbus::AdaptorInterfaces, whose destructor still needs the connection.
class HoldsConnection {
  protected:
    /// The adaptor must be registered, and may be called, from now on.
    void start_loop() {
        loop_ = std::thread([this] {
            try {
                connection_->enterEventLoop();
            } catch (const sdbus::Error&) {
                // The bus is gone: a test killed it.
            }
        });
    }

    void end_loop() {
        connection_->leaveEventLoop();
        loop_.join();
    }

    std::unique_ptr<sdbus::IConnection> connection_ = sdbus::createSystemBusConnection();

  private:
    std::thread loop_;
};

}  // namespace jts::hot_storage::test
