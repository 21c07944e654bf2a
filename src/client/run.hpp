/// The whole of jts-storage but for what is the process's.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "client/command.hpp"

namespace jts::hot_storage::client {

using ServiceFactory = std::function<std::unique_ptr<Service>(const ClientOptions&)>;

/// Parses, runs, and tells what went wrong; never throws.
Exit run(const std::vector<std::string>& arguments, Console& console,
         const ServiceFactory& make_service) noexcept;

}  // namespace jts::hot_storage::client
