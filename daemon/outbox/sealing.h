// From what was decided to the bytes that go: sealed, signed, and encrypted at rest.
#ifndef LIAISON_DAEMON_OUTBOX_SEALING_H_
#define LIAISON_DAEMON_OUTBOX_SEALING_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/crypto/keys.h"
#include "daemon/message/at_rest.h"
#include "daemon/outbox/view.h"
#include "daemon/store/rows.h"
#include "liaison/exchange/v1/statement.pb.h"

namespace liaison::outbox {

// What is sealed and with what. Everything outlives it.
struct Sealing {
  const exchange::v1::Statement& statement;
  const View& view;                     // REQUIRES: allowed
  const payload::v1::Payload& payload;  // the sender's own, kept beside it
  policy::v1::Rule::Role role = policy::v1::Rule::ROLE_UNSPECIFIED;  // of the submitter
  const crypto::PrivateKey& message_key;
  message::AtRestKeys& at_rest;
  uint32_t most_bytes = 0;                    // limits.message_bytes
  std::vector<std::string> derogations = {};  // ids of the rules that were set aside
};

// TOO_LARGE; or why it cannot be encrypted at rest.
absl::StatusOr<store::SealedMessage> SealMessage(const Sealing& sealing);

// Seals in until when the partner may keep it, when policy says so.
void KeepNoLonger(const View& view, absl::Time created, exchange::v1::Statement& statement);

// Until when the body of a message is kept: delete-by, or a year after it has expired.
absl::Time RetainUntil(const exchange::v1::Statement& statement);

}  // namespace liaison::outbox

#endif  // LIAISON_DAEMON_OUTBOX_SEALING_H_
