#include "daemon/outbox/view.h"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/journal/duties.h"
#include "daemon/outbox/changes.h"
#include "daemon/outbox/forward.h"
#include "daemon/partners/passed_on.h"
#include "daemon/payload/records.h"
#include "daemon/policy/decided_on.h"
#include "daemon/policy/report.h"
#include "daemon/ruling/outgoing.h"

namespace liaison::outbox {
namespace {

using base::MakeError;
using base::Reason;

// What is decided on, beside the payload that goes.
struct Matter {
  const Sending& sending;
  policy::Facts facts;
  std::optional<Forward> forward;  // of a FORWARDED_ITEM
};

absl::StatusOr<Matter> MatterOf(const Sending& sending, const payload::v1::Payload& payload) {
  const auto facts_of = [&](const payload::v1::Payload& one) {
    policy::Facts facts =
        partners::FactsFor(sending.registry, sending.partner, policy::Direction::kOut, sending.role,
                           sending.frame, one, sending.now);
    facts.releases = sending.releases;
    return facts;
  };
  if (!payload.has_forwarded_item()) return Matter{sending, facts_of(payload), std::nullopt};
  Forward forward(sending.registry, payload, sending.now);
  if (sending.forward != nullptr) {
    if (absl::Status chosen = forward.Choose(*sending.forward); !chosen.ok()) return chosen;
  }
  policy::Facts facts = forward.Facts(facts_of);
  return Matter{sending, std::move(facts), std::move(forward)};
}

// A ruling on what goes, and on what is inside a message that is passed on.
absl::StatusOr<ruling::Ruled> Decide(const Matter& matter, const payload::v1::Payload& payload) {
  const Sending& sending = matter.sending;
  const policy::Policy& policy = sending.registry.policy();
  absl::StatusOr<ruling::Ruled> ruled = ruling::Rule(policy, matter.facts, payload);
  if (!ruled.ok()) return ruled;
  if (matter.forward) {
    ruled->leaves = matter.forward->Leaves(std::move(ruled->leaves));
    ruled->decision = policy.Decide(matter.facts, partners::FieldsOf(ruled->leaves));
  }
  if (matter.forward) {
    matter.forward->Settle(sending.frame, sending.partner.proto.id(), ruled->leaves,
                           ruled->decision);
  }
  return ruled;
}

absl::StatusOr<std::vector<message::SealedField>> MakeValues(const Matter& matter,
                                                             const ruling::Ruled& decided) {
  const Sending& sending = matter.sending;
  const Changes changes({sending.partner, sending.mac_key, sending.conversation,
                         sending.created.value_or(sending.now), decided.leaves});
  std::vector<message::SealedField> fields;
  fields.reserve(decided.leaves.size());
  size_t leaves = 0;
  bool inside = false;
  for (size_t i = 0; i < decided.leaves.size(); ++i) {
    if (partners::IsInside(decided.leaves[i])) {  // all of them are one field
      if (!inside) fields.push_back(matter.forward->Seal(decided.leaves, decided.decision));
      inside = true;
      continue;
    }
    absl::StatusOr<message::SealedField> field =
        changes.Apply(decided.leaves[i], decided.decision.fields[i]);
    if (!field.ok()) return field.status();
    leaves += field->changed ? 2 : 1;
    fields.push_back(*std::move(field));
  }
  if (leaves <= payload::kMaxRecords) return fields;
  return MakeError(Reason::kTooLarge, "more than 200000 fields, those that are changed count twice",
                   "send it in parts");
}

// Each leaf as it stands in the body that was sealed.
std::vector<SealedLeaf> SealedLeaves(const std::vector<payload::Leaf>& sent,
                                     const message::StoredBody& body) {
  const absl::Time created = absl::FromUnixSeconds(body.statement.created().seconds());
  std::map<std::string_view, payload::Kind> kinds;
  for (const auto& changed : body.merged.changed) kinds[changed.path] = changed.kind;
  std::vector<SealedLeaf> sealed;
  sealed.reserve(sent.size());
  for (const payload::Leaf& leaf : sent) {
    SealedLeaf& one = sealed.emplace_back();
    const auto kind = kinds.find(leaf.path);
    if (kind == kinds.end()) continue;
    one.kind = kind->second;
    one.text = payload::TextOf(leaf.value).value_or("");
    one.reckoning = ReckoningOf(leaf, sent, created);
  }
  return sealed;
}

// Denies when a leaf shows more than its fate lets go now.
void DenyWhatShowsMore(const std::vector<SealedLeaf>& sealed,
                       const std::vector<policy::Field>& fields, policy::Decision& decision) {
  for (size_t i = 0; i < decision.fields.size(); ++i) {
    if (IsWithin(sealed[i], decision.fields[i])) continue;
    decision.outcome = policy::Outcome::kDeny;
    decision.reason = Reason::kPolicyDenied;
    decision.step = policy::Step::kFields;
    decision.missing = absl::StrCat("a field that was sealed may not go any more: ",
                                    std::string(fields[i].schema_path));
    decision.rules = {std::string(decision.fields[i].rule)};
    return;
  }
}

// Denies when the partner may keep it longer than is allowed now.
void DenyWhatIsKeptTooLong(const exchange::v1::Statement& statement, policy::Decision& decision) {
  if (decision.retention == absl::InfiniteDuration()) return;
  const std::string& delete_by = statement.handling().delete_by();
  const absl::Time created = absl::FromUnixSeconds(statement.created().seconds());
  if (journal::KeepUntil(delete_by, created, decision.retention) == delete_by) return;
  decision.outcome = policy::Outcome::kDeny;
  decision.reason = Reason::kPolicyDenied;
  decision.step = policy::Step::kObligations;
  decision.missing = "a date of deletion that is early enough was not sealed with it";
}

// Adds the leaves of which nothing was sent.
absl::Status AddWithheld(const exchange::v1::Envelope& envelope, std::vector<payload::Leaf>& leaves,
                         std::vector<SealedLeaf>& sealed) {
  std::set<std::string, std::less<>> sent;
  for (const payload::Leaf& leaf : leaves) sent.insert(leaf.path);
  for (const exchange::v1::WithheldLeaf& withheld : envelope.withheld()) {
    if (sent.contains(withheld.path())) continue;  // the original of a changed one
    payload::Leaf leaf;
    leaf.path = withheld.path();
    leaf.schema_path = payload::WithoutPositions(withheld.path());
    const absl::StatusOr<payload::PathInfo> info = payload::Describe(leaf.schema_path);
    if (!info.ok()) return info.status();
    leaf.sens = info->sens;
    leaf.part = info->part;
    leaf.text = info->text;
    leaves.push_back(std::move(leaf));
    sealed.emplace_back().withheld = true;
  }
  return absl::OkStatus();
}

}  // namespace

void SetDecision(const policy::Decision& decision, const std::vector<policy::Field>& fields,
                 const policy::InForce& in_force, View& view) {
  view.decision = policy::ToDesk(decision, fields, in_force);
  view.opening = policy::ToOpening(decision, fields, in_force);
  const bool denied = decision.outcome == policy::Outcome::kDeny;
  view.release = denied ? std::nullopt : decision.release;
  view.quotas = denied ? std::vector<policy::v1::Quota>() : decision.quotas;
  view.retention = denied ? absl::InfiniteDuration() : decision.retention;
  view.notice = !denied && decision.notice;
}

absl::StatusOr<View> DecideView(const Sending& sending, const payload::v1::Payload& payload) {
  const absl::StatusOr<Matter> matter = MatterOf(sending, payload);
  if (!matter.ok()) return matter.status();
  const auto decide = [&](const payload::v1::Payload& one) { return Decide(*matter, one); };
  absl::StatusOr<ruling::Ruled> decided = decide(payload);
  if (!decided.ok()) return decided.status();
  View view;
  const policy::InForce in_force = partners::InForceOf(sending.registry);
  SetDecision(decided->decision, partners::FieldsOf(decided->leaves), in_force, view);
  const bool whole = !payload.has_forwarded_item();  // its facts are more than DecidedOn holds
  if (whole && (!view.allowed() || !view.quotas.empty())) {
    view.decided_on = policy::DecidedOnBytes(matter->facts, partners::FieldsOf(decided->leaves));
  }
  if (!view.allowed()) view.opening.set_decided_on(view.decided_on);
  if (view.denied()) return view;
  absl::StatusOr<ruling::Ruled> reduced = ruling::Reduce(payload, *std::move(decided), decide);
  if (!reduced.ok()) return reduced.status();
  if (reduced->decision.outcome == policy::Outcome::kDeny) {
    const std::vector<policy::Field> left = partners::FieldsOf(reduced->leaves);
    SetDecision(reduced->decision, left, in_force, view);
    if (whole) view.opening.set_decided_on(policy::DecidedOnBytes(matter->facts, left));
    return view;
  }
  absl::StatusOr<std::vector<message::SealedField>> fields = MakeValues(*matter, *reduced);
  if (!fields.ok()) return fields.status();
  view.fields = *std::move(fields);
  return view;
}

void DenySpent(std::string_view quota, std::string_view limit, View& view) {
  for (const policy::v1::Quota& one : view.quotas) {
    if (one.id() != quota) continue;
    policy::DenySpent(one, limit, view.decision);
    policy::DenySpent(one, limit, view.opening);
  }
  view.opening.set_decided_on(view.decided_on);
  view.notice = true;
  view.fields.clear();
}

Again AgainOf(policy::Decision decision, const std::vector<policy::Field>& fields,
              const policy::InForce& in_force, const exchange::v1::Statement& statement) {
  if (decision.outcome == policy::Outcome::kAllow) DenyWhatIsKeptTooLong(statement, decision);
  return {policy::ToOpening(decision, fields, in_force), decision.notice};
}

void DenyWhatNobodyReleased(policy::Decision& decision) {
  if (decision.outcome != policy::Outcome::kHold) return;
  decision.outcome = policy::Outcome::kDeny;
  decision.reason = Reason::kPolicyDenied;
}

absl::Status DecideAgain(const SealedEarlier& earlier, Again& again) {
  const absl::StatusOr<message::StoredBody> body = message::ReadStored(earlier.envelope);
  if (!body.ok()) return body.status();
  const partners::Frame frame = partners::FrameOf(body->statement, earlier.draft.derogations());
  const auto facts_of = [&](const payload::v1::Payload& one) {
    policy::Facts facts =
        partners::FactsFor(earlier.registry, earlier.partner, policy::Direction::kOut,
                           earlier.draft.role(), frame, one, earlier.now);
    facts.releases = earlier.releases;
    return facts;
  };
  absl::StatusOr<std::vector<payload::Leaf>> leaves =
      partners::SentLeaves(earlier.envelope, body->merged.payload);
  if (!leaves.ok()) return leaves.status();
  std::optional<Forward> forward;  // the part of it that was sealed
  const payload::v1::Payload& original = earlier.draft.payload();
  if (original.has_forwarded_item()) {
    forward.emplace(earlier.registry, body->merged.payload, earlier.now);
    *leaves = forward->Leaves(*std::move(leaves));
  }
  const policy::Facts facts = forward
                                  ? Forward(earlier.registry, original, earlier.now).Facts(facts_of)
                                  : facts_of(original);
  const policy::InForce in_force = partners::InForceOf(earlier.registry);
  if (!forward) {  // of what is passed on only what was chosen is decided on
    absl::StatusOr<ruling::Ruled> drafted =
        ruling::Rule(earlier.registry.policy(), facts, original);
    if (!drafted.ok()) return drafted.status();
    if (drafted->decision.outcome == policy::Outcome::kDeny) {
      again = AgainOf(std::move(drafted->decision), partners::FieldsOf(drafted->leaves), in_force,
                      body->statement);
      return policy::ToStatus(policy::ToDesk(again.opening));
    }
  }
  std::vector<SealedLeaf> sealed = SealedLeaves(*leaves, *body);
  const absl::Status added = AddWithheld(earlier.envelope, *leaves, sealed);
  if (!added.ok()) return added;
  const std::vector<policy::Field> fields = partners::FieldsOf(*leaves);
  policy::Decision decision = earlier.registry.policy().Decide(facts, fields);
  DenyWhatNobodyReleased(decision);
  if (forward) forward->Settle(frame, earlier.partner.proto.id(), *leaves, decision);
  if (decision.outcome == policy::Outcome::kAllow) DenyWhatShowsMore(sealed, fields, decision);
  again = AgainOf(std::move(decision), fields, in_force, body->statement);
  return policy::ToStatus(policy::ToDesk(again.opening));
}

}  // namespace liaison::outbox
