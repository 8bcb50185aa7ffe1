#include "tests/bench/many_rules.h"

#include "absl/strings/str_cat.h"
#include "daemon/partners/facts.h"

namespace liaison::bench {
namespace {

using payload::v1::Purpose;
using policy::v1::Rule;

constexpr int kPermits = 6;  // of the ten rules of a partner; the others tighten
constexpr int kRestricts = 3;
constexpr size_t kPathsNamed = 8;

std::string PartnerName(int partner) { return absl::StrCat("partner-", partner); }

policy::v1::Agreement AgreementWith(int partner, payload::v1::MessageType type) {
  policy::v1::Agreement agreement;
  agreement.set_id(absl::StrCat("agreement-", partner));
  agreement.set_partner(PartnerName(partner));
  agreement.mutable_valid()->set_from("2000-01-01");
  agreement.mutable_valid()->set_time_zone("UTC");
  agreement.add_types(type);
  agreement.add_purposes(Purpose::TRAFFICKING_INVESTIGATION);
  return agreement;
}

// Rule `number` of the ten of one partner.
Rule RuleFor(int partner, int number, payload::v1::MessageType type,
             absl::Span<const payload::Leaf> leaves) {
  Rule rule;
  rule.set_id(absl::StrCat("a-rule-with-a-telling-name-", partner, "-", number));
  rule.set_direction(Rule::OUT);
  rule.set_partner(PartnerName(partner));
  rule.add_types(type);
  rule.add_purposes(Purpose::TRAFFICKING_INVESTIGATION);
  rule.add_roles(Rule::OFFICER);
  if (number >= kPermits + kRestricts) {
    rule.set_effect(Rule::HOLD);
    rule.add_carries(Sensitivity::L7);
    rule.mutable_obligations()->mutable_release()->set_persons(2);
    rule.mutable_obligations()->mutable_release()->set_within("4h");
    return rule;
  }
  const bool permit = number < kPermits;
  rule.set_effect(permit ? Rule::PERMIT : Rule::RESTRICT);
  policy::v1::FieldRules& fields = *rule.mutable_fields();
  for (int sens = Sensitivity::L0; permit && sens <= Sensitivity::L8; ++sens) {
    if (sens != Sensitivity::L6) fields.add_keep_class(static_cast<Sensitivity::Class>(sens));
  }
  fields.add_withhold_class(Sensitivity::L5);
  for (size_t i = 0; i < kPathsNamed; ++i) {
    const size_t named = (i * 11 + static_cast<size_t>(number)) % leaves.size();
    const std::string& path = leaves[named].schema_path;
    permit ? fields.add_keep(path) : fields.add_pseudonymise(path);
  }
  return rule;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const policy::Policy>> PolicyOfManyRules(
    int partners, payload::v1::MessageType type, absl::Span<const payload::Leaf> leaves) {
  policy::v1::PolicyFile file;
  file.mutable_policy()->set_id("many-rules");
  file.mutable_policy()->set_version(1);
  for (int partner = 0; partner < partners; ++partner) {
    *file.mutable_policy()->add_agreement() = AgreementWith(partner, type);
    for (int number = 0; number < kRulesEach; ++number) {
      *file.mutable_policy()->add_rule() = RuleFor(partner, number, type, leaves);
    }
  }
  return policy::Policy::Create(file, "own-agency", payload::FindPath);
}

policy::Facts FactsForManyRules(payload::v1::MessageType type, absl::Time now) {
  policy::Facts facts;
  facts.partner = PartnerName(kManyPartners / 2);
  facts.agreement_id = absl::StrCat("agreement-", kManyPartners / 2);
  facts.partner_active = true;
  facts.role = Rule::OFFICER;
  facts.type = type;
  facts.purposes = {Purpose::TRAFFICKING_INVESTIGATION};
  facts.now = now;
  return facts;
}

std::vector<policy::Field> ManyFields(absl::Span<const payload::Leaf> leaves) {
  const std::vector<policy::Field> once =
      partners::FieldsOf(std::vector<payload::Leaf>(leaves.begin(), leaves.end()));
  std::vector<policy::Field> fields;
  for (size_t i = 0; i < kManyFields; ++i) fields.push_back(once[i % once.size()]);
  return fields;
}

}  // namespace liaison::bench
