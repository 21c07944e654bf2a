// layout_files
