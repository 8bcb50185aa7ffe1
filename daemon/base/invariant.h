// Crashes on our own mistakes, and on nothing else: input, disk and network get a Status.
#ifndef LIAISON_DAEMON_BASE_INVARIANT_H_
#define LIAISON_DAEMON_BASE_INVARIANT_H_

#include <source_location>
#include <string_view>

namespace liaison::base {

[[noreturn]] void InvariantFailed(std::string_view what, std::source_location where);

// `what` names the broken assumption; it must hold no data of a message.
inline void Invariant(bool holds, std::string_view what,
                      std::source_location where = std::source_location::current()) {
  if (!holds) InvariantFailed(what, where);
}

}  // namespace liaison::base

#endif  // LIAISON_DAEMON_BASE_INVARIANT_H_
