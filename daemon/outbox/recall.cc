#include "daemon/outbox/recall.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/journal/onward_copies.h"
#include "daemon/journal/recalls.h"
#include "daemon/message/message.h"

namespace liaison::outbox {
namespace {

using base::FieldFault;
using base::MakeError;
using base::Reason;

absl::Status AtFault(std::vector<FieldFault> faults) {
  if (faults.empty()) return absl::OkStatus();
  base::ErrorText error;
  error.reason = Reason::kValidationFailed;
  error.message = "the message cannot be recalled or confirmed like this";
  error.fields = std::move(faults);
  return base::MakeError(error);
}

absl::Status CheckForm(const desk::v1::Draft& draft) {
  std::vector<FieldFault> faults;
  if (draft.to_size() != 1) {
    faults.push_back({"to", "ONE", "name the one agency that the message was exchanged with"});
  }
  const absl::StatusOr<base::ExchangePrefix> name =
      base::ExchangePrefix::Parse(draft.in_reply_to());
  if (!name.ok() || !name->whole()) {
    faults.push_back(
        {"inReplyTo", "REQUIRED", "write the id of the message that it is about, 32 hex digits"});
  }
  return AtFault(std::move(faults));
}

// The message from `from` that `draft` is about. REQUIRES: CheckForm found no fault.
absl::StatusOr<store::Exchange> Find(const desk::v1::Draft& draft, const std::string& from,
                                     store::Reader& reader) {
  const absl::Status none =
      MakeError(Reason::kNotFound, "inReplyTo names no such message with this partner",
                "check the id, or look it up with `liaison message list`");
  const absl::StatusOr<base::ExchangePrefix> name =
      base::ExchangePrefix::Parse(draft.in_reply_to());
  if (!name.ok()) return name.status();
  if (!name->Fits(from, *name->whole())) return none;
  absl::StatusOr<store::Exchange> found = reader.Find({from, *name->whole()});
  if (absl::IsNotFound(found.status())) return none;
  if (!found.ok()) return found;
  if (found->partner != draft.to(0)) return none;
  return found;
}

// What was opened is known to the partner as part of the message that it belongs to.
FieldFault OpeningStays(const store::Exchange& opening) {
  std::string text = "an opening is not taken back by itself: recall the message that was opened";
  if (opening.in_reply_to) {
    absl::StrAppend(&text, ", ", opening.in_reply_to->Text());
  }
  return {"inReplyTo", "OPENING", std::move(text)};
}

absl::StatusOr<store::Exchange> FindRecalled(const desk::v1::Draft& draft, const Opener& caller,
                                             const Kept& kept) {
  absl::StatusOr<store::Exchange> found = Find(draft, std::string(caller.own), kept.reader);
  if (!found.ok()) return found;
  const bool own_only = caller.role == policy::v1::Rule::SYSTEM && !caller.is_daemon;
  if (own_only && found->submitter != caller.mark) {
    return MakeError(Reason::kNotFound, "inReplyTo names no such message with this partner");
  }
  if (found->type == payload::v1::RECALL || found->type == payload::v1::RECALL_CONFIRMATION) {
    return MakeError(Reason::kWrongState, "a recall is not taken back", "send another recall");
  }
  if (found->type == payload::v1::FIELD_OPENING) return AtFault({OpeningStays(*found)});
  switch (found->state) {
    case desk::v1::QUEUED:
    case desk::v1::DELIVERED:
    case desk::v1::ANSWERED:
    case desk::v1::EXPIRED:  // it may have arrived, and the receipt not
      return found;
    default:
      return MakeError(Reason::kWrongState,
                       "the partner does not have the message: there is nothing to take back");
  }
}

absl::Status CheckFields(const payload::v1::Recall& recall, const store::Exchange& exchange,
                         const Kept& kept) {
  if (recall.fields().empty()) return absl::OkStatus();
  const absl::StatusOr<std::vector<std::string>> paths =
      journal::PathsOf(exchange, kept.reader, kept.at_rest);
  if (!paths.ok()) return paths.status();
  std::vector<FieldFault> faults;
  for (int i = 0; i < recall.fields_size(); ++i) {
    payload::v1::Recall alone;
    alone.add_fields(recall.fields(i));
    const bool there = std::any_of(paths->begin(), paths->end(), [&](const std::string& path) {
      return journal::TakesBack(alone, path);
    });
    if (there) continue;
    faults.push_back({absl::StrCat("payload.recall.fields[", i, "]"), "UNKNOWN",
                      "the message has no such field, see `liaison message show`"});
  }
  return AtFault(std::move(faults));
}

// Whether both take back the same, for the same reason and with the same in its place.
bool AreAlike(const payload::v1::Recall& one, const payload::v1::Recall& other) {
  const std::set<std::string> fields(one.fields().begin(), one.fields().end());
  const std::set<std::string> others(other.fields().begin(), other.fields().end());
  return one.reason() == other.reason() && one.replacement() == other.replacement() &&
         fields == others;
}

// A recall that says what a standing one says would hide what its holder confirmed. Another reason
// or other fields are another recall: they can ask more of the holder.
absl::Status CheckSaysMore(const payload::v1::Recall& recall, const store::Exchange& exchange,
                           const Kept& kept) {
  const absl::StatusOr<std::vector<journal::KnownRecall>> recalls =
      journal::ReadRecallsOf(exchange, kept.reader, kept.at_rest);
  if (!recalls.ok()) return recalls.status();
  for (const journal::KnownRecall& known : *recalls) {
    if (!AreAlike(known.says, recall)) continue;
    return MakeError(
        Reason::kWrongState,
        absl::StrCat("it was taken back like this already, by ", known.exchange.name.Text()),
        "see with `liaison message show` whether its holder confirmed that");
  }
  return absl::OkStatus();
}

// On its way, or there.
bool IsSent(desk::v1::State state) {
  return state == desk::v1::QUEUED || state == desk::v1::DELIVERED || state == desk::v1::ANSWERED;
}

// Whether a replacement was not taken back as a whole itself.
absl::Status CheckStands(const store::Exchange& replacement, const Kept& kept) {
  const absl::StatusOr<std::vector<journal::KnownRecall>> recalls =
      journal::ReadRecallsOf(replacement, kept.reader, kept.at_rest);
  if (!recalls.ok()) return recalls.status();
  const journal::KnownRecall* recall = journal::TheOneThatHolds(*recalls);
  if (recall == nullptr || !recall->says.fields().empty()) return absl::OkStatus();
  return AtFault({{"payload.recall.replacement", "RECALLED",
                   "it was taken back itself; name a message that stands, or leave it out"}});
}

absl::Status CheckReplacement(const payload::v1::Recall& recall, const store::Exchange& exchange,
                              const Kept& kept) {
  if (!recall.has_replacement()) return absl::OkStatus();
  const FieldFault fault = {"payload.recall.replacement", "UNKNOWN",
                            "write the id of another message of ours to this agency"};
  const absl::StatusOr<base::ExchangeId> id = base::ParseExchangeId(recall.replacement());
  if (!id.ok() || *id == exchange.name.id) return AtFault({fault});
  const absl::StatusOr<store::Exchange> found = kept.reader.Find({exchange.name.from, *id});
  if (absl::IsNotFound(found.status())) return AtFault({fault});
  if (!found.ok()) return found.status();
  if (found->partner != exchange.partner) return AtFault({fault});
  if (!IsSent(found->state)) {
    return AtFault({{fault.field, "NOT_SENT",
                     absl::StrCat("it was not sent, or did not arrive: it is ",
                                  desk::v1::State_Name(found->state),
                                  "; name a message that was, or leave it out")}});
  }
  return CheckStands(*found, kept);
}

// What the caller left out of the frame. It carries nothing of any person, so it needs no more.
absl::Status CompleteFrame(const store::Exchange& about, const Kept& kept, desk::v1::Draft& draft) {
  draft.set_in_reply_to(about.name.Text());
  if (draft.urgency() == payload::v1::Urgency::URGENCY_UNSPECIFIED) {
    const bool safety = draft.payload().recall().reason() == payload::v1::RecallReason::SAFETY;
    draft.set_urgency(safety ? payload::v1::Urgency::U1 : payload::v1::Urgency::U2);
  }
  if (!draft.has_handling()) {
    draft.mutable_handling()->set_tlp(payload::v1::Tlp::AMBER_STRICT);
    draft.mutable_handling()->set_code(payload::v1::HandlingCode::P);
  }
  draft.set_exercise(draft.exercise() || about.exercise);
  if (!draft.purposes().empty() && !draft.agreement_id().empty()) return absl::OkStatus();
  const absl::StatusOr<store::StoredBody> stored = kept.reader.Body(about.name);
  if (!stored.ok()) return stored.status();
  exchange::v1::Envelope head;
  exchange::v1::Statement statement;
  if (!head.ParseFromString(stored->head) || !statement.ParseFromString(head.statement())) {
    return MakeError(Reason::kVerificationFailed, "a kept statement does not parse",
                     "run `liaison audit verify --full`");
  }
  if (draft.purposes().empty()) *draft.mutable_purposes() = statement.purposes();
  if (draft.agreement_id().empty()) draft.set_agreement_id(statement.agreement_id());
  return absl::OkStatus();
}

// The recall that a confirmation answers.
absl::StatusOr<store::Exchange> FindRecall(const desk::v1::Draft& draft, const Opener& caller,
                                           const Kept& kept) {
  if (caller.role == policy::v1::Rule::SYSTEM) {
    return MakeError(Reason::kRoleMissing, "a system may not say what was done with a message",
                     "an officer who saw to it can");
  }
  absl::StatusOr<store::Exchange> found = Find(draft, draft.to(0), kept.reader);
  if (!found.ok()) return found;
  if (found->type == payload::v1::RECALL && found->state != desk::v1::DENIED) return found;
  return MakeError(Reason::kWrongState, "what inReplyTo names is no recall",
                   "write the id of the RECALL itself, see `liaison message show`");
}

absl::Status AddRecalledFrom(const store::Exchange& recall, const Kept& kept,
                             payload::v1::RecallConfirmation& confirmation) {
  if (!confirmation.recalled_from().empty() || !recall.in_reply_to) return absl::OkStatus();
  const absl::StatusOr<std::vector<store::Exchange>> copies =
      journal::OnwardCopiesOf(*recall.in_reply_to, kept.reader);
  if (!copies.ok()) return copies.status();
  std::set<std::string> agencies;
  for (const store::Exchange& copy : *copies) agencies.insert(copy.partner);
  for (const std::string& agency : agencies) confirmation.add_recalled_from(agency);
  return absl::OkStatus();
}

}  // namespace

bool IsAboutRecall(const desk::v1::Draft& draft) {
  return draft.payload().has_recall() || draft.payload().has_recall_confirmation();
}

absl::StatusOr<desk::v1::Draft> CompletedRecall(const desk::v1::Draft& draft, const Opener& caller,
                                                const Kept& kept) {
  if (absl::Status form = CheckForm(draft); !form.ok()) return form;
  desk::v1::Draft whole = draft;
  absl::Status status;
  absl::StatusOr<store::Exchange> about = draft.payload().has_recall()
                                              ? FindRecalled(draft, caller, kept)
                                              : FindRecall(draft, caller, kept);
  if (!about.ok()) return about.status();
  if (draft.payload().has_recall()) {
    status = CheckFields(draft.payload().recall(), *about, kept);
    if (status.ok()) status = CheckReplacement(draft.payload().recall(), *about, kept);
    // The daemon passes on each recall that comes, and marks each with a key of its own.
    const bool passed_on = caller.is_daemon;
    if (status.ok() && !passed_on) status = CheckSaysMore(draft.payload().recall(), *about, kept);
  } else {
    status = AddRecalledFrom(*about, kept, *whole.mutable_payload()->mutable_recall_confirmation());
  }
  if (status.ok()) status = CompleteFrame(*about, kept, whole);
  if (!status.ok()) return status;
  return whole;
}

}  // namespace liaison::outbox
