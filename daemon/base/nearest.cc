#include "daemon/base/nearest.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"

namespace liaison::base {
namespace {

char Lower(char c) { return absl::ascii_tolower(static_cast<unsigned char>(c)); }

// Insertions, deletions and exchanges that lead from one name to the other.
size_t Distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t exchange = diagonal + (Lower(a[i - 1]) == Lower(b[j - 1]) ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, exchange});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string Nearest(std::string_view wrong, const std::set<std::string>& known) {
  std::string nearest;
  size_t least = wrong.size() / 3 + 2;
  for (const std::string& name : known) {
    if (wrong.size() >= name.size() + least) continue;  // so much must go
    const size_t distance = Distance(wrong, name);
    if (distance >= least) continue;
    least = distance;
    nearest = name;
  }
  return nearest;
}

std::string Quotable(std::string_view text) {
  if (text.size() <= kMostQuoted) return std::string(text);
  size_t size = kMostQuoted;
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
  while (size > 0 && continues(text[size])) --size;
  return std::string(text.substr(0, size)) + "...";
}

}  // namespace liaison::base
