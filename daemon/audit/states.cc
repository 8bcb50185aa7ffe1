#include "daemon/audit/states.h"

namespace liaison::audit {
namespace {

using desk::v1::State;

bool AwaitsDelivery(State state) { return state == desk::v1::QUEUED || state == desk::v1::EXPIRED; }

}  // namespace

State StateAfter(State before, v1::Event event) {
  const bool fresh = before == desk::v1::STATE_UNSPECIFIED;
  const bool unsent = fresh || before == desk::v1::HELD;
  switch (event) {
    case v1::HELD:
      return fresh ? desk::v1::HELD : before;
    case v1::SENT:
      return unsent ? desk::v1::QUEUED : before;
    case v1::RECEIVED:
      return fresh ? desk::v1::NEW : before;
    case v1::DENIED_IN:
      return fresh ? desk::v1::DENIED : before;
    case v1::REJECTED_BY:
      return unsent ? desk::v1::DENIED : before;
    case v1::DENIED_OUT:
      return unsent || before == desk::v1::QUEUED ? desk::v1::DENIED : before;
    case v1::DELIVERED:
      return AwaitsDelivery(before) ? desk::v1::DELIVERED : before;
    case v1::REFUSED:
      return AwaitsDelivery(before) ? desk::v1::REFUSED : before;
    case v1::EXPIRED:
      return before == desk::v1::HELD || before == desk::v1::QUEUED ? desk::v1::EXPIRED : before;
    case v1::LAPSED:
      return before == desk::v1::HELD ? desk::v1::DENIED : before;
    case v1::READ:
      return before == desk::v1::NEW ? desk::v1::READ : before;
    default:
      return before;
  }
}

bool IsAnswer(payload::v1::MessageType type) { return type != payload::v1::ONWARD_SHARING_REQUEST; }

State StateAfterReply(State before) {
  switch (before) {
    case desk::v1::DELIVERED:
    case desk::v1::EXPIRED:
    case desk::v1::NEW:
    case desk::v1::READ:
      return desk::v1::ANSWERED;
    default:
      return before;
  }
}

}  // namespace liaison::audit
