#include "client/process_console.hpp"
#include "client/run.hpp"

int main(int argc, char** argv) {
    namespace client = jts::hot_storage::client;
    client::prepare_standard_streams();
    client::ProcessConsole console;
    const auto exit = client::run(
        {argv + (argc > 0 ? 1 : 0), argv + argc}, console,
        [](const auto& options) { return std::make_unique<client::BusService>(options); });
    return static_cast<int>(exit);
}
