// Where two policies decide differently: every case of their finite domain, decided under both.
#ifndef LIAISON_DAEMON_POLICY_DIFFERENCE_H_
#define LIAISON_DAEMON_POLICY_DIFFERENCE_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "daemon/policy/policy.h"

namespace liaison::policy {

inline constexpr size_t kMostKinds = 200'000;  // of cases, in one region

struct FieldDifference {
  std::string path;
  // FateName, by itself, and behind a fate with which it does not go what it takes along of its
  // bond. Of an incoming message and of an opening "accepted", "refused" or what it is held for.
  std::string before, after;
  friend auto operator<=>(const FieldDifference&, const FieldDifference&) = default;
};

// Cases that change in one and the same way.
struct Difference {
  std::string before,
      after;  // "ALLOW", "DENY at forbid: no-alerts", "HOLD for 2 persons within 4h0m0s" ...
  std::vector<FieldDifference> fields;  // that change, in order of path; when both let it pass
  // Fact and the values for which it happens; facts that make no difference are left out. Of an
  // outgoing message last what it has: "with" one of these fields, "without" all of these. "a|b
  // with c|d": a or b, and in the same element of a list c or d. They are those that deny the
  // message under one of the policies when they do not go: needed ones, what takes a needed one
  // along by its bond, and what labels need (TLP:RED, handling code C, Europol H3).
  std::vector<std::pair<std::string, std::vector<std::string>>> where;
  uint64_t cases = 0;
};

struct Comparison {
  // In order of partner, direction and type; last those of derogations, which are not of cases but
  // of a rule.
  std::vector<Difference> differences;
  uint64_t cases = 0;  // all there are; those that only shared rules meet are not decided twice
};

// Exact: what no difference names is decided alike, and what is said of a message happens to it.
// But
// - a message of which no field goes is denied (D-11), though "ALLOW" or "HOLD" is said of it:
//   FieldDifference names what does not go;
// - "HOLD" is said where a rule with `carries` would hold one of the fields that the message can
//   have; without that field it may be ALLOW;
// - a message inside that has no field set is a leaf, too, and is not compared;
// - of what is passed on, what the rules say of each field; what the daemon withholds beside that
//   (changed fields, the rest of a bond or a person) is not told, and openings of it, of which none
//   is made, are not compared.
// A partner is taken to have a match key. Cases ask for no derogation; which rules allow one is
// compared beside them.
// Errors: VALIDATION_FAILED when one of the files is no policy; TOO_LARGE when more than
// `most_kinds` of cases must be decided in one region.
absl::StatusOr<Comparison> Compare(const v1::PolicyFile& before, const v1::PolicyFile& after,
                                   std::string_view own_agency, PathLookup find_path,
                                   LeavesOf leaves_of, size_t most_kinds = kMostKinds);

}  // namespace liaison::policy

#endif  // LIAISON_DAEMON_POLICY_DIFFERENCE_H_
