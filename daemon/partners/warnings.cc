#include "daemon/partners/warnings.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "daemon/base/invariant.h"
#include "daemon/payload/records.h"
#include "daemon/policy/text.h"
#include "daemon/ruling/facts.h"

namespace liaison::partners {

std::vector<policy::Warning> PolicyWarnings(const Registry& registry, absl::Time now) {
  const absl::StatusOr<policy::PolicyText> text =
      policy::ReadPolicy(registry.policy_text(), registry.agency().policy_file(),
                         registry.agency().id(), payload::FindPath);
  base::Invariant(text.ok(), "a registry has a policy that can be read");
  std::vector<policy::Warning> warnings = policy::LintText(*text, ruling::SchemaFieldsOf, now);
  const auto check = [&](const std::string& partner, const std::string& path) {
    if (partner.empty() || registry.FindPartner(partner) != nullptr) return;
    warnings.push_back({absl::StrCat(text->places.Find(path), ": ", path),
                        absl::StrCat("partner ", partner, " is not in agency.textproto")});
  };
  const policy::v1::Policy& policy = text->file.policy();
  for (int i = 0; i < policy.agreement_size(); ++i) {
    check(policy.agreement(i).partner(), absl::StrCat("policy.agreement[", i, "].partner"));
  }
  for (int i = 0; i < policy.rule_size(); ++i) {
    check(policy.rule(i).partner(), absl::StrCat("policy.rule[", i, "].partner"));
  }
  return warnings;
}

}  // namespace liaison::partners
