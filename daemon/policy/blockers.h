// Which fields keep a message back when they do not go: those that it needs, and those whose bond
// takes a needed one along. For the comparison of policies (difference.h), which knows what a
// message can have and not what it has.
#ifndef LIAISON_DAEMON_POLICY_BLOCKERS_H_
#define LIAISON_DAEMON_POLICY_BLOCKERS_H_

#include <set>
#include <string>
#include <vector>

#include "daemon/policy/policy.h"

namespace liaison::policy {

struct Blocker {
  std::string path;  // of a field that does not go
  // What makes it one, when the message has that, too: a needed field of its bond (in one and the
  // same element of a list), or a label. Empty: it is needed itself.
  std::string beside;
  friend auto operator<=>(const Blocker&, const Blocker&) = default;
};
// A message is kept back when it has one of them.
using Blockers = std::set<Blocker>;

// Those of `some` that say more when no message with one of `known` is meant.
Blockers Without(const Blockers& some, const Blockers& known);
Blockers Union(const Blockers& some, const Blockers& more);
// Each as one text, those that are beside the same in one: "a.lang|a.text with a.grade".
std::vector<std::string> InWords(const Blockers& blockers);

// The needs of messages that have some of these fields.
class Needs {
 public:
  explicit Needs(const std::vector<Field>& fields);

  // The needs of labels, too (D-14, D-17): of instructions always, since no case speaks of handling
  // codes. REQUIRES: one fate for each field, decided by itself.
  Blockers Unmet(const Facts& facts, const std::vector<FieldFate>& fates) const;

 private:
  struct Watched {
    size_t field;
    bool at_red_alone;
    std::string path;
    std::vector<Blocker> blockers;
  };

  std::vector<Watched> watched_;
};

}  // namespace liaison::policy

#endif  // LIAISON_DAEMON_POLICY_BLOCKERS_H_
