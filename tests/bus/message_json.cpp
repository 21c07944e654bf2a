#include "bus/message_json.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>

namespace jts::hot_storage::test {
namespace {

using nlohmann::json;

void require(int result) {
    if (result < 0) throw std::runtime_error("a message cannot be read: " + std::to_string(result));
}

template <typename Value>
Value basic(sd_bus_message* message, char type) {
    Value value{};
    require(sd_bus_message_read_basic(message, type, &value));
    return value;
}

json value_of(sd_bus_message* message, char type, const char* contents);

json items_of(sd_bus_message* message) {
    json items = json::array();
    for (;;) {
        char type = 0;
        const char* contents = nullptr;
        const int result = sd_bus_message_peek_type(message, &type, &contents);
        require(result);
        if (result == 0) return items;
        items.push_back(value_of(message, type, contents));
    }
}

json container_of(sd_bus_message* message, char type, const char* contents) {
    require(sd_bus_message_enter_container(message, type, contents));
    json items = items_of(message);
    require(sd_bus_message_exit_container(message));
    if (type == SD_BUS_TYPE_VARIANT) return items.at(0);
    if (type != SD_BUS_TYPE_ARRAY || contents[0] != '{') return items;
    json object = json::object();
    for (const auto& pair : items) object[pair.at(0).get<std::string>()] = pair.at(1);
    return object;
}

json value_of(sd_bus_message* message, char type, const char* contents) {
    switch (type) {
        case SD_BUS_TYPE_STRING:
        case SD_BUS_TYPE_OBJECT_PATH:
        case SD_BUS_TYPE_SIGNATURE:
            return basic<const char*>(message, type);
        case SD_BUS_TYPE_BOOLEAN:
            return basic<int>(message, type) != 0;
        case SD_BUS_TYPE_UINT32:
            return basic<std::uint32_t>(message, type);
        case SD_BUS_TYPE_INT32:
            return basic<std::int32_t>(message, type);
        case SD_BUS_TYPE_UINT64:
            return basic<std::uint64_t>(message, type);
        case SD_BUS_TYPE_DOUBLE:
            return basic<double>(message, type);
        case SD_BUS_TYPE_ARRAY:
        case SD_BUS_TYPE_VARIANT:
        case SD_BUS_TYPE_STRUCT:
        case SD_BUS_TYPE_DICT_ENTRY:
            return container_of(message, type, contents);
        default:
            throw std::runtime_error(std::string("a message holds a value of type ") + type);
    }
}

}  // namespace

json arguments_of(sd_bus_message* message) {
    require(sd_bus_message_rewind(message, 1));
    return items_of(message);
}

}  // namespace jts::hot_storage::test
