#include "daemon/inbox/deadline.h"

#include "daemon/journal/recalls.h"

namespace liaison::inbox {

absl::Time RespondBy(payload::v1::MessageType type, payload::v1::Urgency::Code urgency,
                     absl::Time received) {
  if (type == payload::v1::RECALL) return received + journal::TimeToConfirm(urgency);
  if (type != payload::v1::VICTIM_VERIFICATION_REQUEST &&
      type != payload::v1::ONWARD_SHARING_REQUEST) {
    return absl::InfinitePast();
  }
  switch (urgency) {
    case payload::v1::Urgency::U1:
      return received + absl::Hours(8);
    case payload::v1::Urgency::U2:
      return received + absl::Hours(3 * 24);
    case payload::v1::Urgency::U4:
      return received + absl::Hours(30 * 24);
    default:
      return received + absl::Hours(7 * 24);
  }
}

}  // namespace liaison::inbox
