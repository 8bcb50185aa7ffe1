// Registry::Load: reads the configuration and everything it names, or says all that is wrong with
// it.
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "daemon/base/text_format.h"
#include "daemon/crypto/digest.h"
#include "daemon/crypto/secret.h"
#include "daemon/partners/check.h"
#include "daemon/partners/defaults.h"
#include "daemon/partners/registry.h"
#include "daemon/payload/records.h"
#include "daemon/payload/tokens.h"
#include "daemon/policy/text.h"

namespace liaison::partners {
namespace {

constexpr size_t kMaxFileBytes = base::kMaxTextFormatBytes;

// The file's bytes; nullopt when it cannot be read or is larger than any file of ours.
std::optional<std::string> ReadFile(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return std::nullopt;
  const uintmax_t size = std::filesystem::file_size(path, error);
  if (error || size > kMaxFileBytes) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  std::string bytes(size, '\0');
  if (!file.read(bytes.data(), static_cast<std::streamsize>(size))) return std::nullopt;
  return bytes;
}

absl::Status Refuse(const std::string& what, std::vector<base::FieldFault> faults) {
  base::ErrorText error;
  error.reason = base::Reason::kValidationFailed;
  error.message =
      absl::StrCat(what, " has ", faults.size(), " fault", faults.size() == 1 ? "" : "s",
                   ", the first at ", faults[0].field, ": ", faults[0].description);
  error.fix = "correct it; `liaisond --check-config` checks without applying";
  error.fields = std::move(faults);
  return base::MakeError(error);
}

// "8 bytes of length, bytes" of each part, so that no two lists of parts read alike.
std::string Framed(std::string_view part) {
  std::string framed;
  for (int shift = 56; shift >= 0; shift -= 8) {
    framed.push_back(static_cast<char>((part.size() >> shift) & 0xFF));
  }
  return framed.append(part);
}

}  // namespace

// Fills one registry step by step and collects the faults of all steps.
class RegistryBuilder {
 public:
  absl::StatusOr<std::shared_ptr<const Registry>> Build(const std::string& config_path) {
    absl::Status status = ReadConfig(config_path);
    if (!status.ok()) return status;
    faults_ = FindFaults(registry_->agency_);
    ReadOwnFiles();
    for (int i = 0; i < registry_->agency_.partner_size(); ++i) AddPartner(i);
    IndexPeople();
    ReadPolicy();
    if (!faults_.empty()) return Refuse("the configuration", std::move(faults_));
    SetDigests();
    return std::shared_ptr<const Registry>(std::move(registry_));
  }

 private:
  void Fault(std::string field, std::string_view rule, std::string what) {
    faults_.push_back({std::move(field), std::string(rule), std::move(what)});
  }

  absl::Status ReadConfig(const std::string& config_path) {
    const std::filesystem::path absolute = std::filesystem::absolute(config_path);
    registry_->folder_ = absolute.parent_path().string();
    std::optional<std::string> text = ReadFile(config_path);
    if (!text) {
      return Refuse("the configuration",
                    {{config_path, "FILE", "the file is missing or cannot be read"}});
    }
    registry_->config_text_ = *std::move(text);
    const absl::Status status =
        base::ParseTextFormat(registry_->config_text_, config_path, registry_->agency_);
    if (status.ok()) FillDefaults(registry_->agency_);
    return status;
  }

  // The content of a file that the configuration names; the registry's digest covers it.
  std::optional<std::string> Read(const std::string& name, const std::string& field) {
    if (name.empty()) return std::nullopt;  // reported as missing by FindFaults
    std::optional<std::string> bytes = ReadFile(registry_->ResolvePath(name));
    if (!bytes) {
      Fault(field, "FILE", "the file is missing or cannot be read");
      return std::nullopt;
    }
    files_[name] = *bytes;
    return bytes;
  }

