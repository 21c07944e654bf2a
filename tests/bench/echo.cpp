/// The least daemon that sdbus-c++ makes: what a call, a start and an idle process cost before any
/// work is done. Takes the bus name that it is given.
///
///     bench_echo NAME

#include <cstdio>
#include <string>

#include "bus/compat.hpp"
#include "dbus/bench_echo_adaptor.hpp"

namespace {

namespace compat = jts::hot_storage::bus::compat;

class EchoObject final : public sdbus::AdaptorInterfaces<org::jts::Bench::Echo_adaptor> {
  public:
    explicit EchoObject(sdbus::IConnection& connection)
        : AdaptorInterfaces(connection, compat::ObjectPath("/")) {
        registerAdaptor();
    }
    ~EchoObject() { unregisterAdaptor(); }

  private:
    std::string Echo(const std::string& text) override { return text; }
};

}  // namespace

int main(int argc, char** argv) try {
    if (argc != 2) {
        std::fputs("usage: bench_echo NAME\n", stderr);
        return 2;
    }
    const auto connection = sdbus::createSystemBusConnection();
    const EchoObject echo(*connection);
    connection->requestName(compat::ServiceName(argv[1]));
    connection->enterEventLoop();
} catch (const std::exception& error) {
    std::fprintf(stderr, "bench_echo: %s\n", error.what());
    return 1;
}
