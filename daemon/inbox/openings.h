// A partner opens what an earlier message of it withheld: whether each value is the one that it
// committed to then, and true of what was shown in its place.
#ifndef LIAISON_DAEMON_INBOX_OPENINGS_H_
#define LIAISON_DAEMON_INBOX_OPENINGS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "daemon/message/at_rest.h"
#include "daemon/message/message.h"
#include "daemon/partners/registry.h"
#include "daemon/payload/records.h"
#include "daemon/store/reader.h"

namespace liaison::inbox {

// The message that is opened, as it reads with all that was opened of it by now.
struct Opened {
  payload::v1::Payload payload;
  payload::v1::MessageType type = payload::v1::MESSAGE_TYPE_UNSPECIFIED;
  std::vector<payload::Leaf> leaves;  // those that this opening discloses, by their own paths
};

// What an arriving opening is checked against. Everything outlives it.
struct Earlier {
  store::Reader& reader;
  const message::AtRestKeys& at_rest;
  const partners::Registry& registry;
  const partners::Partner& partner;  // the sender
};

// Errors, final for this opening: BODY_MISMATCH with one fault at the field that is not right
// (UNKNOWN_MESSAGE: it opens no message that this partner sent us; NOT_WITHHELD; COMMITMENT: not
// the value that was committed to; NOT_OF_FIELD: not a value of this field, or a part of a bond;
// NOT_TRUE: what was shown in its place is not true of it); VALIDATION_FAILED when a value has not
// its field's form. No error repeats a value. A status without a reason: try again.
absl::StatusOr<Opened> CheckOpening(const message::VerifiedMessage& opening,
                                    const Earlier& earlier);

}  // namespace liaison::inbox

#endif  // LIAISON_DAEMON_INBOX_OPENINGS_H_