  void ReadOwnFiles() {
    const config::v1::Keys& keys = registry_->agency_.keys();
    Read(keys.partner_ca(), "keys.partner_ca");
    Read(keys.people_ca(), "keys.people_ca");
    CheckOwnCertificate(keys.tls_certificate(), "keys.tls_certificate");
    CheckOwnCertificate(keys.message_certificate(), "keys.message_certificate");
    for (const auto& [field, file] : {std::pair{"keys.tls_key", &keys.tls_key()},
                                      {"keys.message_key", &keys.message_key()},
                                      {"keys.log_key", &keys.log_key()},
                                      {"keys.desk_log_key", &keys.desk_log_key()},
                                      {"keys.cosigner_key", &keys.cosigner_key()},
                                      {"keys.mac_key", &keys.mac_key()}}) {
      std::error_code error;
      if (file->empty() || std::filesystem::exists(registry_->ResolvePath(*file), error)) continue;
      Fault(field, "FILE", "the file is missing");
    }
    const std::string data = registry_->ResolvePath(registry_->agency_.data_dir()) + "/";
    for (const auto& [field, path] : {std::pair{"keys.at_rest_dir", &keys.at_rest_dir()},
                                      {"keys.guard_file", &keys.guard_file()}}) {
      if (!absl::StartsWith(registry_->ResolvePath(*path) + "/", data)) continue;
      Fault(field, "PLACE", "must not be in data_dir: a backup of one is not to hold the other");
    }
  }

  void CheckOwnCertificate(const std::string& name, const std::string& field) {
    const std::optional<std::string> pem = Read(name, field);
    if (!pem) return;
    const absl::StatusOr<crypto::Certificate> certificate = crypto::Certificate::FromPem(*pem);
    if (!certificate.ok()) {
      Fault(field, "CERTIFICATE", std::string(certificate.status().message()));
      return;
    }
    UseKey(certificate->public_key().spki_digest(), field);
  }

  // A key is used once: by one agency or person, for one purpose.
  void UseKey(const base::Digest& spki, const std::string& field) {
    const auto [first, is_new] = used_keys_.emplace(spki, field);
    if (!is_new)
      Fault(field, "DUPLICATE", absl::StrCat("this key is already used at ", first->second));
  }

  void AddPartner(int i) {
    const config::v1::Partner& proto = registry_->agency_.partner(i);
    const std::string path = absl::StrCat("partner[", i, "]");
    const absl::StatusOr<audit::LogKey> log_key = audit::LogKey::Parse(proto.log().verifier_key());
    if (!log_key.ok()) {
      Fault(path + ".log.verifier_key", "LOG_KEY", "write the verifier key that the partner gave");
      return;
    }
    UseKey(log_key->key().spki_digest(), path + ".log.verifier_key");
    CheckOrigin(log_key->origin(), path + ".log.verifier_key");
    Partner partner{proto, {}, {}, *log_key, std::nullopt};
    for (int j = 0; j < proto.tls_key_size(); ++j) {
      AddTlsKey(proto.tls_key(j), absl::StrCat(path, ".tls_key[", j, "]"), partner);
    }
    for (int j = 0; j < proto.message_key_size(); ++j) {
      AddMessageKey(proto.message_key(j), absl::StrCat(path, ".message_key[", j, "]"), partner);
    }
    ReadMatchKey(proto.match_key_file(), path + ".match_key_file", partner);
    registry_->by_id_.emplace(proto.id(), registry_->partners_.size());
    registry_->partners_.push_back(std::move(partner));
  }

  // The registry's digest covers a MAC under the key, so that another key is another configuration.
  void ReadMatchKey(const std::string& name, const std::string& field, Partner& partner) {
    if (name.empty()) return;
    absl::StatusOr<crypto::Secret> key = crypto::ReadSecretFile(registry_->ResolvePath(name));
    if (absl::IsNotFound(key.status())) return Fault(field, "FILE", "the file is missing");
    if (!key.ok()) return Fault(field, "SECRET", std::string(key.status().message()));
    if (key->size() != payload::kMatchKeySize) {
      return Fault(field, "SIZE", "must hold 32 random bytes and nothing else");
    }
    const base::Digest mac = crypto::HmacSha256(*key, {"liaison/match-key/v1"});
    const auto [first, is_new] = match_keys_.emplace(mac, field);
    if (!is_new) {
      return Fault(field, "DUPLICATE", absl::StrCat("this key is already used at ", first->second));
    }
    files_[name] = std::string(mac.raw());
    partner.match_key = *std::move(key);
  }

