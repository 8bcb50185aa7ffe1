#include "daemon/base/invariant.h"

#include <cstdio>
#include <cstdlib>

namespace liaison::base {

void InvariantFailed(std::string_view what, const char* file, int line) {
  std::fprintf(stderr, "broken invariant at %s:%d: %.*s\n", file, line,
               static_cast<int>(what.size()), what.data());
  std::abort();
}

}  // namespace liaison::base
