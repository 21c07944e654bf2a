#include "client/table.hpp"

#include <cstdlib>
#include <new>
#include <system_error>

#include "core/text.hpp"

namespace jts::hot_storage::client {

namespace {

const char* color_of(Tone tone) {
    switch (tone) {
        case Tone::good:
            return "green";
        case Tone::notable:
            return "yellow";
        case Tone::bad:
            return "red";
        case Tone::plain:
            break;
    }
    return nullptr;
}

/// libsmartcols answers with a negative errno where memory is short, and with nothing else here.
void check(int result) {
    if (result < 0) throw std::system_error(-result, std::generic_category(), "table");
}

template <typename T>
T* check(T* made) {
    if (made == nullptr) throw std::bad_alloc();
    return made;
}

void set(libscols_cell* cell, const Cell& content) {
    const std::string text = content.text.empty() ? "-" : escape(content.text);
    check(scols_cell_set_data(check(cell), text.c_str()));
    if (const char* color = color_of(content.tone)) check(scols_cell_set_color(cell, color));
}

}  // namespace

Table::Table(std::initializer_list<const char*> headings, const Style& style)
    : table_(check(scols_new_table())) {
    // It would look at the environment and the terminal for the width, and cut what is wider.
    check(scols_table_set_termforce(table_.get(), SCOLS_TERMFORCE_NEVER));
    // Cells are escaped already; its own escaping would escape the backslashes again.
    check(scols_table_enable_noencoding(table_.get(), 1));
    check(scols_table_set_column_separator(table_.get(), "  "));  // cells may hold a space
    check(scols_table_enable_noheadings(table_.get(), style.legend ? 0 : 1));
    check(scols_table_enable_colors(table_.get(), style.color ? 1 : 0));
    // Whether hidden headings count for the widths differs between versions of the library.
    for (const char* heading : headings)
        check(scols_table_new_column(table_.get(), style.legend ? heading : "", 0, 0));
}

void Table::align_right(std::initializer_list<std::size_t> columns) {
    for (const std::size_t column : columns)
        check(scols_column_set_flags(check(scols_table_get_column(table_.get(), column)),
                                     SCOLS_FL_RIGHT));
}

void Table::add(const std::vector<Cell>& row) {
    libscols_line* line = check(scols_table_new_line(table_.get(), nullptr));
    for (std::size_t column = 0; column < row.size(); ++column)
        set(scols_line_get_cell(line, column), row[column]);
}

std::string Table::text() const {
    if (scols_table_is_empty(table_.get())) return {};
    char* printed = nullptr;
    check(scols_print_table_to_string(table_.get(), &printed));
    const std::unique_ptr<char, decltype(&std::free)> owner(printed, &std::free);
    // The last row comes without its newline.
    return std::string(printed) + '\n';
}

}  // namespace jts::hot_storage::client
