/// Aligned columns, by libsmartcols. Nothing is ever cut off: a path that does not fit a terminal
/// wraps there, and is whole wherever it is copied from.
#pragma once

#include <libsmartcols/libsmartcols.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "client/console.hpp"

namespace jts::hot_storage::client {

/// Colours have a meaning, not a place: what they look like is table.cpp's.
enum class Tone { plain, good, notable, bad };

struct Cell {
    std::string text;
    Tone tone = Tone::plain;
};

class Table {
  public:
    Table(std::initializer_list<const char*> headings, const Style& style);

    /// For columns of numbers, by their indices.
    void align_right(std::initializer_list<std::size_t> columns);

    /// As many cells as headings. Control characters are escaped; an empty cell is shown as `-`,
    /// so that every row has as many words as columns.
    void add(const std::vector<Cell>& row);

    /// Complete with newlines; nothing at all without rows.
    std::string text() const;

  private:
    struct Unref {
        void operator()(libscols_table* table) const noexcept { scols_unref_table(table); }
    };
    std::unique_ptr<libscols_table, Unref> table_;
};

}  // namespace jts::hot_storage::client
