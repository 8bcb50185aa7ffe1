// The agency's own keys, loaded once, and what they are called.
#ifndef LIAISON_DAEMON_APP_KEY_RING_H_
#define LIAISON_DAEMON_APP_KEY_RING_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "daemon/audit/checkpoint.h"
#include "daemon/crypto/keys.h"
#include "daemon/crypto/secret.h"
#include "daemon/partners/registry.h"
#include "liaison/audit/v1/record.pb.h"

namespace liaison::app {

struct KeyRing {
  std::unique_ptr<crypto::PrivateKey> message;
  std::unique_ptr<crypto::PrivateKey> exchange_log;
  std::unique_ptr<crypto::PrivateKey> desk_log;
  std::unique_ptr<crypto::PrivateKey> cosigner;
  crypto::Secret mac;

  std::string exchange_origin;  // "<domain>/liaison-log/<instance>/<epoch>"
  std::string desk_origin;      // "<domain>/liaison-desk/<instance>/<epoch>"

  audit::LogKey ExchangeLogKey() const;
  audit::LogKey DeskLogKey() const;
};

// Every key file of the configuration. Errors: VALIDATION_FAILED naming the field, the file and the
// fix: missing, readable by others, of the wrong algorithm, not the key of its certificate, one key
// in two places.
absl::StatusOr<KeyRing> LoadKeys(const partners::Registry& registry);

// GENESIS of a log: binds origin, log key and cosigner key to the message key.
audit::v1::Record GenesisRecord(const KeyRing& keys, const audit::LogKey& log);

inline constexpr std::string_view kKeyBindingType =
    "application/vnd.liaison.key-binding.v1+protobuf";

}  // namespace liaison::app

#endif  // LIAISON_DAEMON_APP_KEY_RING_H_
