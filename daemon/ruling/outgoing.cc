#include "daemon/ruling/outgoing.h"

#include <algorithm>
#include <utility>

#include "daemon/base/error.h"
#include "daemon/policy/labels.h"
#include "daemon/ruling/facts.h"

namespace liaison::ruling {
namespace {

// Omitting can leave new leaves behind (a message that lost its last field), which are decided in
// turn.
constexpr int kMostRounds = 4;

std::vector<std::string> Omitted(const Ruled& ruled) {
  std::vector<std::string> paths;
  for (size_t i = 0; i < ruled.leaves.size(); ++i) {
    if (ruled.decision.fields[i].action != policy::Action::kOmit) continue;
    paths.push_back(ruled.leaves[i].path);
  }
  return paths;
}

// D-14, D-17: what the labels of a message speak of goes with it, or it stays here.
void MarkWhatLabelsNeed(const payload::v1::Handling& handling, std::vector<payload::Leaf>& leaves) {
  const bool instructions = policy::AskForInstructions(handling);
  const bool names = policy::EffectiveTlp(handling) == payload::v1::Tlp::RED;
  for (payload::Leaf& leaf : leaves) {
    if (instructions && leaf.schema_path == policy::kInstructionsPath) leaf.needed = true;
    if (names && leaf.schema_path == policy::kRecipientsPath) leaf.needed = true;
  }
}

}  // namespace

absl::StatusOr<Ruled> Rule(const policy::Policy& policy, const policy::Facts& facts,
                           const payload::v1::Payload& payload) {
  absl::StatusOr<std::vector<payload::Leaf>> leaves = payload::Cut(payload);
  if (!leaves.ok()) {
    return base::MakeError(base::Reason::kValidationFailed, std::string(leaves.status().message()),
                           "remove what the schema does not have");
  }
  MarkWhatLabelsNeed(facts.handling, *leaves);
  Ruled ruled{*std::move(leaves), {}};
  ruled.decision = policy.Decide(facts, FieldsOf(ruled.leaves));
  return ruled;
}

absl::StatusOr<Ruled> Reduce(
    payload::v1::Payload payload, Ruled whole,
    absl::FunctionRef<absl::StatusOr<Ruled>(const payload::v1::Payload& payload)> rule) {
  for (int round = 0; round < kMostRounds; ++round) {
    const std::vector<std::string> omitted = Omitted(whole);
    if (omitted.empty()) return whole;
    absl::StatusOr<payload::v1::Payload> rest = payload::WithoutLeaves(payload, omitted);
    if (!rest.ok()) return rest.status();
    payload = *std::move(rest);
    absl::StatusOr<Ruled> next = rule(payload);
    if (!next.ok()) return next.status();
    whole = *std::move(next);
    if (whole.decision.outcome == policy::Outcome::kDeny) return whole;
  }
  return absl::InternalError("omitting fields does not come to an end");
}

}  // namespace liaison::ruling
