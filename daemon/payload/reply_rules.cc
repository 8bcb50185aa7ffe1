#include "daemon/payload/reply_rules.h"

namespace liaison::payload {
namespace {

constexpr int kLastDomainType = 99;  // liaison.payload.v1.MessageType

// A message that can be passed on.
bool IsItemOfTheOther(const Replied& replied) {
  return !replied.of_replier && IsOfTheDomain(replied.type);
}

bool IsRequestOfTheOther(const Replied& replied) {
  return !replied.of_replier && replied.type == v1::ONWARD_SHARING_REQUEST;
}

}  // namespace

bool IsOfTheDomain(v1::MessageType type) { return type <= kLastDomainType; }

std::string_view ReplyFault(v1::MessageType type, const std::optional<Replied>& replied) {
  switch (type) {
    case v1::ONWARD_SHARING_REQUEST:
      if (replied && IsItemOfTheOther(*replied)) return "";
      return "reply to the message that would be passed on, which the other agency sent";
    case v1::ONWARD_SHARING_NOTICE:
      if (replied && IsItemOfTheOther(*replied)) return "";
      return "reply to the message that was passed on, which the other agency sent";
    case v1::ONWARD_SHARING_DECISION:
      if (replied && IsRequestOfTheOther(*replied)) return "";
      return "reply to the ONWARD_SHARING_REQUEST that the other agency sent";
    default:
      return "";
  }
}

}  // namespace liaison::payload
