// Which cases of a region must be decided to compare two policies: one for each kind of them.
#ifndef LIAISON_DAEMON_POLICY_KINDS_H_
#define LIAISON_DAEMON_POLICY_KINDS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "daemon/policy/domain.h"

namespace liaison::policy {

// Cases of one region for which the same rules apply under the same agreements, so that each policy
// decides them alike.
struct Kind {
  std::string holds;             // as MaskOf; of every axis
  std::vector<size_t> deciding;  // choices of the axes that decide beside them
  friend auto operator<=>(const Kind&, const Kind&) = default;
};
struct Cases {
  uint64_t count = 0;
  std::vector<std::set<size_t>> choices;  // of each axis
  std::vector<size_t> example;            // one of the cases: a choice of each axis
};
using Kinds = std::map<Kind, Cases>;
// Adds the cases of `more`.
void Join(const Cases& more, Cases& all);

// What only one of two policies has: where none of it applies, both decide alike.
class Changes {
 public:
  Changes(const v1::Policy& before, const v1::Policy& after);

  bool Have(const v1::Agreement& agreement) const;
  bool Have(const v1::Rule& rule) const;

 private:
  std::map<std::string, int> holders_;  // how many of the policies have it; ids are unique in each
  std::set<std::string> quotas_;        // ids of those that are another one
};

// The kinds that something decides which one policy has alone. Nothing when they are more than
// `most`.
std::optional<Kinds> TouchedKinds(const Region& region, const Changes& changes, size_t most);

}  // namespace liaison::policy

#endif  // LIAISON_DAEMON_POLICY_KINDS_H_
