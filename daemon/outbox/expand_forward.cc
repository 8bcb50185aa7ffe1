// ExpandForward: from the names in a draft to the messages that they name.
#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/journal/bodies.h"
#include "daemon/journal/grants.h"
#include "daemon/journal/recalls.h"
#include "daemon/outbox/forward.h"
#include "daemon/payload/reply_rules.h"
#include "daemon/policy/labels.h"

namespace liaison::outbox {
namespace {

using base::MakeError;
using base::Reason;
using exchange::v1::Envelope;
using exchange::v1::Statement;

absl::StatusOr<store::ExchangeName> NameIn(std::string_view text, std::string_view field) {
  const absl::StatusOr<base::ExchangePrefix> name = base::ExchangePrefix::Parse(text);
  if (name.ok() && name->whole() && !name->from().empty()) {
    return store::ExchangeName{name->from(), *name->whole()};
  }
  return base::FieldError({std::string(field), "FORMAT",
                           "write AGENCY/ID, with all 32 lower-case hex digits of the id"});
}

// One that was received, and kept.
struct Found {
  store::Exchange exchange;
  Envelope envelope;
};

absl::StatusOr<Found> Find(std::string_view text, std::string_view field,
                           const Received& received) {
  const absl::StatusOr<store::ExchangeName> name = NameIn(text, field);
  if (!name.ok()) return name.status();
  absl::StatusOr<store::Exchange> exchange = received.reader.Find(*name);
  if (!exchange.ok() && !absl::IsNotFound(exchange.status())) return exchange.status();
  if (!exchange.ok() || exchange->direction != store::Direction::kIn ||
      exchange->state == desk::v1::DENIED) {
    return MakeError(Reason::kNotFound,
                     absl::StrCat(std::string(field), " names no message that we received"),
                     "check the id, or look it up with `liaison message list`");
  }
  const absl::StatusOr<store::StoredBody> stored = received.reader.Body(*name);
  if (!stored.ok()) return stored.status();
  absl::StatusOr<journal::OpenedBody> body = journal::OpenBody(*name, *stored, received.at_rest);
  if (!body.ok()) return body.status();
  return Found{*std::move(exchange), std::move(body->envelope)};
}

absl::Status CheckDraft(const desk::v1::Draft& draft, policy::v1::Rule::Role role) {
  if (role == policy::v1::Rule::SYSTEM) {
    return MakeError(Reason::kRoleMissing, "a system passes nothing on that others received",
                     "let an officer do it");
  }
  if (draft.payload().body_case() == payload::v1::Payload::BODY_NOT_SET) return absl::OkStatus();
  return base::FieldError(
      {"payload", "FORWARD", "leave the body out: the daemon makes it; notes may stand"});
}

absl::Status CheckOriginal(const desk::v1::Draft& draft, const store::Exchange& original) {
  if (!payload::IsOfTheDomain(original.type)) {
    return base::FieldError(
        {"forward.message", "TYPE",
         "messages of this type are the exchange's own and are not passed on; what was "
         "passed on to us is asked of its originator"});
  }
  const bool to_originator =
      std::find(draft.to().begin(), draft.to().end(), original.partner) != draft.to().end();
  if (!to_originator) return absl::OkStatus();
  return base::FieldError(
      {"to", "ORIGINATOR", "leave it out: the originator has the message already"});
}

// Whether what would be passed on holds something of what was taken back.
bool Holds(const payload::v1::Recall& recall, const Paths& paths) {
  if (recall.fields().empty() || paths.empty()) return true;
  for (const std::string& path : paths) {
    payload::v1::Recall asked;
    asked.add_fields(path);
    for (const std::string& field : recall.fields()) {
      payload::v1::Recall back;
      back.add_fields(field);
      if (journal::TakesBack(back, path) || journal::TakesBack(asked, field)) return true;
    }
  }
  return false;
}

absl::Status CheckRecalls(const desk::v1::Draft& draft, const store::Exchange& original,
                          const Received& received) {
  const absl::StatusOr<std::vector<journal::KnownRecall>> recalls =
      journal::ReadRecallsOf(original, received.reader, received.at_rest);
  if (!recalls.ok()) return recalls.status();
  for (const journal::KnownRecall& recall : *recalls) {
    if (!Holds(recall.says, draft.forward().paths())) continue;
    return MakeError(Reason::kWrongState, "the message, or some of its fields, was taken back",
                     "see `liaison message show`; name fields that were not");
  }
  return absl::OkStatus();
}

// Whether the originator refused since what it granted.
absl::Status CheckStands(const store::Exchange& grant, const Received& received,
                         const desk::v1::Draft& draft) {
  for (const std::string& third : draft.to()) {
    const absl::StatusOr<bool> refused =
        journal::IsRefusedSince(grant, third, received.reader, received.at_rest);
    if (!refused.ok()) return refused.status();
    if (!*refused) continue;
    return MakeError(Reason::kWrongState, "the originator has refused since what it permitted",
                     "ask the originator for another permission");
  }
  return absl::OkStatus();
}

// The permission; null when the draft names none.
absl::StatusOr<std::optional<payload::v1::OnwardSharingDecision>> AddGrant(
    const std::string& originator, const Received& received, desk::v1::Draft& draft) {
  if (draft.forward().grant().empty()) return std::nullopt;
  const absl::StatusOr<Found> grant = Find(draft.forward().grant(), "forward.grant", received);
  if (!grant.ok()) return grant.status();
  if (grant->exchange.type != payload::v1::ONWARD_SHARING_DECISION ||
      grant->exchange.partner != originator) {
    return base::FieldError(
        {"forward.grant", "GRANT",
         "write AGENCY/ID of the ONWARD_SHARING_DECISION of the message's originator"});
  }
  const absl::StatusOr<std::vector<journal::KnownRecall>> recalls =
      journal::ReadRecallsOf(grant->exchange, received.reader, received.at_rest);
  if (!recalls.ok()) return recalls.status();
  if (!recalls->empty()) {
    return MakeError(Reason::kWrongState, "the permission was taken back",
                     "ask the originator for another");
  }
  if (absl::Status stands = CheckStands(grant->exchange, received, draft); !stands.ok()) {
    return stands;
  }
  absl::StatusOr<message::StoredBody> read = message::ReadStored(grant->envelope);
  if (!read.ok()) return read.status();
  draft.mutable_payload()->mutable_forwarded_item()->set_grant(grant->envelope.SerializeAsString());
  return std::move(*read->merged.payload.mutable_onward_sharing_decision());
}

template <typename Codes>
bool Has(const Codes& codes, int code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

// Those of the original that the grant names. All when it names none: policy then says what is
// missing.
void FillPurposes(const Statement& original,
                  const std::optional<payload::v1::OnwardSharingDecision>& grant,
                  desk::v1::Draft& draft) {
  for (const int purpose : original.purposes()) {
    if (grant && !Has(grant->purposes(), purpose)) continue;
    draft.add_purposes(static_cast<payload::v1::Purpose::Code>(purpose));
  }
  if (draft.purposes().empty()) *draft.mutable_purposes() = original.purposes();
}

// What the draft does not say.
void FillFrame(const Statement& original,
               const std::optional<payload::v1::OnwardSharingDecision>& grant,
               const partners::Registry& registry, desk::v1::Draft& draft) {
  if (draft.urgency() == payload::v1::Urgency::URGENCY_UNSPECIFIED) {
    draft.set_urgency(original.urgency());
  }
  if (draft.purposes().empty()) FillPurposes(original, grant, draft);
  if (!draft.has_handling()) {
    payload::v1::Handling& handling = *draft.mutable_handling();
    handling = original.handling();
    handling.set_tlp(policy::EffectiveTlp(handling));
    if (grant && grant->tlp() > handling.tlp()) handling.set_tlp(grant->tlp());
    handling.set_onward(std::min(handling.onward(), policy::WidestFor(handling.tlp())));
  }
  if (draft.agreement_id().empty() && draft.to_size() == 1) {
    const std::vector<std::string> ours = registry.policy().AgreementsWith(draft.to(0));
    if (ours.size() == 1) draft.set_agreement_id(ours.front());
  }
}

}  // namespace

absl::StatusOr<desk::v1::Draft> ExpandForward(const desk::v1::Draft& draft,
                                              policy::v1::Rule::Role role,
                                              const Received& received) {
  absl::Status checked = CheckDraft(draft, role);
  if (!checked.ok()) return checked;
  const absl::StatusOr<Found> original =
      Find(draft.forward().message(), "forward.message", received);
  if (!original.ok()) return original.status();
  checked = CheckOriginal(draft, original->exchange);
  if (checked.ok()) checked = CheckRecalls(draft, original->exchange, received);
  if (!checked.ok()) return checked;
  const absl::StatusOr<message::StoredBody> read = message::ReadStored(original->envelope);
  if (!read.ok()) return read.status();
  desk::v1::Draft made = draft;
  made.mutable_payload()->mutable_forwarded_item()->set_original(
      original->envelope.SerializeAsString());
  const auto grant = AddGrant(original->exchange.partner, received, made);
  if (!grant.ok()) return grant.status();
  FillFrame(read->statement, *grant, received.registry, made);
  return made;
}

absl::StatusOr<bool> IsTakenBack(const payload::v1::ForwardedItem& item, const PassingOn& passing,
                                 store::Reader& reader, const message::AtRestKeys& at_rest) {
  for (const std::string* inside : {&item.original(), &item.grant()}) {
    if (inside->empty()) continue;
    Envelope envelope;
    Statement statement;
    if (!envelope.ParseFromString(*inside) || !statement.ParseFromString(envelope.statement())) {
      return MakeError(Reason::kVerificationFailed, "what is inside a passed-on item is damaged");
    }
    const absl::StatusOr<base::ExchangeId> id = base::ExchangeId::FromRaw(statement.exchange_id());
    if (!id.ok()) return id.status();
    const absl::StatusOr<store::Exchange> exchange = reader.Find({statement.from(), *id});
    if (!exchange.ok()) return exchange.status();
    const absl::StatusOr<std::vector<journal::KnownRecall>> recalls =
        journal::ReadRecallsOf(*exchange, reader, at_rest);
    if (!recalls.ok()) return recalls.status();
    Paths paths;
    if (inside == &item.original()) paths = passing.named;
    if (paths.empty()) {
      for (const auto& record : envelope.records()) *paths.Add() = record.path();
    }
    for (const journal::KnownRecall& recall : *recalls) {
      if (Holds(recall.says, paths)) return true;
    }
    if (inside != &item.grant()) continue;
    const absl::StatusOr<bool> refused =
        journal::IsRefusedSince(*exchange, passing.third, reader, at_rest);
    if (!refused.ok() || *refused) return refused;
  }
  return false;
}

std::optional<store::ExchangeName> PassedOnBy(const desk::v1::Draft& draft) {
  if (!draft.has_forward()) return std::nullopt;
  const absl::StatusOr<store::ExchangeName> name = NameIn(draft.forward().message(), "");
  return name.ok() ? std::optional(*name) : std::nullopt;
}

}  // namespace liaison::outbox
