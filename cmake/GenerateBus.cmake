# Code from dbus/*.xml, the only source of the API. Nothing generated is ever committed.
find_program(SDBUS_XML2CPP sdbus-c++-xml2cpp REQUIRED)

# jts_generate_bus(TARGET XML STEM [ENUM]): headers STEM_adaptor.hpp and STEM_proxy.hpp, and
# STEM_methods.hpp, an enumeration ENUM (Method) of the XML's methods; TARGET (an interface library)
# provides them.
function(jts_generate_bus target xml stem)
    set(dir ${PROJECT_BINARY_DIR}/generated/dbus)
    set(enum Method)
    if(ARGC GREATER 3)
        set(enum ${ARGV3})
    endif()
    file(MAKE_DIRECTORY ${dir})
    add_custom_command(
        OUTPUT ${dir}/${stem}_adaptor.hpp ${dir}/${stem}_proxy.hpp ${dir}/${stem}_methods.hpp
        COMMAND ${SDBUS_XML2CPP} ${xml} --adaptor=${dir}/${stem}_adaptor.hpp
                --proxy=${dir}/${stem}_proxy.hpp > ${dir}/${stem}.log
        COMMAND ${CMAKE_COMMAND} -DXML=${xml} -DNAME=${enum} -DOUT=${dir}/${stem}_methods.hpp
                -P ${PROJECT_SOURCE_DIR}/cmake/MethodEnum.cmake
        DEPENDS ${xml} ${PROJECT_SOURCE_DIR}/cmake/MethodEnum.cmake
        VERBATIM)
    add_custom_target(${target}_files DEPENDS ${dir}/${stem}_adaptor.hpp)
    add_library(${target} INTERFACE)
    add_dependencies(${target} ${target}_files)
    target_include_directories(${target} SYSTEM INTERFACE ${PROJECT_BINARY_DIR}/generated)
    target_link_libraries(${target} INTERFACE SDBusCpp::sdbus-c++)
endfunction()
