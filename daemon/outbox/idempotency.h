// Idempotency keys: under what a submission is remembered. Key and draft are kept as HMACs, the key
// for each submitter and recipient.
#ifndef LIAISON_DAEMON_OUTBOX_IDEMPOTENCY_H_
#define LIAISON_DAEMON_OUTBOX_IDEMPOTENCY_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "daemon/base/ids.h"
#include "daemon/crypto/secret.h"
#include "liaison/desk/v1/draft.pb.h"

namespace liaison::outbox {

// VALIDATION_FAILED unless it is 1 to 128 bytes.
absl::Status CheckKey(std::string_view key);

// What is the same for the same caller, key and recipient. REQUIRES: a key that CheckKey lets pass.
struct KeyOwner {
  std::string_view submitter;  // registered name
  std::string_view to;
};
base::Digest KeyMark(const crypto::Secret& mac_key, const KeyOwner& owner, std::string_view key);

// What is the same for the same draft, whoever it goes to.
base::Digest DraftMark(const crypto::Secret& mac_key, const desk::v1::Draft& draft);

// The key was used for another draft.
absl::Status KeyConflict();

}  // namespace liaison::outbox

#endif  // LIAISON_DAEMON_OUTBOX_IDEMPOTENCY_H_
