# One text, two units: all services, or the one that the instance names.
function(jts_accounts_unit unit description argument)
    set(JTS_ACCOUNTS_DESCRIPTION ${description})
    set(JTS_ACCOUNTS_ARGUMENT "${argument}")
    configure_file(${CMAKE_CURRENT_LIST_DIR}/jts-hot-storage-accounts.service.in ${unit} @ONLY)
    install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${unit} DESTINATION /usr/lib/systemd/system)
endfunction()

jts_accounts_unit(jts-hot-storage-accounts.service
    "Create the accounts of the hot storage layout" "")
jts_accounts_unit(jts-hot-storage-accounts@.service
    "Create the accounts of hot storage service %i" " %i")
