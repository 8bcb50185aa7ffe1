#include "daemon/partners/check.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "daemon/base/ids.h"
#include "daemon/base/text_format.h"
#include "daemon/partners/address.h"
#include "daemon/partners/registry.h"

namespace liaison::partners {
namespace {

using config::v1::Agency;
using config::v1::Person;

bool IsCountry(std::string_view country) {
  return country.size() == 2 && absl::ascii_isupper(static_cast<unsigned char>(country[0])) &&
         absl::ascii_isupper(static_cast<unsigned char>(country[1]));
}

// A handle or a name in a URI or in the origin of a log.
bool IsName(std::string_view name) {
  if (name.empty() || name.size() > 100) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_' || c == '-';
  });
}

bool IsDomain(std::string_view domain) {
  return IsName(domain) && domain.find('.') != std::string_view::npos;
}

class Checker {
 public:
  explicit Checker(const Agency& agency) : agency_(agency) {}

  std::vector<base::FieldFault> Run() {
    CheckAgency();
    CheckListeners();
    CheckKeyFiles();
    CheckLimits();
    for (int i = 0; i < agency_.partner_size(); ++i) {
      CheckPartner(agency_.partner(i), absl::StrCat("partner[", i, "]"));
    }
    for (int i = 0; i < agency_.person_size(); ++i) {
      CheckPerson(agency_.person(i), absl::StrCat("person[", i, "]"));
    }
    return std::move(faults_);
  }

 private:
  void Fault(std::string field, std::string_view rule, std::string what) {
    faults_.push_back({std::move(field), std::string(rule), std::move(what)});
  }

  void CheckAgency() {
    if (!base::IsAgencyId(agency_.id())) {
      Fault("id", "AGENCY_ID", "write 2 to 63 lower-case letters, digits and '-'");
    }
    if (agency_.name().empty()) Fault("name", "REQUIRED", "name the agency for people");
    CheckCountry(agency_.country(), "country");
    if (!IsDomain(agency_.domain())) {
      Fault("domain", "DOMAIN", "write a domain, e.g. \"border.example\"");
    }
    if (!IsName(agency_.instance())) {
      Fault("instance", "NAME", "write letters, digits, '.', '_' and '-'");
    }
    const std::set<std::string> levels = {"trace", "debug", "info", "warn", "error"};
    if (levels.count(agency_.log_level()) == 0) {
      Fault("log_level", "UNKNOWN", "write trace, debug, info, warn or error");
    }
    if (!agency_.production()) return;
    if (agency_.reflection()) Fault("reflection", "PRODUCTION", "not in production; take it out");
    if (agency_.log_level() == "trace") {
      Fault("log_level", "PRODUCTION", "not in production; write info");
    }
  }

  void CheckCountry(const std::string& country, const std::string& path) {
    // Reserved in ISO 3166-1 and of no country: a policy, which says GB, would not meet it.
    if (country == "UK") return Fault(path, "COUNTRY", "write \"GB\"");
    if (IsCountry(country)) return;
    Fault(path, "COUNTRY", "write two capital letters (ISO 3166-1), or \"XX\"");
  }

  std::optional<Address> CheckAddress(const std::string& text, const std::string& path) {
    std::optional<Address> address = ParseAddress(text);
    if (!address) Fault(path, "ADDRESS", "write \"host:port\" or \"[IPv6 address]:port\"");
    return address;
  }

  void CheckListeners() {
    const config::v1::Listeners& listeners = agency_.listeners();
    std::set<std::string> used;
    for (const auto& [path, text] : {std::pair{"listeners.exchange", &listeners.exchange()},
                                     {"listeners.desk", &listeners.desk()},
                                     {"listeners.ops", &listeners.ops()}}) {
      const std::optional<Address> address = CheckAddress(*text, path);
      if (!address) continue;
      if (address->port == 0 && agency_.production()) {
        Fault(path, "PRODUCTION", "name the port");
      }
      if (address->port != 0 && !used.insert(*text).second) {
        Fault(path, "DUPLICATE", "another listener has this address");
      }
      if (text == &listeners.ops() && !address->IsLoopback()) {
        Fault(path, "LOOPBACK", "write a loopback address, e.g. \"127.0.0.1:9090\"");
      }
    }
  }

  void CheckKeyFiles() {
    const config::v1::Keys& keys = agency_.keys();
    for (const auto& [path, file] : {std::pair{"keys.tls_certificate", &keys.tls_certificate()},
                                     {"keys.tls_key", &keys.tls_key()},
                                     {"keys.partner_ca", &keys.partner_ca()},
                                     {"keys.people_ca", &keys.people_ca()},
                                     {"keys.message_certificate", &keys.message_certificate()},
                                     {"keys.message_key", &keys.message_key()},
                                     {"keys.log_key", &keys.log_key()},
                                     {"keys.desk_log_key", &keys.desk_log_key()},
                                     {"keys.cosigner_key", &keys.cosigner_key()}}) {
      if (file->empty()) Fault(path, "REQUIRED", "name the file");
    }
  }

  void CheckLimits() {
    const config::v1::Limits& limits = agency_.limits();
    if (limits.deliver_bytes() < limits.message_bytes()) {
      Fault("limits.deliver_bytes", "LIMIT", "at least limits.message_bytes");
    }
    if (limits.disk_low_bytes() < limits.disk_full_bytes()) {
      Fault("limits.disk_low_bytes", "LIMIT", "at least limits.disk_full_bytes");
    }
  }

