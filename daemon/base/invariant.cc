#include "daemon/base/invariant.h"

#include <cstdio>
#include <cstdlib>

namespace liaison::base {

void InvariantFailed(std::string_view what, std::source_location where) {
  std::fprintf(stderr, "broken invariant at %s:%u: %.*s\n", where.file_name(), where.line(),
               static_cast<int>(what.size()), what.data());
  std::abort();
}

}  // namespace liaison::base
