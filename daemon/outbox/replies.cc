#include "daemon/outbox/replies.h"

#include <optional>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "daemon/base/error.h"
#include "daemon/payload/records.h"
#include "daemon/payload/reply_rules.h"

namespace liaison::outbox {
namespace {

absl::Status Fault(std::string_view field, std::string_view rule, std::string_view text) {
  base::ErrorText error;
  error.reason = base::Reason::kValidationFailed;
  error.message = std::string(field) + " is at fault";
  error.fix = "answer the message with `liaison message reply ID`";
  error.fields = {{std::string(field), std::string(rule), std::string(text)}};
  return base::MakeError(error);
}

// A grant is for the message that the request is about, and for no other.
absl::Status CheckGrant(const payload::v1::OnwardSharingDecision& decision,
                        const store::Exchange& request) {
  if (decision.outcome() != payload::v1::OnwardSharingOutcome::GRANTED) return absl::OkStatus();
  if (request.in_reply_to && request.in_reply_to->id.hex() == decision.message()) {
    return absl::OkStatus();
  }
  return Fault("payload.onward_sharing_decision.message", "OTHER_MESSAGE",
               "write the id of the message that the request is about");
}

}  // namespace

absl::Status CheckReply(const desk::v1::Draft& draft, const store::Exchange* replied) {
  std::optional<payload::Replied> known;
  if (replied != nullptr) {
    known = {replied->type, replied->direction == store::Direction::kOut};
  }
  const std::string_view fault = payload::ReplyFault(payload::TypeOf(draft.payload()), known);
  if (!fault.empty()) return Fault("inReplyTo", "REPLY", fault);
  if (replied == nullptr || !draft.payload().has_onward_sharing_decision()) return absl::OkStatus();
  return CheckGrant(draft.payload().onward_sharing_decision(), *replied);
}

std::vector<base::FieldFault> GrantFaults(const payload::v1::OnwardSharingDecision& decision,
                                          std::string_view own, absl::Time now) {
  std::vector<base::FieldFault> faults;
  const std::string at = "payload.onward_sharing_decision.";
  for (int i = 0; i < decision.agencies_size(); ++i) {
    if (decision.agencies(i) != own) continue;
    faults.push_back({absl::StrCat(at, "agencies[", i, "]"), "ORIGINATOR",
                      "leave it out: it is the originator's own message"});
  }
  absl::CivilDay until;
  const bool over = absl::ParseCivilTime(decision.until(), &until) &&
                    until < absl::ToCivilDay(now, absl::UTCTimeZone());
  if (over) {
    faults.push_back({absl::StrCat(at, "until"), "PAST",
                      "write today or a later day: the permission ends with it, UTC"});
  }
  return faults;
}

bool NamesNoMessage(const desk::v1::Draft& draft) {
  const payload::v1::OnwardSharingDecision& decision = draft.payload().onward_sharing_decision();
  return decision.outcome() == payload::v1::OnwardSharingOutcome::GRANTED &&
         !decision.has_message();
}

absl::StatusOr<desk::v1::Draft> NameGranted(const desk::v1::Draft& draft, store::Reader& reader) {
  desk::v1::Draft named = draft;
  const absl::StatusOr<base::ExchangePrefix> request =
      base::ExchangePrefix::Parse(draft.in_reply_to());
  if (!request.ok() || !request->whole() || draft.to_size() != 1) return named;
  const absl::StatusOr<store::Exchange> found = reader.Find({draft.to(0), *request->whole()});
  if (absl::IsNotFound(found.status())) return named;
  if (!found.ok()) return found.status();
  if (!found->in_reply_to) return named;
  named.mutable_payload()->mutable_onward_sharing_decision()->set_message(
      found->in_reply_to->id.hex());
  return named;
}

}  // namespace liaison::outbox
