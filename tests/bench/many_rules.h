// A decision on 100 fields under a large policy: of 50 partners and 500 rules, or of ten times as
// many.
#ifndef LIAISON_TESTS_BENCH_MANY_RULES_H_
#define LIAISON_TESTS_BENCH_MANY_RULES_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "daemon/payload/records.h"
#include "daemon/policy/policy.h"

namespace liaison::bench {

inline constexpr int kManyPartners = 50;
inline constexpr int kRulesEach = 10;
inline constexpr size_t kManyFields = 100;

// A policy in which ten rules of one partner, six of them permits, apply to a message of `type`;
// each names classes and the paths of some of `leaves`. Every partner has ten.
absl::StatusOr<std::shared_ptr<const policy::Policy>> PolicyOfManyRules(
    int partners, payload::v1::MessageType type, absl::Span<const payload::Leaf> leaves);

// What that policy allows, to one of its first kManyPartners.
policy::Facts FactsForManyRules(payload::v1::MessageType type, absl::Time now);

// `leaves` again and again, until there are as many.
std::vector<policy::Field> ManyFields(absl::Span<const payload::Leaf> leaves);

}  // namespace liaison::bench

#endif  // LIAISON_TESTS_BENCH_MANY_RULES_H_
