#include "daemon/policy/check.h"

#include <set>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "daemon/base/text_format.h"
#include "daemon/policy/rule_check.h"
#include "daemon/policy/validity.h"

namespace liaison::policy {
namespace {

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

void CheckHead(const v1::Policy& policy, FaultList& faults) {
  if (!IsId(policy.id())) faults.Add("policy.id", "ID", "write letters, digits, '.', '_' and '-'");
  if (policy.version() == 0) {
    faults.Add("policy.version", "REQUIRED", "number the edition from 1");
  } else if (policy.version() > kMaxVersion) {
    faults.Add("policy.version", "LIMIT",
               "write at most 10^18: each later edition needs a higher number");
  }
  if (policy.rule_size() > kMaxRules) {
    faults.Add("policy.rule", "TOO_MANY", absl::StrCat("write at most ", kMaxRules));
  }
  if (policy.agreement_size() > kMaxAgreements) {
    faults.Add("policy.agreement", "TOO_MANY", absl::StrCat("write at most ", kMaxAgreements));
  }
}

// Of one list: each is an id and none stands twice.
class Ids {
 public:
  void Check(const std::string& id, const std::string& path, FaultList& faults) {
    if (!IsId(id)) {
      faults.Add(path, "ID", "write 1 to 100 letters, digits, '.', '_' and '-'; not \"default\"");
    } else if (!used_.insert(id).second) {
      faults.Add(path, "DUPLICATE", "another one has this id; give it one of its own");
    }
  }

 private:
  std::set<std::string> used_;
};

void CheckAgreement(const v1::Agreement& agreement, std::string_view own_agency,
                    const std::string& path, FaultList& faults) {
  faults.AddBadPartner(agreement.partner(), own_agency, path + ".partner");
  std::vector<base::FieldFault> of_period;
  PeriodOf(agreement.valid(), path + ".valid", of_period);
  for (base::FieldFault& fault : of_period) {
    faults.Add(std::move(fault.field), fault.rule, std::move(fault.description));
  }
  faults.AddUnnamed(agreement.types(), path + ".types", true);
  faults.AddUnnamed(agreement.purposes(), path + ".purposes", true);
  for (int i = 0; i < agreement.legal_basis_size(); ++i) {
    const std::string where = absl::StrCat(path, ".legal_basis[", i, "]");
    faults.AddBadCountry(agreement.legal_basis(i).country(), where + ".country");
    if (agreement.legal_basis(i).citation().empty()) {
      faults.Add(where + ".citation", "REQUIRED", "cite the law");
    }
  }
}

void CheckQuota(const v1::Quota& quota, const std::string& path, FaultList& faults) {
  if (quota.per_day() == 0 && quota.distinct_subjects_per_day() == 0) {
    faults.Add(path, "NO_LIMIT", "write per_day, distinct_subjects_per_day or both");
  }
  if (!quota.time_zone().empty() && !IsZone(quota.time_zone())) {
    faults.Add(path + ".time_zone", "TIME_ZONE", std::string(kWriteZone));
  }
}

std::vector<base::FieldFault> FindFaultsOf(const RuleContext& context) {
  const v1::Policy& policy = context.policy;
  FaultList faults;
  CheckHead(policy, faults);
  Ids agreements, quotas, rules;
  for (int i = 0; i < policy.agreement_size(); ++i) {
    const std::string path = absl::StrCat("policy.agreement[", i, "]");
    agreements.Check(policy.agreement(i).id(), path + ".id", faults);
    CheckAgreement(policy.agreement(i), context.own_agency, path, faults);
  }
  for (int i = 0; i < policy.quota_size(); ++i) {
    const std::string path = absl::StrCat("policy.quota[", i, "]");
    quotas.Check(policy.quota(i).id(), path + ".id", faults);
    CheckQuota(policy.quota(i), path, faults);
  }
  for (int i = 0; i < policy.rule_size(); ++i) {
    const std::string path = absl::StrCat("policy.rule[", i, "]");
    rules.Check(policy.rule(i).id(), path + ".id", faults);
    CheckRule(context, policy.rule(i), path, faults);
  }
  return faults.Take();
}

}  // namespace

std::vector<base::FieldFault> FindFaults(const v1::PolicyFile& file, std::string_view own_agency,
                                         PathLookup find_path) {
  std::vector<base::FieldFault> faults = base::FindUnreadable(file);
  if (!file.has_policy()) {
    faults.push_back({"policy", "REQUIRED", "write `policy { ... }`"});
    return faults;
  }
  for (base::FieldFault& fault : FindFaultsOf({file.policy(), own_agency, find_path})) {
    faults.push_back(std::move(fault));
  }
  return faults;
}

}  // namespace liaison::policy
