#include "daemon/policy/check.h"

#include <set>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "daemon/base/ids.h"
#include "daemon/base/text_format.h"
#include "daemon/policy/validity.h"

namespace liaison::policy {
namespace {

using google::protobuf::RepeatedField;
using google::protobuf::RepeatedPtrField;

// Letters, digits, '.', '_' and '-': an id is shown to people and must not pass for a built-in
// rule.
bool IsId(std::string_view id) {
  if (id.empty() || id.size() > 100 || id == "default") return false;
  for (const char c : id) {
    const auto byte = static_cast<unsigned char>(c);
    if (!absl::ascii_isalnum(byte) && c != '.' && c != '_' && c != '-') return false;
  }
  return true;
}

bool IsCountry(std::string_view country) {
  return country.size() == 2 && absl::ascii_isupper(static_cast<unsigned char>(country[0])) &&
         absl::ascii_isupper(static_cast<unsigned char>(country[1]));
}

// Collects the faults of one file.
class Checker {
 public:
  Checker(const v1::Policy& policy, std::string_view own_agency, PathLookup find_path)
      : policy_(policy), own_agency_(own_agency), find_path_(find_path) {}

  std::vector<base::FieldFault> Run() {
    CheckHead();
    std::set<std::string> agreements, rules, quotas;
    for (int i = 0; i < policy_.agreement_size(); ++i) {
      CheckAgreement(policy_.agreement(i), absl::StrCat("policy.agreement[", i, "]"), agreements);
    }
    for (int i = 0; i < policy_.quota_size(); ++i) {
      CheckId(policy_.quota(i).id(), absl::StrCat("policy.quota[", i, "].id"), quotas);
    }
    for (int i = 0; i < policy_.rule_size(); ++i) {
      const std::string path = absl::StrCat("policy.rule[", i, "]");
      CheckId(policy_.rule(i).id(), path + ".id", rules);
      CheckRule(policy_.rule(i), path);
      CheckObligations(policy_.rule(i), path, quotas);
    }
    return std::move(faults_);
  }

 private:
  void Fault(std::string field, std::string_view rule, std::string what) {
    faults_.push_back({std::move(field), std::string(rule), std::move(what)});
  }

  void CheckHead() {
    if (!IsId(policy_.id())) Fault("policy.id", "ID", "write letters, digits, '.', '_' and '-'");
    if (policy_.version() == 0) Fault("policy.version", "REQUIRED", "number the edition from 1");
    if (policy_.rule_size() > kMaxRules) {
      Fault("policy.rule", "TOO_MANY", absl::StrCat("at most ", kMaxRules));
    }
    if (policy_.agreement_size() > kMaxAgreements) {
      Fault("policy.agreement", "TOO_MANY", absl::StrCat("at most ", kMaxAgreements));
    }
  }

  void CheckId(const std::string& id, const std::string& path, std::set<std::string>& used) {
    if (!IsId(id)) {
      Fault(path, "ID", "write 1 to 100 letters, digits, '.', '_' and '-'; not \"default\"");
    } else if (!used.insert(id).second) {
      Fault(path, "DUPLICATE", "another one has this id");
    }
  }

  void CheckPartner(const std::string& partner, const std::string& path) {
    if (!base::IsAgencyId(partner)) {
      Fault(path, "AGENCY_ID", "write the agency id of a partner");
    } else if (partner == own_agency_) {
      Fault(path, "AGENCY_ID", "this is our own agency; name the partner");
    }
  }

  // Numbers that the schema does not have are reported by FindUnreadable.
  void CheckCodes(const RepeatedField<int>& codes, const std::string& path, bool required) {
    if (required && codes.empty()) Fault(path, "REQUIRED", "name one or more");
    for (int i = 0; i < codes.size(); ++i) {
      if (codes[i] == 0) Fault(absl::StrCat(path, "[", i, "]"), "REQUIRED", "name a value");
    }
  }

  void CheckAgreement(const v1::Agreement& agreement, const std::string& path,
                      std::set<std::string>& used) {
    CheckId(agreement.id(), path + ".id", used);
    CheckPartner(agreement.partner(), path + ".partner");
    PeriodOf(agreement.valid(), path + ".valid", faults_);
    CheckCodes(agreement.types(), path + ".types", true);
    CheckCodes(agreement.purposes(), path + ".purposes", true);
    for (int i = 0; i < agreement.legal_basis_size(); ++i) {
      const v1::Citation& citation = agreement.legal_basis(i);
      const std::string where = absl::StrCat(path, ".legal_basis[", i, "]");
      if (!IsCountry(citation.country())) {
        Fault(where + ".country", "COUNTRY", "write two capital letters (ISO 3166-1), or \"XX\"");
      }
      if (citation.citation().empty()) Fault(where + ".citation", "REQUIRED", "cite the law");
    }
  }