  void AddTlsKey(const config::v1::TlsKey& key, const std::string& path, Partner& partner) {
    const absl::StatusOr<base::Digest> digest = base::ParseDigest(key.spki_sha256());
    if (!digest.ok()) return;  // reported by FindFaults
    UseKey(*digest, path + ".spki_sha256");
    registry_->by_tls_key_.emplace(*digest, registry_->partners_.size());
    if (key.state() == config::v1::ACTIVE) {
      partner.active_tls_keys.push_back(*digest);
    } else {
      registry_->revoked_.emplace(*digest, true);
    }
  }

  void CheckOrigin(const std::string& origin, const std::string& field) {
    const std::string own = absl::StrCat(registry_->agency_.domain(), "/");
    if (absl::StartsWith(origin, own)) Fault(field, "ORIGIN", "this names a log of our own domain");
    if (!origins_.insert(origin).second) Fault(field, "DUPLICATE", "another partner has this log");
  }

  void AddMessageKey(const config::v1::MessageKey& key, const std::string& path, Partner& partner) {
    const std::string field = path + ".certificate_file";
    const std::optional<std::string> pem = Read(key.certificate_file(), field);
    if (!pem) return;
    const absl::StatusOr<crypto::Certificate> certificate = crypto::Certificate::FromPem(*pem);
    if (!certificate.ok()) {
      Fault(field, "CERTIFICATE", std::string(certificate.status().message()));
      return;
    }
    if (certificate->public_key().spki_digest().hex() != key.spki_sha256()) {
      Fault(path + ".spki_sha256", "DIGEST", "is not that of the key in certificate_file");
      return;
    }
    UseKey(certificate->public_key().spki_digest(), path + ".spki_sha256");
    partner.message_keys.push_back({certificate->public_key(), key.state()});
  }

  void IndexPeople() {
    for (int i = 0; i < registry_->agency_.person_size(); ++i) {
      const config::v1::Person& person = registry_->agency_.person(i);
      const absl::StatusOr<base::Digest> digest = base::ParseDigest(person.spki_sha256());
      if (!digest.ok()) continue;  // reported by FindFaults
      UseKey(*digest, absl::StrCat("person[", i, "].spki_sha256"));
      registry_->people_.emplace(*digest, i);
      if (person.revoked()) registry_->revoked_.emplace(*digest, true);
    }
  }

  void ReadPolicy() {
    const std::string& name = registry_->agency_.policy_file();
    std::optional<std::string> text = ReadFile(registry_->ResolvePath(name));
    if (!text) {
      Fault("policy_file", "FILE", "the file is missing or cannot be read");
      return;
    }
    registry_->policy_text_ = *std::move(text);
    absl::StatusOr<policy::PolicyText> policy = policy::ReadPolicy(
        registry_->policy_text_, name, registry_->agency_.id(), payload::FindPath);
    if (!policy.ok()) return AddFaultsOf(policy.status());
    registry_->policy_ = std::move(policy->policy);
  }

  void AddFaultsOf(const absl::Status& status) {
    const std::optional<base::ErrorText> error = base::GetError(status);
    if (!error || error->fields.empty()) {
      return Fault("policy_file", "POLICY", std::string(status.message()));
    }
    faults_.insert(faults_.end(), error->fields.begin(), error->fields.end());
  }

  void SetDigests() {
    std::string all = Framed(registry_->config_text_);
    for (const auto& [name, bytes] : files_) {
      all += Framed(name);
      all += Framed(bytes);
    }
    registry_->registry_digest_ =
        crypto::Sha256({"liaison/registry/v1", std::string_view("\0", 1), all});
    registry_->policy_digest_ = crypto::Sha256(registry_->policy_text_);
    registry_->snapshot_digest_ =
        crypto::Sha256({"liaison/snapshot/v1", std::string_view("\0", 1),
                        registry_->registry_digest_.raw(), registry_->policy_digest_.raw()});
  }

  std::shared_ptr<Registry> registry_ = std::shared_ptr<Registry>(new Registry());
  std::vector<base::FieldFault> faults_;
  std::map<std::string, std::string> files_;
  std::map<base::Digest, std::string> used_keys_;
  std::map<base::Digest, std::string> match_keys_;  // MACs
  std::set<std::string> origins_;
};

absl::StatusOr<std::shared_ptr<const Registry>> Registry::Load(const std::string& config_path) {
  return RegistryBuilder().Build(config_path);
}

}  // namespace liaison::partners
