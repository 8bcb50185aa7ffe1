// Text for people and spreadsheets: columns that line up in every script, and nothing that a
// terminal or a spreadsheet would obey.
#ifndef LIAISON_CLIENTS_CLI_TABLE_H_
#define LIAISON_CLIENTS_CLI_TABLE_H_

#include <string>
#include <string_view>
#include <vector>

namespace liaison::cli {

// Columns that `text` takes on a terminal: combining marks take none, CJK takes two.
size_t DisplayWidth(std::string_view text);

// `text` with everything that a terminal would act on made visible: control characters (C0, C1,
// DEL) and those that turn the direction of text as \u{..}, bytes that are not UTF-8 as \x... Tab
// and line feed too.
std::string Printable(std::string_view text);

using Row = std::vector<std::string>;

// Borderless, two spaces between columns, no spaces at the ends of lines. Cells are made printable.
// `bold_head` writes the headings bold.
std::string LayOut(const Row& headings, const std::vector<Row>& rows, bool bold_head);

// One line of Csv().
std::string CsvLine(const Row& row);

// RFC 4180 with line feeds. A value that a spreadsheet would take for a formula (= + - @, tab or
// carriage return in front) gets an apostrophe in front.
std::string Csv(const Row& headings, const std::vector<Row>& rows);

}  // namespace liaison::cli

#endif  // LIAISON_CLIENTS_CLI_TABLE_H_