  void CheckRule(const v1::Rule& rule, const std::string& path) {
    const bool permit = rule.effect() == v1::Rule::PERMIT;
    if (rule.effect() == v1::Rule::EFFECT_UNSPECIFIED) {
      Fault(path + ".effect", "REQUIRED", "write PERMIT or FORBID");
    }
    if (rule.direction() == v1::Rule::DIRECTION_UNSPECIFIED) {
      Fault(path + ".direction", "REQUIRED", "write OUT or IN");
    }
    if (permit || !rule.partner().empty()) CheckPartner(rule.partner(), path + ".partner");
    CheckCodes(rule.types(), path + ".types", permit);
    CheckCodes(rule.purposes(), path + ".purposes", permit);
    CheckCodes(rule.roles(), path + ".roles", permit && rule.direction() == v1::Rule::OUT);
    CheckAgreementOf(rule, path + ".agreement");
    if (rule.effect() == v1::Rule::FORBID && rule.has_fields()) {
      Fault(path + ".fields", "PERMIT_ONLY", "a FORBID refuses the whole message");
    }
    CheckFields(rule.fields(), path + ".fields");
  }

  void CheckAgreementOf(const v1::Rule& rule, const std::string& path) {
    if (rule.agreement().empty()) return;
    for (const v1::Agreement& agreement : policy_.agreement()) {
      if (agreement.id() != rule.agreement()) continue;
      if (!rule.partner().empty() && agreement.partner() != rule.partner()) {
        Fault(path, "UNKNOWN", "this agreement is with another partner");
      }
      return;
    }
    Fault(path, "UNKNOWN", "no agreement has this id");
  }

  void CheckFields(const v1::FieldRules& fields, const std::string& path) {
    CheckCodes(fields.keep_class(), path + ".keep_class", false);
    CheckCodes(fields.withhold_class(), path + ".withhold_class", false);
    CheckCodes(fields.omit_class(), path + ".omit_class", false);
    CheckNoSource(fields.keep_class(), path + ".keep_class");
    CheckNoSource(fields.withhold_class(), path + ".withhold_class");
    CheckPaths(fields.keep(), path + ".keep");
    CheckPaths(fields.withhold(), path + ".withhold");
    CheckPaths(fields.omit(), path + ".omit");
  }

  // L6 never goes, so a rule that lets it go would be read as more than it is.
  void CheckNoSource(const RepeatedField<int>& classes, const std::string& path) {
    for (int i = 0; i < classes.size(); ++i) {
      if (classes[i] != Sensitivity::L6) continue;
      Fault(absl::StrCat(path, "[", i, "]"), "D-13", "L6 is always omitted; take it out");
    }
  }

  void CheckPaths(const RepeatedPtrField<std::string>& paths, const std::string& path) {
    for (int i = 0; i < paths.size(); ++i) {
      if (find_path_(paths[i])) continue;
      Fault(absl::StrCat(path, "[", i, "]"), "UNKNOWN",
            "the schema has no such field; write names with dots, without list positions");
    }
  }

  void CheckObligations(const v1::Rule& rule, const std::string& path,
                        const std::set<std::string>& quotas) {
    if (!rule.has_obligations()) return;
    if (rule.effect() == v1::Rule::FORBID) {
      Fault(path + ".obligations", "PERMIT_ONLY", "a FORBID has no obligations");
    }
    const std::string& quota = rule.obligations().quota();
    if (!quota.empty() && quotas.count(quota) == 0) {
      Fault(path + ".obligations.quota", "UNKNOWN", "no quota has this id");
    }
  }

  const v1::Policy& policy_;
  const std::string_view own_agency_;
  const PathLookup find_path_;
  std::vector<base::FieldFault> faults_;
};

}  // namespace

std::vector<base::FieldFault> FindFaults(const v1::PolicyFile& file, std::string_view own_agency,
                                         PathLookup find_path) {
  std::vector<base::FieldFault> faults = base::FindUnreadable(file);
  if (!file.has_policy()) {
    faults.push_back({"policy", "REQUIRED", "write `policy { ... }`"});
    return faults;
  }
  for (base::FieldFault& fault : Checker(file.policy(), own_agency, find_path).Run()) {
    faults.push_back(std::move(fault));
  }
  return faults;
}

}  // namespace liaison::policy
