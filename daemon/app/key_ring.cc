#include "daemon/app/key_ring.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/message/message.h"

namespace liaison::app {
namespace {

using base::MakeError;
using base::Reason;
using crypto::KeyAlgorithm;

absl::Status Fault(const std::string& field, const std::string& text, std::string_view fix) {
  base::ErrorText error;
  error.reason = Reason::kValidationFailed;
  error.message = absl::StrCat("keys.", field, ": ", text);
  error.fix = std::string(fix);
  error.fields = {{absl::StrCat("keys.", field), "KEY", text}};
  return base::MakeError(error);
}

absl::StatusOr<std::unique_ptr<crypto::PrivateKey>> Load(const partners::Registry& registry,
                                                         const std::string& field,
                                                         const std::string& path,
                                                         KeyAlgorithm algorithm) {
  absl::StatusOr<std::unique_ptr<crypto::PrivateKey>> key =
      crypto::PrivateKey::FromFile(registry.ResolvePath(path));
  if (!key.ok()) return Fault(field, std::string(key.status().message()), "see `liaison init`");
  if ((*key)->public_key().algorithm() != algorithm) {
    return Fault(
        field, "is a key of the wrong algorithm",
        algorithm == KeyAlgorithm::kEd25519 ? "make an Ed25519 key" : "make an ECDSA P-256 key");
  }
  return key;
}

absl::Status CheckDistinct(const KeyRing& keys) {
  std::set<base::Digest> seen;
  for (const crypto::PrivateKey* key :
       {keys.message.get(), keys.exchange_log.get(), keys.desk_log.get(), keys.cosigner.get()}) {
    if (!seen.insert(key->public_key().spki_digest()).second) {
      return Fault("log_key", "one key serves two purposes", "make a key for each purpose");
    }
  }
  return absl::OkStatus();
}

}  // namespace

audit::LogKey KeyRing::ExchangeLogKey() const {
  return audit::LogKey::Make(exchange_origin, exchange_log->public_key());
}

audit::LogKey KeyRing::DeskLogKey() const {
  return audit::LogKey::Make(desk_origin, desk_log->public_key());
}

absl::StatusOr<KeyRing> LoadKeys(const partners::Registry& registry) {
  const auto& config = registry.agency();
  const auto& files = config.keys();
  KeyRing keys;
  struct Wanted {
    std::string field;
    const std::string& path;
    KeyAlgorithm algorithm;
    std::unique_ptr<crypto::PrivateKey>& place;
  };
  for (const Wanted& wanted : {
           Wanted{"message_key", files.message_key(), KeyAlgorithm::kEcdsaP256, keys.message},
           Wanted{"log_key", files.log_key(), KeyAlgorithm::kEd25519, keys.exchange_log},
           Wanted{"desk_log_key", files.desk_log_key(), KeyAlgorithm::kEd25519, keys.desk_log},
           Wanted{"cosigner_key", files.cosigner_key(), KeyAlgorithm::kEd25519, keys.cosigner},
       }) {
    absl::StatusOr<std::unique_ptr<crypto::PrivateKey>> key =
        Load(registry, wanted.field, wanted.path, wanted.algorithm);
    if (!key.ok()) return key.status();
    wanted.place = *std::move(key);
  }
  absl::Status status = CheckDistinct(keys);
  if (!status.ok()) return status;
  absl::StatusOr<crypto::Secret> mac =
      crypto::ReadSecretFile(registry.ResolvePath(files.mac_key()));
  if (!mac.ok()) return Fault("mac_key", std::string(mac.status().message()), "see `liaison init`");
  if (mac->size() != 32) return Fault("mac_key", "must hold 32 bytes", "see `liaison init`");
  keys.mac = *std::move(mac);
  const std::string place = absl::StrCat(config.instance(), "/", config.epoch());
  keys.exchange_origin = absl::StrCat(config.domain(), "/liaison-log/", place);
  keys.desk_origin = absl::StrCat(config.domain(), "/liaison-desk/", place);
  return keys;
}

audit::v1::Record GenesisRecord(const KeyRing& keys, const audit::LogKey& log) {
  audit::v1::KeyBinding binding;
  binding.set_origin(log.origin());
  binding.set_log_key(log.Text());
  const std::string domain = log.origin().substr(0, log.origin().find('/'));
  binding.set_cosigner_key(
      audit::LogKey::Make(absl::StrCat(domain, "/liaison-witness/1"), keys.cosigner->public_key())
          .Text());
  binding.set_signing_key(std::string(keys.message->public_key().spki_digest().raw()));
  audit::v1::Record record;
  record.set_event(audit::v1::GENESIS);
  record.set_key_binding(binding.SerializeAsString());
  record.set_key_binding_signature(
      keys.message->Sign(message::Pae(kKeyBindingType, record.key_binding())));
  return record;
}

}  // namespace liaison::app
