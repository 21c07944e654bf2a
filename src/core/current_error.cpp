#include "core/current_error.hpp"

#include <exception>
#include <string>

namespace jts::hot_storage {

Error current_error() {
    try {
        throw;
    } catch (const Error& error) {
        return error;
    } catch (const std::exception& error) {
        return Error(ErrorCode::failed, std::string("internal error: ") + error.what());
    } catch (...) {
        return Error(ErrorCode::failed, "internal error of an unknown kind");
    }
}

}  // namespace jts::hot_storage
