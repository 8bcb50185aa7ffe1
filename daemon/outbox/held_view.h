// What would go of a held draft, under what holds now, and a digest of exactly that: a person who
// releases it names the digest of what was shown.
#ifndef LIAISON_DAEMON_OUTBOX_HELD_VIEW_H_
#define LIAISON_DAEMON_OUTBOX_HELD_VIEW_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/base/ids.h"
#include "daemon/crypto/secret.h"
#include "daemon/message/at_rest.h"
#include "daemon/outbox/view.h"
#include "daemon/partners/registry.h"
#include "daemon/store/reader.h"
#include "liaison/exchange/v1/statement.pb.h"
#include "liaison/store/v1/kept.pb.h"

namespace liaison::outbox {

struct HeldView {
  desk::v1::Draft draft;              // with the payload that is made of it, when it opens fields
  exchange::v1::Statement statement;  // without what sealing adds
  View view;
  base::Digest digest;
};

// What it depends on. Everything outlives it.
struct Holding {
  const partners::Registry& registry;
  store::Reader& reader;
  const message::AtRestKeys& at_rest;
  const crypto::Secret& mac_key;
  const store::Exchange& exchange;
  const store::v1::KeptHeld& held;
  uint32_t releases = 0;  // persons other than the submitter who agree
  absl::Time now;
};

// The message is as its submission fixed it: id, conversation, when it was created and expires.
// Errors: UNKNOWN_PARTNER when it is no partner any more; NOT_FOUND when what it answers or
// supersedes was denied since; those of MakeOpening and DecideView.
absl::StatusOr<HeldView> ViewHeld(const Holding& holding);

// Rules that a message asks to be set aside, and why.
using Derogations = google::protobuf::RepeatedPtrField<desk::v1::Derogation>;

// Over the statement without what sealing adds, each field that goes or is withheld, in order of
// path, and the derogations; see "What is released" in docs/formats.md.
base::Digest ViewDigest(const exchange::v1::Statement& statement,
                        const std::vector<message::SealedField>& fields,
                        const Derogations& derogations);

}  // namespace liaison::outbox

#endif  // LIAISON_DAEMON_OUTBOX_HELD_VIEW_H_
