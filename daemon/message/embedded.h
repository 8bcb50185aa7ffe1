// A message that travels inside another: its sender's statement, signatures and receipt verbatim,
// and of its records those that are passed on. For the others their commitments stand, so that
// body_root holds for the excerpt as for the whole, and whoever gets it verifies the sender on what
// it sees.
#ifndef LIAISON_DAEMON_MESSAGE_EMBEDDED_H_
#define LIAISON_DAEMON_MESSAGE_EMBEDDED_H_

#include <functional>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/message/message.h"
#include "liaison/exchange/v1/statement.pb.h"

namespace liaison::message {

// What of `whole`, the exchange (`from`, `id`), goes: the records of the paths for which `goes` is
// true. Of the others an original becomes a withheld leaf; a changed value becomes a record without
// salt whose value is its commitment (formats.md). REQUIRES: an envelope that Open or ReadStored
// accepts.
exchange::v1::Envelope Excerpt(const exchange::v1::Envelope& whole, const ExchangeId& id,
                               std::string_view from,
                               const std::function<bool(std::string_view path)>& goes);

// Authenticate and OpenBody for a message that `opener.recipient` received before `passed_on`, and
// that may be an excerpt. Whether it has expired since is not asked; opener.now and opener.extent
// are set here. MALFORMED when it was created after `passed_on`.
absl::StatusOr<VerifiedMessage> OpenEmbedded(const exchange::v1::Envelope& envelope, Opener opener,
                                             absl::Time passed_on);

}  // namespace liaison::message

#endif  // LIAISON_DAEMON_MESSAGE_EMBEDDED_H_
