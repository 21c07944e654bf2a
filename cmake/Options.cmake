# Compiler options that every target of this project shares.
add_library(jts_options INTERFACE)
target_compile_options(jts_options INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor
    -Wno-missing-field-initializers  # defaults are meant where a designated one is left out
    -Werror=switch -Werror=return-type -fstack-protector-strong
    $<$<BOOL:${JTS_WERROR}>:-Werror>)
target_include_directories(jts_options INTERFACE
    ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)
if(JTS_SANITIZE)
    add_compile_options(-fsanitize=${JTS_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${JTS_SANITIZE})
endif()
find_program(CCACHE ccache)
if(CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

# jts_library(NAME SOURCES…): one static library a folder of src/, so that a wrong include does not
# link.
function(jts_library name)
    add_library(${name} STATIC ${ARGN})
    target_link_libraries(${name} PUBLIC jts_options)
    if(JTS_UNITY)
        set_target_properties(${name} PROPERTIES UNITY_BUILD ON)
    endif()
endfunction()

# Where the sources lie is no part of what is installed: equal sources make equal programs anywhere.
add_compile_options("$<$<CONFIG:Release>:-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=>")
