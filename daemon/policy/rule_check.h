// Whether one rule of a policy means something: its conditions, its fields, its obligations.
#ifndef LIAISON_DAEMON_POLICY_RULE_CHECK_H_
#define LIAISON_DAEMON_POLICY_RULE_CHECK_H_

#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/error.h"
#include "daemon/policy/policy.h"

namespace liaison::policy {

// Collects faults, each with its place, a short rule and what to write instead.
class FaultList {
 public:
  void Add(std::string field, std::string_view rule, std::string what);
  std::vector<base::FieldFault> Take() { return std::move(faults_); }

  // Shared by agreements and rules: "REQUIRED" when `required` and empty, and for each unnamed
  // value. Numbers that the schema does not have are reported by base::FindUnreadable.
  void AddUnnamed(const google::protobuf::RepeatedField<int>& codes, const std::string& path,
                  bool required);
  // An agency id, and not our own.
  void AddBadPartner(const std::string& partner, std::string_view own_agency,
                     const std::string& path);
  // ISO 3166-1 alpha-2, or "XX".
  void AddBadCountry(const std::string& country, const std::string& path);

 private:
  std::vector<base::FieldFault> faults_;
};

// What a rule is checked against.
struct RuleContext {
  const v1::Policy& policy;
  std::string_view own_agency;
  PathLookup find_path;
};

// Adds the faults of `rule` at `path` ("policy.rule[2]"), its id aside.
void CheckRule(const RuleContext& context, const v1::Rule& rule, const std::string& path,
               FaultList& faults);

}  // namespace liaison::policy

#endif  // LIAISON_DAEMON_POLICY_RULE_CHECK_H_
