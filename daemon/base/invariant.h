// Crashes on our own mistakes, and on nothing else: input, disk and network get a Status.
#ifndef LIAISON_DAEMON_BASE_INVARIANT_H_
#define LIAISON_DAEMON_BASE_INVARIANT_H_

#include <string_view>

namespace liaison::base {

[[noreturn]] void InvariantFailed(std::string_view what, const char* file, int line);

// `what` names the broken assumption; it must hold no data of a message. The caller's place comes
// from the compiler: clang 14 has no std::source_location.
inline void Invariant(bool holds, std::string_view what, const char* file = __builtin_FILE(),
                      int line = __builtin_LINE()) {
  if (!holds) InvariantFailed(what, file, line);
}

}  // namespace liaison::base

#endif  // LIAISON_DAEMON_BASE_INVARIANT_H_
