// What was likely meant by a name that is none.
#ifndef LIAISON_DAEMON_BASE_NEAREST_H_
#define LIAISON_DAEMON_BASE_NEAREST_H_

#include <set>
#include <string>
#include <string_view>

namespace liaison::base {

// The name of `known` that the fewest changes of a character make of `wrong`, the first of several;
// empty when it takes more
// than one and a third of `wrong`. Costs the product of the lengths for each name.
std::string Nearest(std::string_view wrong, const std::set<std::string>& known);

}  // namespace liaison::base

#endif  // LIAISON_DAEMON_BASE_NEAREST_H_
