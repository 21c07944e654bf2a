# Writes an enumeration NAME of the methods in a D-Bus interface, so that the table from method to polkit
# action is a switch that does not compile when a method is missing.
file(READ ${XML} text)
string(REGEX MATCHALL "<method name=\"[A-Za-z0-9]+\"" methods "${text}")
set(body "")
set(names "")
foreach(method IN LISTS methods)
    string(REGEX REPLACE ".*\"([A-Za-z0-9]+)\"" "\\1" name "${method}")
    string(APPEND body "    ${name},\n")
    string(APPEND names "        case ${NAME}::${name}: return \"${name}\";\n")
endforeach()
file(WRITE ${OUT} "// Generated from the D-Bus XML; do not edit.
#pragma once

namespace jts::hot_storage::bus {

enum class ${NAME} {
${body}};

constexpr const char* to_string(${NAME} method) {
    switch (method) {
${names}    }
    return \"\";
}

}  // namespace jts::hot_storage::bus
")
