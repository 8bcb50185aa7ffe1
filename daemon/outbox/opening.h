// Opening what a message of ours withheld: from the paths that an officer names to the payload that
// proves each value to be the one committed to, and the decision on it.
#ifndef LIAISON_DAEMON_OUTBOX_OPENING_H_
#define LIAISON_DAEMON_OUTBOX_OPENING_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/message/at_rest.h"
#include "daemon/outbox/view.h"
#include "daemon/payload/records.h"
#include "daemon/store/reader.h"
#include "liaison/desk/v1/draft.pb.h"

namespace liaison::outbox {

// What an opening discloses, and of what.
struct Opening {
  payload::v1::Payload payload;       // a FieldOpening
  std::vector<payload::Leaf> leaves;  // as they stand in the message that is opened
  payload::v1::Payload original;      // that message as it was drafted, for the facts
  exchange::v1::Statement original_statement;
};

// Where the messages are kept that are opened. Everything outlives it.
struct Kept {
  store::Reader& reader;
  const message::AtRestKeys& at_rest;
};

// Who opens.
struct Opener {
  std::string_view own;  // our agency
  policy::v1::Rule::Role role = policy::v1::Rule::ROLE_UNSPECIFIED;
  base::Digest mark;       // as store::Exchange::submitter
  bool is_daemon = false;  // sees what anybody sent
};

// For whom, to whom and when it is decided. Everything outlives it.
struct Occasion {
  const partners::Registry& registry;
  const partners::Partner& partner;
  policy::v1::Rule::Role role = policy::v1::Rule::ROLE_UNSPECIFIED;
  absl::Time now;
  uint32_t releases = 0;  // persons other than the submitter who have agreed
};

// For a draft with `open`. Errors: VALIDATION_FAILED with every fault of `to`, `inReplyTo` and
// `open`, each path that names nothing, what was sent, what was opened already, or a part of a bond
// (BOND, with the paths that go with it); NOT_FOUND when in_reply_to is no message of ours to this
// partner, or, for a system, none of its own; WRONG_STATE when it was not delivered.
absl::StatusOr<Opening> MakeOpening(const desk::v1::Draft& draft, const Opener& opener,
                                    const Kept& kept);

// `draft` with the payload of `opening`. What it leaves out of the frame is the original's.
desk::v1::Draft Completed(const desk::v1::Draft& draft, const Opening& opening);

// As DecideView: on the leaves that are opened, by their own paths and classes, and on the facts of
// the message that is opened. `frame` is of the completed draft.
absl::StatusOr<View> DecideOpening(const Occasion& occasion, const partners::Frame& frame,
                                   const Opening& opening);

// As DecideAgain, on an opening that is sealed in `envelope`. Denied too when the message that it
// opens is not kept any more.
absl::Status DecideOpeningAgain(const Occasion& occasion, const exchange::v1::Envelope& envelope,
                                const Kept& kept, Again& again);

}  // namespace liaison::outbox

#endif  // LIAISON_DAEMON_OUTBOX_OPENING_H_
