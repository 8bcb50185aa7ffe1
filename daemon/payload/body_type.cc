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
    default:
      return "";
  }
}

}  // namespace liaison::payload