  void CheckDigest(const std::string& hex, const std::string& path) {
    if (base::ParseDigest(hex).ok()) return;
    Fault(path, "DIGEST",
          "write the SHA-256 of the SubjectPublicKeyInfo, 64 lower-case hex digits");
  }

  void CheckState(config::v1::KeyState state, const std::string& path) {
    if (state != config::v1::KEY_STATE_UNSPECIFIED) return;
    Fault(path, "REQUIRED", "write ACTIVE, RETIRED or REVOKED");
  }

  void CheckPartner(const config::v1::Partner& partner, const std::string& path) {
    if (!base::IsAgencyId(partner.id())) {
      Fault(path + ".id", "AGENCY_ID", "write 2 to 63 lower-case letters, digits and '-'");
    } else if (partner.id() == agency_.id()) {
      Fault(path + ".id", "AGENCY_ID", "this is our own agency");
    } else if (!partner_ids_.insert(partner.id()).second) {
      Fault(path + ".id", "DUPLICATE", "another partner has this id");
    }
    CheckCountry(partner.country(), path + ".country");
    if (partner.class_() == config::v1::Partner::CLASS_UNSPECIFIED) {
      Fault(path + ".class", "REQUIRED", "name the class of the partner");
    }
    const std::optional<Address> endpoint = CheckAddress(partner.endpoint(), path + ".endpoint");
    if (endpoint && endpoint->port == 0) Fault(path + ".endpoint", "ADDRESS", "name the port");
    if (endpoint && endpoint->IsLoopback() && agency_.production()) {
      Fault(path + ".endpoint", "PRODUCTION", "not a loopback address in production");
    }
    CheckPartnerKeys(partner, path);
  }

  void CheckPartnerKeys(const config::v1::Partner& partner, const std::string& path) {
    if (partner.tls_key().empty()) Fault(path + ".tls_key", "REQUIRED", "register one or more");
    for (int i = 0; i < partner.tls_key_size(); ++i) {
      const std::string where = absl::StrCat(path, ".tls_key[", i, "]");
      CheckDigest(partner.tls_key(i).spki_sha256(), where + ".spki_sha256");
      CheckState(partner.tls_key(i).state(), where + ".state");
    }
    if (partner.message_key().empty()) {
      Fault(path + ".message_key", "REQUIRED", "register one or more");
    }
    for (int i = 0; i < partner.message_key_size(); ++i) {
      const config::v1::MessageKey& key = partner.message_key(i);
      const std::string where = absl::StrCat(path, ".message_key[", i, "]");
      CheckDigest(key.spki_sha256(), where + ".spki_sha256");
      CheckState(key.state(), where + ".state");
      if (key.certificate_file().empty()) {
        Fault(where + ".certificate_file", "REQUIRED", "name the file of its certificate");
      }
      CheckRevokedSince(key, where + ".revoked_since");
    }
  }

  void CheckRevokedSince(const config::v1::MessageKey& key, const std::string& path) {
    if (key.revoked_since().empty()) return;
    absl::Time time;
    std::string error;
    if (!absl::ParseTime(absl::RFC3339_full, key.revoked_since(), &time, &error)) {
      Fault(path, "TIME", "write a time as in RFC 3339, e.g. \"2026-03-01T00:00:00Z\"");
    } else if (key.state() != config::v1::REVOKED) {
      Fault(path, "CONSISTENCY", "goes with state REVOKED alone");
    }
  }

  void CheckPerson(const Person& person, const std::string& path) {
    if (!IsName(person.name())) {
      Fault(path + ".name", "NAME", "write letters, digits, '.', '_' and '-'");
    } else if (!people_.insert(person.name()).second) {
      Fault(path + ".name", "DUPLICATE", "another person has this name");
    }
    CheckDigest(person.spki_sha256(), path + ".spki_sha256");
    if (person.roles().empty()) Fault(path + ".roles", "REQUIRED", "name one or more");
    const bool is_system = HasRole(person, Person::SYSTEM);
    if (HasRole(person, Person::ROLE_UNSPECIFIED)) {
      Fault(path + ".roles", "REQUIRED", "name a role");
    }
    if (is_system && person.roles_size() > 1) {
      Fault(path + ".roles", "CONSISTENCY", "a system has no other role");
    }
    const bool acts = HasRole(person, Person::OFFICER) || HasRole(person, Person::RELEASER) ||
                      HasRole(person, Person::SUPERVISOR);
    if (HasRole(person, Person::AUDITOR) && acts) {
      Fault(path + ".roles", "CONSISTENCY",
            "an auditor sends and releases nothing: nobody looks over their own work");
    }
    CheckUri(person.uri(), is_system ? "system" : "person", path + ".uri");
  }

  void CheckUri(const std::string& uri, const std::string& kind, const std::string& path) {
    const std::string prefix = absl::StrCat("liaison://agency/", agency_.id(), "/", kind, "/");
    if (!absl::StartsWith(uri, prefix) || !IsName(std::string_view(uri).substr(prefix.size()))) {
      Fault(path, "URI", absl::StrCat("write \"", prefix, "<name>\""));
    } else if (!uris_.insert(uri).second) {
      Fault(path, "DUPLICATE", "another person has this URI");
    }
  }

  const Agency& agency_;
  std::vector<base::FieldFault> faults_;
  std::set<std::string> partner_ids_;
  std::set<std::string> people_;
  std::set<std::string> uris_;
};

}  // namespace

std::vector<base::FieldFault> FindFaults(const Agency& agency) {
  std::vector<base::FieldFault> faults = base::FindUnreadable(agency);
  for (base::FieldFault& fault : Checker(agency).Run()) faults.push_back(std::move(fault));
  return faults;
}

}  // namespace liaison::partners
