// What other software with bgc-example's keys could send to ho-example: sealed and logged as its
// sender would, whatever a daemon would say.
#ifndef LIAISON_TESTS_OUTBOX_BY_HAND_H_
#define LIAISON_TESTS_OUTBOX_BY_HAND_H_

#include "daemon/message/message.h"
#include "tests/outbox/two_agencies.h"

namespace liaison::testing {

// A statement in reply to `original`, with a fresh id: all else as the original's.
exchange::v1::Statement ReplyTo(const exchange::v1::Envelope& original,
                                payload::v1::MessageType type);

message::Sealed SealByHand(TwoAgencies& agencies, const exchange::v1::Statement& statement,
                           const payload::v1::Payload& payload);

// A message of `agency` that is on record alone, as one that went (SENT) or never did (DENIED_OUT).
exchange::v1::Envelope RecordByHand(Agency& agency, const exchange::v1::Statement& statement,
                                    const payload::v1::Payload& payload,
                                    audit::v1::Event event = audit::v1::SENT);

// A FORWARDED_ITEM of `agency` to `partner` that embeds `original` and was delivered. Its name.
store::ExchangeName PassOnByHand(Agency& agency, const exchange::v1::Envelope& original,
                                 const std::string& partner);

// Logs `sealed`, and delivers it. What ho-example answers.
audit::v1::Outward::Code DeliverSealed(TwoAgencies& agencies, message::Sealed sealed);

// Seals `payload` under `statement`, with nothing withheld, and delivers it. What ho-example
// answers.
audit::v1::Outward::Code DeliverByHand(TwoAgencies& agencies,
                                       const exchange::v1::Statement& statement,
                                       const payload::v1::Payload& payload);

}  // namespace liaison::testing

#endif  // LIAISON_TESTS_OUTBOX_BY_HAND_H_
