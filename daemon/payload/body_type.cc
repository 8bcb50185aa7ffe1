#include "daemon/payload/records.h"

namespace liaison::payload {

v1::MessageType TypeOf(const v1::Payload& payload) {
  switch (payload.body_case()) {
    case v1::Payload::kNotice:
      return v1::INTELLIGENCE_NOTICE;
    case v1::Payload::kAlert:
      return v1::ALERT;
    case v1::Payload::kAlertHit:
      return v1::ALERT_HIT;
    case v1::Payload::kAlertCancel:
      return v1::ALERT_CANCEL;
    case v1::Payload::kVictimVerificationRequest:
      return v1::VICTIM_VERIFICATION_REQUEST;
    case v1::Payload::kVictimVerificationResponse:
      return v1::VICTIM_VERIFICATION_RESPONSE;
    case v1::Payload::kFieldOpening:
      return v1::FIELD_OPENING;
    case v1::Payload::kRecall:
      return v1::RECALL;
    case v1::Payload::kRecallConfirmation:
      return v1::RECALL_CONFIRMATION;
    case v1::Payload::kOnwardSharingRequest:
      return v1::ONWARD_SHARING_REQUEST;
    case v1::Payload::kOnwardSharingDecision:
      return v1::ONWARD_SHARING_DECISION;
    case v1::Payload::kForwardedItem:
      return v1::FORWARDED_ITEM;
    case v1::Payload::kOnwardSharingNotice:
      return v1::ONWARD_SHARING_NOTICE;
    case v1::Payload::BODY_NOT_SET:
      return v1::MESSAGE_TYPE_UNSPECIFIED;
  }
  return v1::MESSAGE_TYPE_UNSPECIFIED;
}

std::string_view BodyField(v1::MessageType type) {
  switch (type) {
    case v1::INTELLIGENCE_NOTICE:
      return "notice";
    case v1::ALERT:
      return "alert";
    case v1::ALERT_HIT:
      return "alert_hit";
    case v1::ALERT_CANCEL:
      return "alert_cancel";
    case v1::VICTIM_VERIFICATION_REQUEST:
      return "victim_verification_request";
    case v1::VICTIM_VERIFICATION_RESPONSE:
      return "victim_verification_response";
    case v1::FIELD_OPENING:
      return "field_opening";
    case v1::RECALL:
      return "recall";
    case v1::RECALL_CONFIRMATION:
      return "recall_confirmation";
    case v1::ONWARD_SHARING_REQUEST:
      return "onward_sharing_request";
    case v1::ONWARD_SHARING_DECISION:
      return "onward_sharing_decision";
    case v1::FORWARDED_ITEM:
      return "forwarded_item";
    case v1::ONWARD_SHARING_NOTICE:
      return "onward_sharing_notice";
    default:
      return "";
  }
}

}  // namespace liaison::payload
