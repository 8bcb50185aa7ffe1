#include "daemon/outbox/forward.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/message/body.h"
#include "daemon/message/embedded.h"
#include "daemon/policy/labels.h"
#include "daemon/policy/onward.h"

namespace liaison::outbox {
namespace {

using partners::IsInside;
using partners::PathInside;
using policy::Action;

constexpr std::string_view kBondRule = "builtin:bond";

// The original, as it is kept.
exchange::v1::Envelope EnvelopeOf(const payload::v1::Payload& payload) {
  exchange::v1::Envelope envelope;
  envelope.ParseFromString(payload.forwarded_item().original());  // was opened before
  return envelope;
}

bool GoesInside(const payload::Leaf& leaf, const policy::Fate& fate) {
  return IsInside(leaf) && fate.action == Action::kKeep;
}

// Paths of the original, into `leaves`.
std::set<std::string_view> GoingInside(const std::vector<payload::Leaf>& leaves,
                                       const policy::Decision& decision) {
  std::set<std::string_view> going;
  for (size_t i = 0; i < leaves.size(); ++i) {
    if (GoesInside(leaves[i], decision.fields[i])) going.insert(PathInside(leaves[i]));
  }
  return going;
}

}  // namespace

Forward::Forward(const partners::Registry& registry, const payload::v1::Payload& payload,
                 absl::Time now)
    : payload_(payload), now_(now) {
  absl::StatusOr<partners::PassedOn> item =
      partners::OpenPassedOn(registry, registry.agency().id(), payload.forwarded_item(), now);
  if (item.ok() && item->verified) {
    item_ = *std::move(item);
    chosen_ = item_->leaves;
  } else if (item.ok()) {
    fault_ = "the originator's key: it is no partner of ours any more";
  } else {
    fault_ = absl::StrCat("a message inside that verifies: ", std::string(item.status().message()));
  }
}

absl::Status Forward::Choose(const desk::v1::ForwardMessage& wanted) {
  if (!item_) return absl::OkStatus();
  for (int i = 0; i < wanted.paths_size(); ++i) {
    google::protobuf::RepeatedPtrField<std::string> one;
    *one.Add() = wanted.paths(i);
    const bool there = std::any_of(chosen_.begin(), chosen_.end(), [&](const payload::Leaf& leaf) {
      return policy::Covers(one, leaf.path);
    });
    if (there) continue;
    return base::FieldError(
        {absl::StrCat("forward.paths[", i, "]"), "PATH",
         "write the path of a field that the message has, as `liaison message show` names "
         "it"});
  }
  const bool as_granted = wanted.paths().empty() && item_->grant;
  if (wanted.paths().empty() && !as_granted) return absl::OkStatus();
  const auto& tops = as_granted ? item_->grant->fields() : wanted.paths();
  std::erase_if(chosen_,
                [&](const payload::Leaf& leaf) { return !policy::Covers(tops, leaf.path); });
  chosen_ = partners::WithWhatGoesAlong(*item_, chosen_);
  return absl::OkStatus();
}

policy::Facts Forward::Facts(
    const std::function<policy::Facts(const payload::v1::Payload& payload)>& of) const {
  const policy::Facts outer = of(partners::WithoutItem(payload_));
  if (!item_) return outer;
  return partners::FactsForPassedOn(outer, of(item_->body.payload), *item_);
}

std::vector<payload::Leaf> Forward::Leaves(std::vector<payload::Leaf> outer) const {
  for (payload::Leaf& leaf : outer) {
    if (leaf.path == partners::kGrantPath) leaf.needed = true;
  }
  return partners::WithPassedOn(std::move(outer), chosen_);
}

// A bond is whole in what its originator sent; here it goes whole or not at all.
void Forward::WithholdWhatIsBound(const std::vector<payload::Leaf>& leaves,
                                  policy::Decision& decision) const {
  for (size_t i = 0; i < leaves.size(); ++i) {
    if (!IsInside(leaves[i]) || GoesInside(leaves[i], decision.fields[i])) continue;
    static_cast<policy::Fate&>(decision.fields[i]) = {Action::kWithhold};
  }
  const std::set<std::string_view> going = GoingInside(leaves, decision);
  // As the original names them: bonds, and persons of whom what they are does not go.
  std::set<std::string_view> broken, persons;
  for (const payload::Leaf& leaf : item_->leaves) {
    if (going.contains(leaf.path)) continue;
    broken.insert(leaf.bond);
    persons.insert(partners::PersonOfBond(leaf.bond));
  }
  const size_t prefix = partners::kOriginalPath.size() + 1;
  for (size_t i = 0; i < leaves.size(); ++i) {
    if (!GoesInside(leaves[i], decision.fields[i])) continue;
    const std::string_view bond = leaves[i].bond;
    const bool torn = !bond.empty() && broken.contains(bond.substr(prefix));
    if (!torn && partners::LowestAbove(PathInside(leaves[i]), persons).empty()) continue;
    static_cast<policy::Fate&>(decision.fields[i]) = {Action::kWithhold};
    decision.fields[i].rule = kBondRule;
  }
}

void Forward::Settle(const partners::Frame& frame, const std::string& to,
                     const std::vector<payload::Leaf>& leaves, policy::Decision& decision) const {
  if (decision.step <= policy::Step::kLabels) return;  // denied before this is asked
  std::string fault = fault_;
  if (item_) {
    fault = partners::FindOnwardFault(*item_, frame, to, chosen_, now_);
  }
  if (!fault.empty()) {
    decision = policy::DenyOnward(std::move(fault));
    return;
  }
  if (decision.outcome == policy::Outcome::kDeny) return;
  WithholdWhatIsBound(leaves, decision);
  if (!GoingInside(leaves, decision).empty()) return;
  decision.outcome = policy::Outcome::kDeny;
  decision.reason = base::Reason::kPolicyDenied;
  decision.step = policy::Step::kFields;
  decision.rules = {"builtin:D-11"};
  decision.missing = "no rule lets any field of what is passed on pass";
}

message::SealedField Forward::Seal(const std::vector<payload::Leaf>& leaves,
                                   const policy::Decision& decision) const {
  const std::set<std::string_view> going = GoingInside(leaves, decision);
  const base::ExchangeId id = *base::ParseExchangeId(item_->id);
  payload::v1::ForwardedItem value;
  value.set_original(message::Excerpt(EnvelopeOf(payload_), id, item_->statement.from(),
                                      [&](std::string_view path) { return going.contains(path); })
                         .SerializeAsString());
  return {std::string(partners::kOriginalPath), value.SerializeAsString()};
}

std::optional<payload::v1::Payload> PayloadInside(const payload::v1::Payload& payload) {
  if (!payload.has_forwarded_item()) return std::nullopt;
  absl::StatusOr<message::StoredBody> stored = message::ReadStored(EnvelopeOf(payload));
  if (!stored.ok()) return std::nullopt;  // ExpandForward read it
  return std::move(stored->merged.payload);
}

void HideItem(desk::v1::Preview& preview) {
  if (!preview.view().has_forwarded_item()) return;
  const exchange::v1::Envelope original = EnvelopeOf(preview.view());
  const auto whole_path = [](const std::string& path) {
    return absl::StrCat(std::string(partners::kOriginalPath), ".", path);
  };
  for (const exchange::v1::FieldRecord& record : original.records()) {
    if (message::IsCommitmentAlone(record)) continue;  // its value does not go
    if (record.kind() != exchange::v1::FieldRecord::ORIGINAL) {
      desk::v1::ChangedField& changed = *preview.add_changed();
      changed.set_path(whole_path(record.path()));
      changed.set_kind(record.kind());
    }
    desk::v1::DecidedField& field = *preview.mutable_decision()->add_fields();
    field.set_path(whole_path(record.path()));
    field.set_action("KEEP");
  }
  for (const auto& withheld : original.withheld()) {
    preview.add_withheld(whole_path(withheld.path()));
  }
  preview.mutable_view()->clear_forwarded_item();
}

}  // namespace liaison::outbox
