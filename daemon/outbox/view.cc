#include "daemon/outbox/view.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/payload/records.h"
#include "daemon/policy/report.h"

namespace liaison::outbox {
namespace {

using base::MakeError;
using base::Reason;

// Omitting can leave new leaves behind (a message that lost its last field), which are decided in
// turn.
constexpr int kMostRounds = 4;

struct Decided {
  std::vector<payload::Leaf> leaves;
  policy::Decision decision;
};

absl::StatusOr<Decided> Decide(const policy::Policy& policy, const policy::Facts& facts,
                               const payload::v1::Payload& payload) {
  absl::StatusOr<std::vector<payload::Leaf>> leaves = payload::Cut(payload);
  if (!leaves.ok()) {
    return MakeError(Reason::kValidationFailed, std::string(leaves.status().message()),
                     "remove what the schema does not have");
  }
  Decided decided{*std::move(leaves), {}};
  decided.decision = policy.Decide(facts, partners::FieldsOf(decided.leaves));
  return decided;
}

std::vector<std::string> Omitted(const Decided& decided) {
  std::vector<std::string> paths;
  for (size_t i = 0; i < decided.leaves.size(); ++i) {
    if (decided.decision.fields[i].action != policy::Action::kOmit) continue;
    paths.push_back(decided.leaves[i].path);
  }
  return paths;
}

// Takes out what is omitted until nothing is.
absl::StatusOr<Decided> Reduce(const policy::Policy& policy, const policy::Facts& facts,
                               payload::v1::Payload payload, Decided decided) {
  for (int round = 0; round < kMostRounds; ++round) {
    const std::vector<std::string> omitted = Omitted(decided);
    if (omitted.empty()) return decided;
    absl::StatusOr<payload::v1::Payload> rest = payload::WithoutLeaves(payload, omitted);
    if (!rest.ok()) return rest.status();
    payload = *std::move(rest);
    absl::StatusOr<Decided> next = Decide(policy, facts, payload);
    if (!next.ok()) return next.status();
    decided = *std::move(next);
    if (decided.decision.outcome != policy::Outcome::kAllow) return decided;
  }
  return absl::InternalError("omitting fields does not come to an end");
}

void SetDecision(const policy::Decision& decision, const std::vector<payload::Leaf>& leaves,
                 const policy::InForce& in_force, View& view) {
  const std::vector<policy::Field> fields = partners::FieldsOf(leaves);
  view.decision = policy::ToDesk(decision, fields, in_force);
  view.opening = policy::ToOpening(decision, fields, in_force);
}

}  // namespace

absl::StatusOr<View> DecideView(const partners::Registry& registry,
                                const partners::Partner& partner, policy::v1::Rule::Role role,
                                const partners::Frame& frame, const payload::v1::Payload& payload,
                                absl::Time now) {
  const policy::Facts facts =
      partners::FactsFor(registry, partner, policy::Direction::kOut, role, frame, payload, now);
  absl::StatusOr<Decided> decided = Decide(registry.policy(), facts, payload);
  if (!decided.ok()) return decided.status();
  View view;
  const policy::InForce in_force = partners::InForceOf(registry);
  SetDecision(decided->decision, decided->leaves, in_force, view);
  if (!view.allowed()) return view;
  absl::StatusOr<Decided> reduced = Reduce(registry.policy(), facts, payload, *std::move(decided));
  if (!reduced.ok()) return reduced.status();
  if (reduced->decision.outcome != policy::Outcome::kAllow) {
    SetDecision(reduced->decision, reduced->leaves, in_force, view);
    return view;
  }
  for (size_t i = 0; i < reduced->leaves.size(); ++i) {
    payload::Leaf& leaf = reduced->leaves[i];
    view.fields.push_back({std::move(leaf.path), std::move(leaf.value),
                           reduced->decision.fields[i].action != policy::Action::kKeep});
  }
  return view;
}

absl::Status AddPreview(const std::string& to, const View& view,
                        desk::v1::PreviewResponse& response) {
  desk::v1::Preview& preview = *response.add_previews();
  preview.set_to(to);
  *preview.mutable_decision() = view.decision;
  if (!view.allowed()) return absl::OkStatus();
  std::vector<payload::RecordView> records;
  std::vector<std::string_view> withheld;
  for (const message::SealedField& field : view.fields) {
    if (field.withhold) {
      withheld.push_back(field.path);
      preview.add_withheld(field.path);
    } else {
      records.push_back({field.path, field.value});
    }
  }
  absl::StatusOr<payload::Merged> merged = payload::Merge(records, withheld, false);
  if (!merged.ok()) return merged.status();
  *preview.mutable_view() = std::move(merged->payload);
  return absl::OkStatus();
}

absl::Status DecideAgain(const partners::Registry& registry, const partners::Partner& partner,
                         policy::v1::Rule::Role role, const exchange::v1::Envelope& envelope,
                         const payload::v1::Payload& original, absl::Time now,
                         audit::v1::DecisionOpening& opening) {
  const absl::StatusOr<message::StoredBody> body = message::ReadStored(envelope);
  if (!body.ok()) return body.status();
  const policy::Facts facts = partners::FactsFor(registry, partner, policy::Direction::kOut, role,
                                                 partners::FrameOf(body->statement), original, now);
  absl::StatusOr<std::vector<payload::Leaf>> leaves =
      partners::SentLeaves(envelope, body->merged.payload);
  if (!leaves.ok()) return leaves.status();
  const size_t sent = leaves->size();
  for (const exchange::v1::WithheldLeaf& withheld : envelope.withheld()) {
    payload::Leaf leaf;
    leaf.path = withheld.path();
    leaf.schema_path = payload::WithoutPositions(withheld.path());
    const absl::StatusOr<payload::PathInfo> info = payload::Describe(leaf.schema_path);
    if (!info.ok()) return info.status();
    leaf.sens = info->sens;
    leaves->push_back(std::move(leaf));
  }
  const std::vector<policy::Field> fields = partners::FieldsOf(*leaves);
  policy::Decision decision = registry.policy().Decide(facts, fields);
  for (size_t i = 0; i < decision.fields.size(); ++i) {
    const policy::Action most = i < sent ? policy::Action::kKeep : policy::Action::kWithhold;
    if (decision.outcome != policy::Outcome::kAllow || decision.fields[i].action <= most) continue;
    decision.outcome = policy::Outcome::kDeny;
    decision.reason = Reason::kPolicyDenied;
    decision.step = policy::Step::kFields;
    decision.missing = absl::StrCat("a field that was sealed may not go any more: ",
                                    std::string(fields[i].schema_path));
    decision.rules = {std::string(decision.fields[i].rule)};
  }
  if (decision.outcome == policy::Outcome::kHold) {  // more persons than have released it
    decision.outcome = policy::Outcome::kDeny;
    decision.reason = Reason::kPolicyDenied;
  }
  opening = policy::ToOpening(decision, fields, partners::InForceOf(registry));
  return policy::ToStatus(policy::ToDesk(opening));
}

}  // namespace liaison::outbox
