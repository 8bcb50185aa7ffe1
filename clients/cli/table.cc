#include "clients/cli/table.h"

#include <utf8proc.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace liaison::cli {
namespace {

// One code point of `text`, or a byte that begins none.
struct Glyph {
  utf8proc_int32_t point = -1;  // -1: not UTF-8
  size_t bytes = 1;
};

Glyph GlyphAt(std::string_view text, size_t at) {
  Glyph glyph;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at;
  const utf8proc_ssize_t size =
      utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size() - at), &glyph.point);
  if (size <= 0) {
    glyph.point = -1;
  } else {
    glyph.bytes = static_cast<size_t>(size);
  }
  return glyph;
}

bool TurnsText(utf8proc_int32_t point) {
  return point == 0x061c || point == 0x200e || point == 0x200f ||
         (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
}

bool BreaksLine(utf8proc_int32_t point) { return point == 0x2028 || point == 0x2029; }

bool IsSafe(utf8proc_int32_t point) {
  return point >= 0x20 && point != 0x7f && !(point >= 0x80 && point < 0xa0) && !TurnsText(point) &&
         !BreaksLine(point);
}

std::string CsvCell(const std::string& cell) {
  const bool formula =
      !cell.empty() && std::string_view("=+-@\t\r").find(cell[0]) != std::string_view::npos;
  const std::string value = formula ? absl::StrCat("'", cell) : cell;
  if (value.find_first_of(",\"\n\r") == std::string::npos) return value;
  std::string quoted = "\"";
  for (const char c : value) {
    if (c == '"') quoted.push_back('"');
    quoted.push_back(c);
  }
  return quoted + "\"";
}

std::vector<size_t> Widths(const std::vector<Row>& rows) {
  std::vector<size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], DisplayWidth(row[i]));
  }
  return widths;
}

std::string Line(const Row& row, const std::vector<size_t>& widths) {
  std::string line;
  for (size_t i = 0; i < row.size(); ++i) {
    line += row[i];
    if (i + 1 < row.size()) line.append(widths[i] - DisplayWidth(row[i]) + 2, ' ');
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

Row PrintableRow(const Row& row) {
  Row result;
  for (const std::string& cell : row) result.push_back(Printable(cell));
  return result;
}

}  // namespace

size_t DisplayWidth(std::string_view text) {
  size_t width = 0;
  for (size_t at = 0; at < text.size();) {
    const Glyph glyph = GlyphAt(text, at);
    width += glyph.point < 0 ? 1 : static_cast<size_t>(utf8proc_charwidth(glyph.point));
    at += glyph.bytes;
  }
  return width;
}

std::string Printable(std::string_view text) {
  std::string result;
  for (size_t at = 0; at < text.size();) {
    const Glyph glyph = GlyphAt(text, at);
    if (glyph.point < 0) {
      absl::StrAppendFormat(&result, "\\x%02x", static_cast<unsigned char>(text[at]));
    } else if (IsSafe(glyph.point)) {
      result.append(text.substr(at, glyph.bytes));
    } else {
      absl::StrAppendFormat(&result, "\\u{%x}", static_cast<unsigned>(glyph.point));
    }
    at += glyph.bytes;
  }
  return result;
}

std::string LayOut(const Row& headings, const std::vector<Row>& rows, bool bold_head) {
  std::vector<Row> lines = {PrintableRow(headings)};
  for (const Row& row : rows) lines.push_back(PrintableRow(row));
  const std::vector<size_t> widths = Widths(lines);
  std::string result;
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::string line = Line(lines[i], widths);
    const bool bold = bold_head && i == 0;
    absl::StrAppend(&result, bold ? "\x1b[1m" : "", line, bold ? "\x1b[0m" : "", "\n");
  }
  return result;
}

std::string CsvLine(const Row& row) {
  std::string line;
  for (size_t i = 0; i < row.size(); ++i)
    absl::StrAppend(&line, i == 0 ? "" : ",", CsvCell(row[i]));
  return line + "\n";
}

std::string Csv(const Row& headings, const std::vector<Row>& rows) {
  std::string result = CsvLine(headings);
  for (const Row& row : rows) result += CsvLine(row);
  return result;
}

}  // namespace liaison::cli
