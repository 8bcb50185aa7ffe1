// A received message that is passed on: from what a draft names to what of it goes, decided field
// by field, and wrapped with its originator's signature (FORWARDED_ITEM).
#ifndef LIAISON_DAEMON_OUTBOX_FORWARD_H_
#define LIAISON_DAEMON_OUTBOX_FORWARD_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/message/at_rest.h"
#include "daemon/message/message.h"
#include "daemon/partners/passed_on.h"
#include "daemon/partners/registry.h"
#include "daemon/policy/policy.h"
#include "daemon/store/reader.h"
#include "liaison/desk/v1/desk.pb.h"

namespace liaison::outbox {

// Where received messages are found.
struct Received {
  const partners::Registry& registry;
  store::Reader& reader;
  const message::AtRestKeys& at_rest;
};

// The draft with the payload that Draft.forward asks for: the whole received message and the
// permission, as they are kept; what the draft does not say (urgency, purposes, handling,
// agreement) is the original's, purposes and TLP within the permission. Errors: ROLE_MISSING for a
// system, which may not see what others received; VALIDATION_FAILED; NOT_FOUND (message, grant);
// VERIFICATION_FAILED when what is kept is damaged.
absl::StatusOr<desk::v1::Draft> ExpandForward(const desk::v1::Draft& draft,
                                              policy::v1::Rule::Role role,
                                              const Received& received);

using Paths = google::protobuf::RepeatedPtrField<std::string>;
struct PassingOn {
  std::string third;  // the agency that would get it
  Paths named = {};   // fields of the original; none: those that are there
};
// Whether the original in an item was taken back, all of it or one of the fields, or the permission
// was, or was followed by a refusal.
absl::StatusOr<bool> IsTakenBack(const payload::v1::ForwardedItem& item, const PassingOn& passing,
                                 store::Reader& reader, const message::AtRestKeys& at_rest);

// What a draft passes on, for Reader::PassedOn. Nullopt when it passes nothing on.
std::optional<store::ExchangeName> PassedOnBy(const desk::v1::Draft& draft);

// The payload inside a FORWARDED_ITEM that ExpandForward made; nullopt for any other.
std::optional<payload::v1::Payload> PayloadInside(const payload::v1::Payload& payload);

// The item of one payload, opened again: its originator's signature is verified each time that it
// is decided on. One that does not verify is denied. Not thread-safe.
class Forward {
 public:
  // REQUIRES: a payload with an item. `now`: when it is decided.
  Forward(const partners::Registry& registry, const payload::v1::Payload& payload, absl::Time now);

  // Leaves those fields alone that `wanted` names (none: those that the permission names, or all).
  // VALIDATION_FAILED when it names something that is not there.
  absl::Status Choose(const desk::v1::ForwardMessage& wanted);

  // `of` gives the facts of one payload.
  policy::Facts Facts(
      const std::function<policy::Facts(const payload::v1::Payload& payload)>& of) const;
  // The leaves to decide on: those of the message, with the chosen ones inside it. A permission
  // that is asked for is needed.
  std::vector<payload::Leaf> Leaves(std::vector<payload::Leaf> outer) const;
  // D-15 and what follows: denies at step labels what its originator did not permit, or what does
  // not verify; withholds what is not kept as it is, and what is bound to it; denies when nothing
  // of the item goes. An earlier denial stays.
  void Settle(const partners::Frame& frame, const std::string& to,
              const std::vector<payload::Leaf>& leaves, policy::Decision& decision) const;
  // The field that is sealed: the original with those of `leaves` alone that are kept.
  message::SealedField Seal(const std::vector<payload::Leaf>& leaves,
                            const policy::Decision& decision) const;

 private:
  void WithholdWhatIsBound(const std::vector<payload::Leaf>& leaves,
                           policy::Decision& decision) const;

  const payload::v1::Payload& payload_;
  const absl::Time now_;
  std::optional<partners::PassedOn> item_;
  std::string fault_;  // why there is no item
  std::vector<payload::Leaf> chosen_;
};

// A preview shows what goes by path alone: values are for those who read the message, on record.
void HideItem(desk::v1::Preview& preview);

}  // namespace liaison::outbox

#endif  // LIAISON_DAEMON_OUTBOX_FORWARD_H_
