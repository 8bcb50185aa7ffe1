// A policy compiled for deciding: agreements by id, rules by direction, partner and type.
#ifndef LIAISON_DAEMON_POLICY_RULES_H_
#define LIAISON_DAEMON_POLICY_RULES_H_

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "daemon/policy/fates.h"
#include "daemon/policy/policy.h"
#include "daemon/policy/terms.h"
#include "daemon/policy/validity.h"

namespace liaison::policy {

// One agreement.
struct Instrument {
  v1::Agreement proto;
  Period period;
};

// One rule.
struct Clause {
  v1::Rule proto;
  size_t rank = 0;  // in order of id
  FieldMatrix fields;
  Terms terms;
  std::optional<Terms> derogation;  // what is asked for where it is set aside; none: it never is
};

// Rules that can apply to one direction, partner and type, in order of id.
using Clauses = std::vector<const Clause*>;

struct Policy::Rep {
  std::string id;
  uint64_t version = 0;
  absl::flat_hash_map<std::string, Instrument> agreements;

  // REQUIRES: a checked policy.
  explicit Rep(const v1::Policy& policy);
  Rep(const Rep&) = delete;
  Rep& operator=(const Rep&) = delete;

  Clauses Find(v1::Rule::Effect effect, const Facts& facts) const;
  // The rule of this id when it may be set aside; null otherwise.
  const Clause* FindDerogable(std::string_view rule_id) const;
  const PathIndex& paths() const { return paths_; }

 private:
  // Rules that name any partner or any type stand under "" and 0.
  using Kind = std::array<int, 3>;  // v1::Rule::Effect, v1::Rule::Direction, MessageType
  using ByKind = absl::flat_hash_map<Kind, Clauses>;

  void Add(const Clause& clause);

  google::protobuf::RepeatedPtrField<v1::Quota> quotas_;  // what terms point into
  PathIndex paths_;
  std::vector<std::unique_ptr<const Clause>> clauses_;
  absl::flat_hash_map<std::string, ByKind> index_;  // by partner
};

}  // namespace liaison::policy

#endif  // LIAISON_DAEMON_POLICY_RULES_H_
