#include "daemon/payload/message_rules.h"

#include <array>

namespace liaison::payload {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::Message;

struct MessageRule {
  const Descriptor* (*type)();
  void (*check)(const Message&, const FieldPath&, const Context&);
};

template <typename T, void (*kCheck)(const T&, const FieldPath&, const Context&)>
constexpr MessageRule Rule() {
  return {&T::descriptor, [](const Message& message, const FieldPath& at, const Context& context) {
            kCheck(static_cast<const T&>(message), at, context);
          }};
}

constexpr std::array kRules = {
    Rule<v1::PartialDate, CheckPartialDate>(),
    Rule<v1::Quantity, CheckQuantity>(),
    Rule<v1::GeoPoint, CheckGeoPoint>(),
    Rule<v1::BorderPoint, CheckBorderPoint>(),
    Rule<v1::Evaluation, CheckEvaluation>(),
    Rule<v1::AgeRange, CheckAgeRange>(),
    Rule<v1::Contact, CheckContact>(),
    Rule<v1::IdentityDocument, CheckDocument>(),
    Rule<v1::Consent, CheckConsent>(),
    Rule<v1::VictimContext, CheckVictimContext>(),
    Rule<v1::Person, CheckPerson>(),
    Rule<v1::FinancialAccount, CheckFinancialAccount>(),
    Rule<v1::Object, CheckObject>(),
    Rule<v1::IntelligenceNotice, CheckNotice>(),
    Rule<v1::Alert, CheckAlert>(),
    Rule<v1::VictimVerificationRequest, CheckVerificationRequest>(),
    Rule<v1::VictimVerificationResponse, CheckVerificationResponse>(),
    Rule<v1::FieldOpening, CheckFieldOpening>(),
    Rule<v1::Recall, CheckRecall>(),
    Rule<v1::RecallConfirmation, CheckRecallConfirmation>(),
    Rule<v1::TravelDocument, CheckTravelDocument>(),
    Rule<v1::OnwardSharingRequest, CheckOnwardRequest>(),
    Rule<v1::OnwardSharingDecision, CheckOnwardDecision>(),
    Rule<v1::OnwardSharingNotice, CheckOnwardNotice>(),
};

}  // namespace

void CheckMessage(const Message& message, const FieldPath& at, const Context& context) {
  for (const MessageRule& rule : kRules) {
    if (rule.type() == message.GetDescriptor()) rule.check(message, at, context);
  }
}

}  // namespace liaison::payload
