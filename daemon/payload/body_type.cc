#include <google/protobuf/message.h>

#include "daemon/payload/records.h"

namespace liaison::payload {
namespace {

struct Body {
  v1::MessageType type;
  std::string_view field;
};

constexpr Body kBodies[] = {
    {v1::INTELLIGENCE_NOTICE, "notice"},
    {v1::ALERT, "alert"},
    {v1::ALERT_HIT, "alert_hit"},
    {v1::ALERT_CANCEL, "alert_cancel"},
    {v1::VICTIM_VERIFICATION_REQUEST, "victim_verification_request"},
    {v1::VICTIM_VERIFICATION_RESPONSE, "victim_verification_response"},
};

}  // namespace

v1::MessageType TypeOf(const v1::Payload& payload) {
  const auto* const oneof = payload.GetDescriptor()->FindOneofByName("body");
  if (oneof == nullptr) return v1::MESSAGE_TYPE_UNSPECIFIED;
  const auto* const field = payload.GetReflection()->GetOneofFieldDescriptor(payload, oneof);
  if (field == nullptr) return v1::MESSAGE_TYPE_UNSPECIFIED;
  for (const Body& body : kBodies) {
    if (body.field == field->name()) return body.type;
  }
  return v1::MESSAGE_TYPE_UNSPECIFIED;
}

std::string_view BodyField(v1::MessageType type) {
  for (const Body& body : kBodies) {
    if (body.type == type) return body.field;
  }
  return "";
}

}  // namespace liaison::payload
