#include "daemon/partners/warnings.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/base/invariant.h"
#include "daemon/partners/facts.h"
#include "daemon/payload/code_lists.h"
#include "daemon/payload/records.h"
#include "daemon/policy/text.h"

namespace liaison::partners {
namespace {

// Codes that ISO 3166-1 leaves to its users, who name no country with them ("XX" is one).
bool IsUserAssigned(std::string_view code) {
  return code == "AA" || code == "ZZ" || (code >= "QM" && code <= "QZ") || code[0] == 'X';
}

// What a policy says of partners, beside the registry.
class Beside {
 public:
  Beside(const Registry& registry, const policy::PolicyText& text)
      : registry_(registry), text_(text) {}

  std::vector<policy::Warning> Run() {
    const policy::v1::Policy& policy = text_.file.policy();
    for (int i = 0; i < policy.agreement_size(); ++i) {
      FindPartner(policy.agreement(i).partner(), absl::StrCat("policy.agreement[", i, "]"));
    }
    for (int i = 0; i < policy.rule_size(); ++i) {
      const policy::v1::Rule& rule = policy.rule(i);
      const std::string where = absl::StrCat("policy.rule[", i, "]");
      CheckCodes(rule, where);
      if (rule.partner().empty()) continue;
      const Partner* partner = FindPartner(rule.partner(), where);
      if (partner != nullptr) CheckSuits(rule, *partner, where);
    }
    return std::move(warnings_);
  }

 private:
  void Warn(const std::string& path, std::string text) {
    warnings_.push_back({absl::StrCat(text_.places.Find(path), ": ", path), std::move(text)});
  }

  const Partner* FindPartner(const std::string& id, const std::string& where) {
    const Partner* found = registry_.FindPartner(id);
    if (found == nullptr) {
      Warn(where + ".partner", absl::StrCat("partner ", id, " is not in agency.textproto"));
    }
    return found;
  }

  // A rule for a partner that is not what the rule asks for meets nothing.
  void CheckSuits(const policy::v1::Rule& rule, const Partner& partner, const std::string& where) {
    const ruling::Parties parties = PartiesOf(registry_, partner);
    const auto& classes = rule.partner_classes();
    if (!classes.empty() &&
        std::find(classes.begin(), classes.end(), parties.partner_class) == classes.end()) {
      Warn(where + ".partner_classes",
           NeverApplies(rule.partner(), "class",
                        policy::v1::PartnerClass_Name(parties.partner_class)));
    }
    const auto& countries = rule.countries();
    if (!countries.empty() &&
        std::find(countries.begin(), countries.end(), parties.partner_country) == countries.end()) {
      Warn(where + ".countries", NeverApplies(rule.partner(), "country", parties.partner_country));
    }
  }

  static std::string NeverApplies(const std::string& partner, const std::string& what,
                                  const std::string& registered) {
    return absl::StrCat("never applies: agency.textproto says that ", partner, " is of ", what, " ",
                        registered, "; name that, or leave the condition out");
  }

  // A country without a partner is as good as any: somebody there may become one.
  void CheckCodes(const policy::v1::Rule& rule, const std::string& where) {
    for (int i = 0; i < rule.countries_size(); ++i) {
      const std::string& code = rule.countries(i);
      if (payload::IsCountryAlpha2(code) || IsUserAssigned(code) || HasPartnerIn(code)) continue;
      Warn(absl::StrCat(where, ".countries[", i, "]"),
           absl::StrCat(code,
                        " is of no country (ISO 3166-1) and of no partner in agency.textproto; "
                        "write the code of the country that is meant"));
    }
  }

  bool HasPartnerIn(const std::string& country) const {
    const auto& partners = registry_.partners();
    return std::any_of(partners.begin(), partners.end(),
                       [&](const Partner& partner) { return partner.proto.country() == country; });
  }

  const Registry& registry_;
  const policy::PolicyText& text_;
  std::vector<policy::Warning> warnings_;
};

}  // namespace

std::vector<policy::Warning> PolicyWarnings(const Registry& registry, absl::Time now) {
  const absl::StatusOr<policy::PolicyText> text =
      policy::ReadPolicy(registry.policy_text(), registry.agency().policy_file(),
                         registry.agency().id(), payload::FindPath);
  base::Invariant(text.ok(), "a registry has a policy that can be read");
  std::vector<policy::Warning> warnings = policy::LintText(*text, ruling::SchemaFieldsOf, now);
  for (policy::Warning& warning : Beside(registry, *text).Run()) {
    warnings.push_back(std::move(warning));
  }
  return warnings;
}

}  // namespace liaison::partners
