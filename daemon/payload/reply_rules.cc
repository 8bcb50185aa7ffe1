#include "daemon/payload/reply_rules.h"

namespace liaison::payload {
namespace {

constexpr int kLastDomainType = 99;  // liaison.payload.v1.MessageType

std::string_view RequestFault(const std::optional<Replied>& replied) {
  if (!replied || replied->of_replier || !IsOfTheDomain(replied->type)) {
    return "reply to the message that would be passed on, which the other agency sent";
  }
  return "";
}

std::string_view NoticeFault(const std::optional<Replied>& replied) {
  if (!replied || replied->of_replier || !IsOfTheDomain(replied->type)) {
    return "reply to the message that was passed on, which the other agency sent";
  }
  return "";
}

std::string_view DecisionFault(const std::optional<Replied>& replied) {
  if (!replied || replied->of_replier || replied->type != v1::ONWARD_SHARING_REQUEST) {
    return "reply to the ONWARD_SHARING_REQUEST that the other agency sent";
  }
  return "";
}

}  // namespace

bool IsOfTheDomain(v1::MessageType type) { return type <= kLastDomainType; }

std::string_view ReplyFault(v1::MessageType type, const std::optional<Replied>& replied) {
  switch (type) {
    case v1::ONWARD_SHARING_REQUEST:
      return RequestFault(replied);
    case v1::ONWARD_SHARING_DECISION:
      return DecisionFault(replied);
    case v1::ONWARD_SHARING_NOTICE:
      return NoticeFault(replied);
    default:
      return "";
  }
}

}  // namespace liaison::payload
