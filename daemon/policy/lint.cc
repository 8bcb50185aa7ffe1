#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/policy/conditions.h"
#include "daemon/policy/policy.h"
#include "daemon/policy/validity.h"

namespace liaison::policy {
namespace {

using google::protobuf::RepeatedField;
using google::protobuf::RepeatedPtrField;
using liaison::payload::v1::Tlp;

// Every number of `part` is in `whole`.
bool Covers(const RepeatedField<int>& whole, const RepeatedField<int>& part) {
  return std::all_of(part.begin(), part.end(), [&](int n) { return Holds(whole, n); });
}

bool Meets(const RepeatedField<int>& a, const RepeatedField<int>& b) {
  return std::any_of(a.begin(), a.end(), [&](int n) { return Holds(b, n); });
}

Period DaysOf(const v1::Agreement& agreement) {
  std::vector<base::FieldFault> none;
  return PeriodOf(agreement.valid(), "", none);
}

// Whether `forbid` refuses everything that `permit` lets pass.
bool Shadows(const v1::Rule& forbid, const v1::Rule& permit) {
  return forbid.effect() == v1::Rule::FORBID && forbid.direction() == permit.direction() &&
         (forbid.partner().empty() || forbid.partner() == permit.partner()) &&
         (forbid.types().empty() || Covers(forbid.types(), permit.types())) &&
         forbid.purposes().empty() && forbid.max_tlp() == Tlp::TLP_UNSPECIFIED &&
         (forbid.roles().empty() || Covers(forbid.roles(), permit.roles())) &&
         (forbid.agreement().empty() || forbid.agreement() == permit.agreement());
}

class Linter {
 public:
  Linter(const v1::Policy& policy, absl::Time now) : policy_(policy), now_(now) {}

  std::vector<Warning> Run() {
    for (int i = 0; i < policy_.agreement_size(); ++i) LintAgreement(i);
    for (int i = 0; i < policy_.rule_size(); ++i) {
      const v1::Rule& rule = policy_.rule(i);
      const std::string where = absl::StrCat("policy.rule[", i, "]");
      if (rule.effect() != v1::Rule::PERMIT) continue;
      LintReach(rule, where);
      LintContent(rule, where);
    }
    return std::move(warnings_);
  }

 private:
  void Warn(const std::string& where, std::string text) {
    warnings_.push_back({where, std::move(text)});
  }

  void LintAgreement(int i) {
    const v1::Agreement& agreement = policy_.agreement(i);
    const std::string where = absl::StrCat("policy.agreement[", i, "]");
    const Period period = DaysOf(agreement);
    if (period.end <= now_) Warn(where, "this agreement has ended; nothing goes under it");
    if (agreement.suspended()) Warn(where, "this agreement is suspended; nothing goes under it");
    if (agreement.legal_basis().empty()) {
      Warn(where, "without a legal basis for both countries no personal data can go under it");
    }
    for (int j = 0; j < i; ++j) {
      const v1::Agreement& other = policy_.agreement(j);
      const Period theirs = DaysOf(other);
      if (other.partner() != agreement.partner() || !Meets(other.types(), agreement.types()) ||
          !Meets(other.purposes(), agreement.purposes()) || theirs.end <= period.begin ||
          period.end <= theirs.begin) {
        continue;
      }
      Warn(where, absl::StrCat("overlaps in time, types and purposes with agreement ", other.id()));
    }
  }

  // The agreements that a permit can be used under.
  std::vector<const v1::Agreement*> AgreementsFor(const v1::Rule& rule) const {
    std::vector<const v1::Agreement*> all;
    for (const v1::Agreement& agreement : policy_.agreement()) {
      if (agreement.partner() != rule.partner()) continue;
      if (!rule.agreement().empty() && agreement.id() != rule.agreement()) continue;
      all.push_back(&agreement);
    }
    return all;
  }

  void LintReach(const v1::Rule& rule, const std::string& where) {
    const std::vector<const v1::Agreement*> agreements = AgreementsFor(rule);
    if (agreements.empty()) {
      Warn(where, "unreachable: there is no agreement with this partner");
      return;
    }
    const auto any = [&](auto&& holds) {
      return std::any_of(agreements.begin(), agreements.end(), holds);
    };
    for (const int type : rule.types()) {
      if (any([&](const v1::Agreement* a) { return Holds(a->types(), type); })) continue;
      Warn(where, absl::StrCat("unreachable: no agreement covers type ",
                               liaison::payload::v1::MessageType_Name(type)));
    }
    for (const int purpose : rule.purposes()) {
      if (any([&](const v1::Agreement* a) { return Holds(a->purposes(), purpose); })) continue;
      Warn(where, absl::StrCat("unreachable: no agreement covers purpose ",
                               liaison::payload::v1::Purpose::Code_Name(purpose)));
    }
    for (const v1::Rule& other : policy_.rule()) {
      if (Shadows(other, rule)) {
        Warn(where, absl::StrCat("unreachable: rule ", other.id(), " forbids all of it"));
      }
    }
  }

  void LintContent(const v1::Rule& rule, const std::string& where) {
    const v1::FieldRules& fields = rule.fields();
    if (fields.keep_class().empty() && fields.keep().empty()) {
      Warn(where, "permits a message but keeps no field of it");
    }
    if (rule.max_tlp() == Tlp::TLP_UNSPECIFIED) {
      Warn(where, "permits TLP:RED without saying so; name the highest TLP with max_tlp");
    }
    if (rule.direction() == v1::Rule::IN &&
        (!fields.withhold_class().empty() || !fields.withhold().empty())) {
      Warn(where, "withholding has no meaning for what comes in; such a field refuses the message");
    }
    WarnTwice(fields.keep_class(), fields.withhold_class(), where);
    WarnTwice(fields.keep_class(), fields.omit_class(), where);
    WarnTwice(fields.withhold_class(), fields.omit_class(), where);
    WarnTwice(fields.keep(), fields.withhold(), where);
    WarnTwice(fields.keep(), fields.omit(), where);
    WarnTwice(fields.withhold(), fields.omit(), where);
  }

  void WarnTwice(const RepeatedField<int>& a, const RepeatedField<int>& b,
                 const std::string& where) {
    for (const int number : a) {
      if (!Holds(b, number)) continue;
      Warn(where, absl::StrCat("class ", Sensitivity::Class_Name(number),
                               " has two fates; the stricter holds"));
    }
  }

  void WarnTwice(const RepeatedPtrField<std::string>& a, const RepeatedPtrField<std::string>& b,
                 const std::string& where) {
    for (const std::string& path : a) {
      if (std::find(b.begin(), b.end(), path) == b.end()) continue;
      Warn(where, absl::StrCat("field ", path, " has two fates; the stricter holds"));
    }
  }

  const v1::Policy& policy_;
  const absl::Time now_;
  std::vector<Warning> warnings_;
};

}  // namespace

std::vector<Warning> Lint(const v1::PolicyFile& file, absl::Time now) {
  return Linter(file.policy(), now).Run();
}

}  // namespace liaison::policy
