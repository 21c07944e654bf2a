#include "client/table.hpp"

#include <libsmartcols/libsmartcols.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>
#include <numeric>
#include <string_view>
#include <system_error>

#include "client/columns.hpp"
#include "core/text.hpp"

namespace jts::hot_storage::client {

namespace {

constexpr std::size_t gap = 2;  // cells may hold a space

struct Look {
    const char* color;
    const char* symbol;
};

Look look_of(Tone tone) {
    switch (tone) {
        case Tone::good:
            return {"green", "\u2713 "};
        case Tone::notable:
            return {"yellow", "! "};
        case Tone::bad:
            return {"red", "\u2717 "};
        case Tone::added:
            return {"green", "+ "};
        case Tone::altered:
            return {"yellow", "~ "};
        case Tone::plain:
            break;
    }
    return {nullptr, ""};
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

struct Unref {
    void operator()(libscols_table* table) const noexcept { scols_unref_table(table); }
};

void set(libscols_cell* cell, const std::string& text, Tone tone) {
    check(scols_cell_set_data(check(cell), text.c_str()));
    if (const char* color = look_of(tone).color) check(scols_cell_set_color(cell, color));
}

/// A table of one cell, for its colour alone.
std::string colored(const Cell& cell, const Style& style) {
    const char* color = look_of(cell.tone).color;
    if (!style.color || color == nullptr) return cell.text;
    const char* sequence = color == std::string_view("green")    ? "\x1b[32m"
                           : color == std::string_view("yellow") ? "\x1b[33m"
                                                                 : "\x1b[31m";
    return sequence + cell.text + "\x1b[0m";
}

std::string lower_case(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

}  // namespace

Table::Table(std::initializer_list<const char*> headings, const Style& style)
    : headings_(headings.begin(), headings.end()), style_(style) {}

void Table::align_right(std::initializer_list<std::size_t> columns) {
    right_.assign(columns);
}

void Table::leave_out_where_narrow(std::initializer_list<std::size_t> columns) {
    left_out_.assign(columns);
}

void Table::add(const std::vector<Cell>& row) {
    Row shown;
    for (const Cell& cell : row) {
        const std::string text = cell.text.empty() ? "-" : escape(cell.text);
        shown.push_back({(style_.symbols ? look_of(cell.tone).symbol : "") + text, cell.tone});
    }
    rows_.push_back(std::move(shown));
}

std::string Table::text() const {
    if (rows_.empty()) return {};
    if (fits()) return aligned(widths().back());
    Table narrower = *this;
    while (!narrower.left_out_.empty()) {
        narrower = narrower.without(narrower.left_out_.front());
        if (narrower.fits()) return narrower.text();
    }
    const auto widest = widths();
    const std::size_t whole =
        std::accumulate(widest.begin(), widest.end(), gap * (widest.size() - 1));
    // A last column of a few letters is worse to read than a block.
    constexpr std::size_t narrowest = 24;
    const std::size_t before = whole - widest.back();
    std::size_t longest_word = narrowest;
    for (const Row& row : rows_)
        longest_word = std::max(longest_word, width_of_longest_word(row.back().text));
    if (before + longest_word <= style_.width) return aligned(style_.width - before);
    return blocks();
}

bool Table::fits() const {
    const auto widest = widths();
    const std::size_t whole =
        std::accumulate(widest.begin(), widest.end(), gap * (widest.size() - 1));
    return style_.width == 0 || whole <= style_.width;
}

/// `column` is the first of those to be left out.
Table Table::without(std::size_t column) const {
    Table narrower = *this;
    const auto at = [column](auto& list) {
        return list.begin() + static_cast<std::ptrdiff_t>(column);
    };
    narrower.headings_.erase(at(narrower.headings_));
    for (Row& row : narrower.rows_) row.erase(at(row));
    const auto forget = [column](std::vector<std::size_t>& columns) {
        std::erase(columns, column);
        for (std::size_t& other : columns)
            if (other > column) --other;
    };
    forget(narrower.right_);
    forget(narrower.left_out_);
    return narrower;
}

std::vector<std::size_t> Table::widths() const {
    std::vector<std::size_t> widest;
    for (std::size_t column = 0; column < headings_.size(); ++column) {
        std::size_t width = style_.legend ? width_of(headings_[column]) : 0;
        for (const Row& row : rows_) width = std::max(width, width_of(row[column].text));
        widest.push_back(width);
    }
    return widest;
}

std::string Table::aligned(std::size_t last_width) const {
    const std::unique_ptr<libscols_table, Unref> table(check(scols_new_table()));
    // It would look at the environment and the terminal for the width, and cut what is wider.
    check(scols_table_set_termforce(table.get(), SCOLS_TERMFORCE_NEVER));
    // Cells are escaped already; its own escaping would escape the backslashes again.
    check(scols_table_enable_noencoding(table.get(), 1));
    check(scols_table_set_column_separator(table.get(), std::string(gap, ' ').c_str()));
    check(scols_table_enable_noheadings(table.get(), style_.legend ? 0 : 1));
    check(scols_table_enable_colors(table.get(), style_.color ? 1 : 0));
    // Whether hidden headings count for the widths differs between versions of the library.
    for (const std::string& heading : headings_)
        check(scols_table_new_column(table.get(), style_.legend ? heading.c_str() : "", 0, 0));
    for (const std::size_t column : right_)
        check(scols_column_set_flags(check(scols_table_get_column(table.get(), column)),
                                     SCOLS_FL_RIGHT));
    const std::size_t last = headings_.size() - 1;
    for (const Row& row : rows_) {
        libscols_line* line = check(scols_table_new_line(table.get(), nullptr));
        for (std::size_t column = 0; column < last; ++column)
            set(scols_line_get_cell(line, column), row[column].text, row[column].tone);
        const auto parts = wrapped(row[last].text, last_width);
        set(scols_line_get_cell(line, last), parts.front(), row[last].tone);
        for (auto part = parts.begin() + 1; part != parts.end(); ++part)
            set(scols_line_get_cell(check(scols_table_new_line(table.get(), nullptr)), last), *part,
                row[last].tone);
    }
    char* printed = nullptr;
    check(scols_print_table_to_string(table.get(), &printed));
    const std::unique_ptr<char, decltype(&std::free)> owner(printed, &std::free);
    // The last row comes without its newline.
    return std::string(printed) + '\n';
}

/// Where there are but two columns, the first names the second.
std::string Table::blocks() const {
    const bool labels = style_.legend && headings_.size() > 2;
    std::size_t label_width = 0;
    for (std::size_t column = 1; labels && column < headings_.size(); ++column)
        label_width = std::max(label_width, width_of(headings_[column]) + gap);
    const std::size_t indent = gap + label_width;
    const std::size_t room = style_.width > indent + gap ? style_.width - indent : gap;
    std::string text;
    for (const Row& row : rows_) {
        text += colored(row.front(), style_) + '\n';
        for (std::size_t column = 1; column < row.size(); ++column) {
            std::string label = labels ? lower_case(headings_[column]) : "";
            label.resize(label_width, ' ');
            for (const std::string& part : wrapped(row[column].text, room)) {
                text += std::string(gap, ' ') + label + colored({part, row[column].tone}, style_) +
                        '\n';
                label.assign(label_width, ' ');
            }
        }
    }
    return text;
}

}  // namespace jts::hot_storage::client
