#include "client/json.hpp"

namespace jts::hot_storage::client {

Json json_document() {
    return {{"schema", 1}};
}

std::string json_text(const Json& document, JsonForm form) {
    const int indent = form == JsonForm::pretty ? 4 : -1;
    return document.dump(indent, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace jts::hot_storage::client
