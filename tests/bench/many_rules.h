// A decision under a large policy: 50 partners, 500 rules, 100 fields.
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
inline constexpr int kManyRules = 500;
inline constexpr size_t kManyFields = 100;

// A policy in which ten rules of one partner, six of them permits, apply to a message of `type`;
// each names classes and the paths of some of `leaves`.
absl::StatusOr<std::shared_ptr<const policy::Policy>> PolicyOfManyRules(
    payload::v1::MessageType type, absl::Span<const payload::Leaf> leaves);

// What that policy allows, to one of its partners.
policy::Facts FactsForManyRules(payload::v1::MessageType type, absl::Time now);

// `leaves` again and again, until there are as many.
std::vector<policy::Field> ManyFields(absl::Span<const payload::Leaf> leaves);

}  // namespace liaison::bench

#endif  // LIAISON_TESTS_BENCH_MANY_RULES_H_
