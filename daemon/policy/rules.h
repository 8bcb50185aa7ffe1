// A policy compiled for deciding: agreements by id, rules by direction, partner and type.
#ifndef LIAISON_DAEMON_POLICY_RULES_H_
#define LIAISON_DAEMON_POLICY_RULES_H_

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "daemon/policy/fates.h"
#include "daemon/policy/policy.h"
#include "daemon/policy/validity.h"

namespace liaison::policy {

// One agreement.
struct Instrument {
  v1::Agreement proto;
  Period period;
};

// One rule.
struct Clause {
  explicit Clause(const v1::Rule& rule);

  v1::Rule proto;
  FieldMatrix fields;
  std::vector<std::string> obligations;  // in words; none of them can be fulfilled in this version
};

// Rules that can apply to one direction, partner and type, each list in order of id.
struct Candidates {
  std::vector<const Clause*> forbids;
  std::vector<const Clause*> permits;
};

struct Policy::Rep {
  std::string id;
  uint64_t version = 0;
  absl::flat_hash_map<std::string, Instrument> agreements;
  std::vector<std::unique_ptr<const Clause>> clauses;  // in order of id

  // FORBIDs that name any partner or any type stand under "" and 0.
  using Kind = std::pair<int, int>;  // v1::Rule::Direction, MessageType
  absl::flat_hash_map<std::string, absl::flat_hash_map<Kind, Candidates>> index;

  // REQUIRES: a checked policy.
  explicit Rep(const v1::Policy& policy);

  // In order of id.
  std::vector<const Clause*> Forbids(const Facts& facts) const;
  const std::vector<const Clause*>& Permits(const Facts& facts) const;

 private:
  const Candidates& Find(std::string_view partner, Kind kind) const;
  void Add(const Clause& clause);
};

// Whether the conditions of a rule beside direction, partner and type hold. For what fails, words
// are added.
bool Applies(const Clause& clause, const Facts& facts, std::vector<std::string>& failed);

// True when the list holds the number.
bool Holds(const google::protobuf::RepeatedField<int>& list, int number);

}  // namespace liaison::policy

#endif  // LIAISON_DAEMON_POLICY_RULES_H_
