// What must hold between the fields of one message, beyond each field's own format. One function a
// message; the table of message_rules.cc is the only place that lists them.
#ifndef LIAISON_DAEMON_PAYLOAD_MESSAGE_RULES_H_
#define LIAISON_DAEMON_PAYLOAD_MESSAGE_RULES_H_

#include <google/protobuf/message.h>

#include "absl/types/span.h"
#include "daemon/payload/faults.h"
#include "daemon/payload/records.h"
#include "daemon/payload/validate.h"

namespace liaison::payload {

// One validation.
struct Context {
  const v1::Payload& payload;
  absl::Span<const ChangedLeaf> changed;  // in order of path; empty in a draft
  const Frame& frame;
  const Mode mode;
  const Limits& limits;
  Faults& faults;

  bool draft() const { return mode == Mode::kDraft; }
  // ORIGINAL unless the leaf there was changed.
  Kind KindAt(const FieldPath& at) const;
  bool IsOriginal(const FieldPath& at) const {
    return KindAt(at) == exchange::v1::FieldRecord::ORIGINAL;
  }
};

// The rules of `message`, if its type has any.
void CheckMessage(const google::protobuf::Message& message, const FieldPath& at,
                  const Context& context);

// Handling, urgency and purposes, against each other and the payload.
void CheckFrame(const Context& context);

// Whether `text` can be the path of a field: its characters and length alone.
bool IsPathText(std::string_view text);

// The functions of the table.
void CheckPartialDate(const v1::PartialDate& date, const FieldPath& at, const Context& context);
void CheckQuantity(const v1::Quantity& quantity, const FieldPath& at, const Context& context);
void CheckGeoPoint(const v1::GeoPoint& point, const FieldPath& at, const Context& context);
void CheckBorderPoint(const v1::BorderPoint& border, const FieldPath& at, const Context& context);
void CheckEvaluation(const v1::Evaluation& evaluation, const FieldPath& at, const Context& context);
void CheckAgeRange(const v1::AgeRange& age, const FieldPath& at, const Context& context);
void CheckContact(const v1::Contact& contact, const FieldPath& at, const Context& context);
void CheckDocument(const v1::IdentityDocument& document, const FieldPath& at,
                   const Context& context);
void CheckConsent(const v1::Consent& consent, const FieldPath& at, const Context& context);
void CheckVictimContext(const v1::VictimContext& victim, const FieldPath& at,
                        const Context& context);
void CheckPerson(const v1::Person& person, const FieldPath& at, const Context& context);
void CheckFinancialAccount(const v1::FinancialAccount& account, const FieldPath& at,
                           const Context& context);
void CheckObject(const v1::Object& object, const FieldPath& at, const Context& context);
void CheckNotice(const v1::IntelligenceNotice& notice, const FieldPath& at, const Context& context);
void CheckAlert(const v1::Alert& alert, const FieldPath& at, const Context& context);
void CheckVerificationRequest(const v1::VictimVerificationRequest& request, const FieldPath& at,
                              const Context& context);
void CheckVerificationResponse(const v1::VictimVerificationResponse& response, const FieldPath& at,
                               const Context& context);
void CheckFieldOpening(const v1::FieldOpening& opening, const FieldPath& at,
                       const Context& context);
void CheckRecall(const v1::Recall& recall, const FieldPath& at, const Context& context);
void CheckRecallConfirmation(const v1::RecallConfirmation& confirmation, const FieldPath& at,
                             const Context& context);
void CheckTravelDocument(const v1::TravelDocument& document, const FieldPath& at,
                         const Context& context);
void CheckOnwardRequest(const v1::OnwardSharingRequest& request, const FieldPath& at,
                        const Context& context);
void CheckOnwardDecision(const v1::OnwardSharingDecision& decision, const FieldPath& at,
                         const Context& context);
void CheckOnwardNotice(const v1::OnwardSharingNotice& notice, const FieldPath& at,
                       const Context& context);
// Of messages that go without agreement, permit and consent: they say nothing of anybody beside
// their body. Of notes there are handles of named recipients alone, at most 8 of 40 characters.
void CheckSaysNoMore(const Context& context);

}  // namespace liaison::payload

#endif  // LIAISON_DAEMON_PAYLOAD_MESSAGE_RULES_H_
