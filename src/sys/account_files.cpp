// account_files
