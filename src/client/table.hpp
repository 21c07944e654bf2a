/// Aligned columns, by libsmartcols. No cell is ever cut off. Where a terminal is too narrow the
/// last column's words go on on further lines; where that is not enough each row becomes a block of
/// lines, one for each cell, under the first.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <vector>

#include "client/console.hpp"

namespace jts::hot_storage::client {

/// Colours and symbols have a meaning, not a place: what they look like is table.cpp's.
enum class Tone { plain, good, notable, bad, added, altered };

struct Cell {
    std::string text;
    Tone tone = Tone::plain;
};

class Table {
  public:
    Table(std::initializer_list<const char*> headings, const Style& style);

    /// For columns of numbers, by their indices.
    void align_right(std::initializer_list<std::size_t> columns);

    /// On a terminal that is too narrow these columns go, in this order, until the rest fits; where
    /// it does not even then, all are shown, in blocks.
    void leave_out_where_narrow(std::initializer_list<std::size_t> columns);

    /// As many cells as headings. Control characters are escaped; an empty cell is shown as `-`,
    /// so that every row has as many words as columns.
    void add(const std::vector<Cell>& row);

    /// Complete with newlines; nothing at all without rows.
    std::string text() const;

  private:
    /// A row as it is shown: escaped, with its symbols.
    using Row = std::vector<Cell>;

    std::vector<std::size_t> widths() const;
    bool fits() const;
    Table without(std::size_t column) const;
    std::string aligned(std::size_t last_width) const;
    std::string blocks() const;

    std::vector<std::string> headings_;
    std::vector<std::size_t> right_;
    std::vector<std::size_t> left_out_;  ///< where narrow, in this order
    std::vector<Row> rows_;
    Style style_;
};

}  // namespace jts::hot_storage::client
