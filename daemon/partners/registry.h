// Who the partners and our own people are, and the policy in force: one immutable snapshot, loaded
// whole or not at all.
#ifndef LIAISON_DAEMON_PARTNERS_REGISTRY_H_
#define LIAISON_DAEMON_PARTNERS_REGISTRY_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/audit/checkpoint.h"
#include "daemon/base/ids.h"
#include "daemon/base/mutex.h"
#include "daemon/crypto/keys.h"
#include "daemon/crypto/secret.h"
#include "daemon/message/message.h"
#include "daemon/policy/policy.h"
#include "liaison/config/v1/agency.pb.h"

namespace liaison::partners {

struct MessageKey {
  crypto::PublicKey key;
  config::v1::KeyState state = config::v1::KEY_STATE_UNSPECIFIED;
};

// A partner, with its keys parsed.
struct Partner {
  config::v1::Partner proto;
  std::vector<base::Digest> active_tls_keys;
  std::vector<MessageKey> message_keys;
  audit::LogKey log_key;
  std::optional<crypto::Secret> match_key;  // shared with it, for match tokens

  // Keys of the TLS certificates that its daemon may show.
  const std::vector<base::Digest>& ActiveTlsKeys() const { return active_tls_keys; }
  // Its message keys as message::Opener wants them.
  std::vector<message::SenderKey> SenderKeys() const;
};

// Immutable, thread-safe.
class Registry {
 public:
  // Reads agency.textproto and everything it names. VALIDATION_FAILED with every fault at once;
  // fields of text-format errors are "file:line:column".
  static absl::StatusOr<std::shared_ptr<const Registry>> Load(const std::string& config_path);

  // The configuration, with defaults filled in.
  const config::v1::Agency& agency() const { return agency_; }
  const std::vector<Partner>& partners() const { return partners_; }
  const policy::Policy& policy() const { return *policy_; }
  const std::string& policy_text() const { return policy_text_; }

  // nullptr when there is none.
  const Partner* FindPartner(std::string_view id) const;
  const Partner* PartnerByTlsKey(
      const base::Digest& spki) const;  // also of a key that is retired or revoked
  const config::v1::Person* PersonByKey(const base::Digest& spki) const;
  // True for TLS keys of partners that are RETIRED or REVOKED, and for people who are revoked.
  bool IsRevokedTlsKey(const base::Digest& spki) const;
  // Every key that may call us now: partners' ACTIVE TLS keys and people's. For cutting what is not
  // in it after a reload.
  bool MayCall(const base::Digest& spki) const;

  const base::Digest& policy_digest() const {
    return policy_digest_;
  }  // SHA-256 of the policy file
  const base::Digest& registry_digest() const {
    return registry_digest_;
  }  // of configuration and files it names; of match keys a MAC
  const base::Digest& snapshot_digest() const {
    return snapshot_digest_;
  }  // of both: what decisions are made under
  const std::string& config_text() const { return config_text_; }

  // `path` as it stands in the configuration, made absolute from the configuration's folder.
  std::string ResolvePath(std::string_view path) const;

 private:
  friend class RegistryBuilder;
  Registry() = default;

  std::string folder_;
  std::string config_text_;
  std::string policy_text_;
  config::v1::Agency agency_;
  std::vector<Partner> partners_;
  absl::flat_hash_map<std::string, size_t> by_id_;
  absl::flat_hash_map<base::Digest, size_t> by_tls_key_;
  absl::flat_hash_map<base::Digest, int> people_;  // index into agency_.person
  absl::flat_hash_map<base::Digest, bool> revoked_;
  std::shared_ptr<const policy::Policy> policy_;
  base::Digest policy_digest_;
  base::Digest registry_digest_;
  base::Digest snapshot_digest_;
};

bool HasRole(const config::v1::Person& person, config::v1::Person::Role role);

// Holds the snapshot in force. Thread-safe.
class Snapshots {
 public:
  explicit Snapshots(std::shared_ptr<const Registry> first) : current_(std::move(first)) {}
  std::shared_ptr<const Registry> Current() const;
  void Replace(std::shared_ptr<const Registry> next);

 private:
  mutable base::Mutex mu_;
  std::shared_ptr<const Registry> current_ ABSL_GUARDED_BY(mu_);
};

}  // namespace liaison::partners

#endif  // LIAISON_DAEMON_PARTNERS_REGISTRY_H_
