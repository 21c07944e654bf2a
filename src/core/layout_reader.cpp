// layout_reader
