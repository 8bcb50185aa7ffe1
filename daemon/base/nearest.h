// What was likely meant by a name that is none, and how much of it is said.
#ifndef LIAISON_DAEMON_BASE_NEAREST_H_
#define LIAISON_DAEMON_BASE_NEAREST_H_

#include <set>
#include <string>
#include <string_view>

namespace liaison::base {

// The name of `known` that the fewest changes of a character make of `wrong`, whatever the case of
// its letters, the first of several; empty when it takes more than one and a third of `wrong`.
// Costs the product of the lengths for each name of about its length.
std::string Nearest(std::string_view wrong, const std::set<std::string>& known);

inline constexpr size_t kMostQuoted = 60;  // bytes

// What was written, to be told to whoever wrote it: cut, with "..." behind it, when it is longer
// than kMostQuoted. `text` is UTF-8, and so is the result.
std::string Quotable(std::string_view text);

}  // namespace liaison::base

#endif  // LIAISON_DAEMON_BASE_NEAREST_H_
