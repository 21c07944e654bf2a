# Files in the package, and the package's own parts, carry the date of the latest entry of the changelog,
# so that equal sources make equal packages. CPack reads this variable (its own process sets it here).
if(NOT DEFINED ENV{SOURCE_DATE_EPOCH})
    file(STRINGS ${CMAKE_CURRENT_LIST_DIR}/changelog signatures REGEX "^ -- ")
    list(GET signatures 0 latest)
    string(REGEX REPLACE "^ -- .*>  " "" date ${latest})
    execute_process(COMMAND date --date=${date} +%s OUTPUT_VARIABLE seconds
        OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
    set(ENV{SOURCE_DATE_EPOCH} ${seconds})
endif()
