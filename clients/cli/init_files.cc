#include "clients/cli/init_files.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/substitute.h"

namespace liaison::cli {
namespace {

// $0 id, $1 name, $2 country, $3 domain, $4 operator's key, $5 TLS key, $6 message key, $7 log key
constexpr char kAgency[] =
    R"text(# Liaison: the configuration of one daemon. Check it with: liaisond --config agency.textproto --check-config
# Relative paths are taken from the folder of this file.

id: "$0"  # never changed
name: "$1"
country: "$2"  # ISO 3166-1 alpha-2; XX for an international organisation
domain: "$3"  # names the logs: $3/liaison-log/1/1
production: false  # true refuses what is allowed for tests only

# Partners need these from you, on a way that cannot be tampered with:
#   TLS key      $5
#   message key  $6
#   log key      $7
keys {
  tls_certificate: "pki/tls.crt"          # of pki/tls.csr, from your CA; leaf first
  tls_key: "pki/tls.key"
  partner_ca: "pki/partner-ca.crt"        # what partners' TLS certificates chain to
  people_ca: "pki/people-ca.crt"          # what your own people's certificates chain to
  message_certificate: "pki/message.crt"  # of pki/message.csr
  message_key: "pki/message.key"
  log_key: "pki/log.key"
  desk_log_key: "pki/desk-log.key"
  cosigner_key: "pki/cosigner.key"
  at_rest_dir: "keys/at-rest"             # keep keys/ off the disk and the backups that hold data/
  guard_file: "keys/guard"
  mac_key: "keys/mac.key"
}

data_dir: "data"
policy_file: "policy.textproto"

listeners {
  exchange: "0.0.0.0:7443"   # partners
  desk: "127.0.0.1:7444"     # your own people and systems
  ops: "127.0.0.1:7445"      # /metrics, /livez, /readyz; loopback only
}

# Your own people and systems: a certificate that is not listed here is refused.
person {
  name: "operator"
  uri: "liaison://agency/$0/person/operator"
  spki_sha256: "$4"  # of pki/operator.key
  roles: [OPERATOR]
}
# person {
#   name: "officer-1"
#   uri: "liaison://agency/$0/person/officer-1"
#   spki_sha256: "64 hex digits: SHA-256 of the public key"
#   roles: [OFFICER]
# }

# partner {
#   id: "ho-example"  name: "Home Office (example)"  country: "GB"  class: MINISTRY
#   endpoint: "liaison.ho.example:7443"
#   tls_key { spki_sha256: "64 hex digits" state: ACTIVE }
#   message_key { spki_sha256: "64 hex digits" certificate_file: "partners/ho-example.crt" state: ACTIVE }
#   log { verifier_key: "ho.example/liaison-log/1/1+8 hex digits+base64" }
#   match_key_file: "keys/match-ho-example.key"   # only for match tokens: 32 random bytes that both hold, mode 0600
# }
)text";

constexpr char kClient[] =
    R"text(# Liaison: the configuration of the command line. Use it with: liaison --config client.textproto status
current_context: "operator"

context {
  name: "operator"
  agency: "$0"
  desk: "127.0.0.1:7444"
  certificate: "pki/operator.crt"  # of pki/operator.csr
  key: "pki/operator.key"
  ca: "pki/desk-ca.crt"            # what the daemon's own TLS certificate chains to
}
)text";

}  // namespace

std::string AgencyText(const NewAgency& agency) {
  return absl::Substitute(kAgency, agency.id, absl::Utf8SafeCEscape(agency.name), agency.country,
                          agency.domain, agency.operator_key, agency.tls_key, agency.message_key,
                          agency.log_key);
}

std::string PolicyText(const NewAgency& agency) {
  return absl::StrReplaceAll(
      kStartingPolicy, {{"id: \"starting-policy\"", absl::StrCat("id: \"", agency.id, "-1\"")}});
}

std::string ClientText(const NewAgency& agency) { return absl::Substitute(kClient, agency.id); }

std::vector<std::string> NextSteps(Language language, const std::string& folder) {
  if (language == Language::kVietnamese) {
    return {
        absl::StrCat("gửi ", folder, "/pki/*.csr đến CA; đặt chứng thư bên cạnh (.crt)"),
        absl::StrCat("đặt CA của đối tác vào ", folder,
                     "/pki/partner-ca.crt, CA của người dùng vào ", folder,
                     "/pki/people-ca.crt, CA của chứng thư TLS vào ", folder, "/pki/desk-ca.crt"),
        absl::StrCat("điền địa chỉ, người dùng, đối tác vào ", folder,
                     "/agency.textproto và quy tắc vào ", folder, "/policy.textproto"),
        absl::StrCat(
            "liaisond --config ", folder,
            "/agency.textproto --check-config, rồi chạy không có --check-config: lần đầu tạo "
            "nhật ký và tệp canh giữ"),
    };
  }
  return {
      absl::StrCat("have your CA sign ", folder,
                   "/pki/*.csr; put the certificates beside them (.crt)"),
      absl::StrCat("put the partners' CA into ", folder,
                   "/pki/partner-ca.crt, your people's CA into ", folder,
                   "/pki/people-ca.crt, and the CA of your TLS certificate into ", folder,
                   "/pki/desk-ca.crt"),
      absl::StrCat("fill in addresses, people and partners in ", folder,
                   "/agency.textproto, and rules in ", folder, "/policy.textproto"),
      absl::StrCat(
          "liaisond --config ", folder,
          "/agency.textproto --check-config, then without --check-config: its first start makes "
          "the logs and the guard file"),
  };
}

}  // namespace liaison::cli
