#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/policy/conditions.h"
#include "daemon/policy/overlap.h"
#include "daemon/policy/policy.h"
#include "daemon/policy/validity.h"

namespace liaison::policy {
namespace {

using google::protobuf::RepeatedField;
using google::protobuf::RepeatedPtrField;
using liaison::payload::v1::Tlp;

Period DaysOf(const v1::Agreement& agreement) {
  std::vector<base::FieldFault> none;
  return PeriodOf(agreement.valid(), "", none);
}

bool LetsGo(const v1::FieldRules& fields) {
  return !fields.keep_class().empty() || !fields.keep().empty() || !fields.generalise().empty() ||
         !fields.mask().empty() || !fields.pseudonymise().empty() || !fields.match_token().empty();
}

// Asks for something between keeping and omitting.
bool AsksForLess(const v1::FieldRules& fields) {
  return !fields.withhold_class().empty() || !fields.withhold().empty() ||
         !fields.generalise().empty() || !fields.mask().empty() || !fields.pseudonymise().empty() ||
         !fields.match_token().empty();
}

// Names nothing but sources, which never go.
bool NamesSourcesAlone(const v1::FieldRules& fields) {
  v1::FieldRules others = fields;
  others.clear_omit_class();
  const auto& omitted = fields.omit_class();
  return others.ByteSizeLong() == 0 && std::all_of(omitted.begin(), omitted.end(), [](int sens) {
           return sens == Sensitivity::L6;
         });
}

class Linter {
 public:
  Linter(const v1::Policy& policy, absl::Time now) : policy_(policy), now_(now) {}

  std::vector<Warning> Run() {
    for (int i = 0; i < policy_.agreement_size(); ++i) LintAgreement(i);
    for (int i = 0; i < policy_.rule_size(); ++i) LintRule(i);
    for (int i = 0; i < policy_.quota_size(); ++i) LintQuota(i);
    return std::move(warnings_);
  }

 private:
  void Warn(const std::string& where, std::string text) {
    warnings_.push_back({where, std::move(text)});
  }

  bool IsOver(const v1::Agreement& agreement) const {
    return agreement.suspended() || DaysOf(agreement).end <= now_;
  }

  void LintAgreement(int i) {
    const v1::Agreement& agreement = policy_.agreement(i);
    const std::string where = absl::StrCat("policy.agreement[", i, "]");
    const Period period = DaysOf(agreement);
    if (period.end <= now_) Warn(where, "this agreement has ended; nothing goes under it");
    if (agreement.suspended()) Warn(where, "this agreement is suspended; nothing goes under it");
    std::set<std::string_view> cited;
    for (const v1::Citation& citation : agreement.legal_basis()) cited.insert(citation.country());
    if (cited.size() < 2) {
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

  void LintQuota(int i) {
    const std::string& id = policy_.quota(i).id();
    const auto& rules = policy_.rule();
    const auto names_it = [&](const v1::Rule& rule) { return rule.obligations().quota() == id; };
    if (std::any_of(rules.begin(), rules.end(), names_it)) return;
    Warn(absl::StrCat("policy.quota[", i, "]"), "counts nothing: no rule names it");
  }

  void LintRule(int i) {
    const v1::Rule& rule = policy_.rule(i);
    const std::string where = absl::StrCat("policy.rule[", i, "]");
    if (rule.direction() == v1::Rule::IN && !rule.roles().empty()) {
      Warn(where, "roles have no meaning for what comes in");
    }
    if (rule.effect() == v1::Rule::PERMIT) {
      LintReach(rule, where);
      LintContent(rule, where);
      LintTogether(i, where);
    } else {
      LintTightening(rule, where);
    }
    LintTwice(rule.fields(), where);
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
    if (!any([&](const v1::Agreement* a) { return !IsOver(*a); })) {
      Warn(where, "unreachable: every agreement that it can be used under is suspended or ended");
    }
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
      if (!Shadows(other, rule)) continue;
      Warn(where, absl::StrCat("unreachable: rule ", other.id(), " forbids all of it"));
    }
  }

  void LintContent(const v1::Rule& rule, const std::string& where) {
    if (!LetsGo(rule.fields())) Warn(where, "permits a message but keeps no field of it");
    if (rule.max_tlp() == Tlp::TLP_UNSPECIFIED) {
      Warn(where, "permits TLP:RED without saying so; name the highest TLP with max_tlp");
    } else if (rule.max_tlp() == Tlp::RED && Holds(rule.roles(), v1::Rule::SYSTEM)) {
      Warn(where,
           "lets a system send TLP:RED, which is from one named person to another; let only "
           "officers send it, and systems at most AMBER_STRICT in a rule of their own");
    }
    if (rule.direction() == v1::Rule::IN && AsksForLess(rule.fields())) {
      Warn(where,
           "withholding or changing has no meaning for what comes in; such a field refuses "
           "the message");
    }
  }

  // Whoever writes two permits for one message may expect it to have what either lets go.
  void LintTogether(int i, const std::string& where) {
    for (int j = 0; j < i; ++j) {
      const v1::Rule& other = policy_.rule(j);
      if (other.effect() != v1::Rule::PERMIT || !CanMeet(other, policy_.rule(i))) continue;
      Warn(where, absl::StrCat("of a message that PERMIT ", other.id(),
                               " covers, too, only what both let go goes"));
    }
  }

  // FORBID, RESTRICT, HOLD.
  void LintTightening(const v1::Rule& rule, const std::string& where) {
    if (rule.effect() != v1::Rule::RESTRICT && rule.types().empty() && rule.purposes().empty() &&
        rule.subjects().empty() && rule.carries().empty()) {
      Warn(where, "meets RECALL too, which takes a message back; name types");
    }
    if (rule.effect() == v1::Rule::RESTRICT && NamesSourcesAlone(rule.fields())) {
      Warn(where, "restricts nothing: L6 is always omitted");
      return;
    }
    const auto& agreements = policy_.agreement();
    const auto with_partner = [&](const v1::Agreement& one) {
      return one.partner() == rule.partner();
    };
    if (!rule.partner().empty() &&
        std::none_of(agreements.begin(), agreements.end(), with_partner)) {
      Warn(where, "there is no agreement with this partner; is its id written as there?");
      return;
    }
    // A FORBID, and one for all partners, stands guard for permits that are still to be written.
    if (rule.effect() == v1::Rule::FORBID || rule.partner().empty()) return;
    bool meets = false;
    bool asks = rule.effect() != v1::Rule::RESTRICT;
    for (const v1::Rule& permit : policy_.rule()) {
      if (permit.effect() != v1::Rule::PERMIT || !CanMeet(rule, permit)) continue;
      meets = true;
      asks = asks || !AsksNothingOf(rule, permit);
    }
    if (!meets) {
      Warn(where, "has no effect: no PERMIT lets pass what it would tighten");
    } else if (!asks) {
      Warn(where, "restricts nothing: every PERMIT that it meets is as strict");
    }
  }

  void LintTwice(const v1::FieldRules& fields, const std::string& where) {
    WarnTwice(fields.keep_class(), fields.withhold_class(), where);
    WarnTwice(fields.keep_class(), fields.omit_class(), where);
    WarnTwice(fields.withhold_class(), fields.omit_class(), where);
    std::vector<std::string> paths;
    const auto add = [&](const RepeatedPtrField<std::string>& list) {
      paths.insert(paths.end(), list.begin(), list.end());
    };
    for (const auto* list : {&fields.keep(), &fields.withhold(), &fields.omit(),
                             &fields.pseudonymise(), &fields.match_token()}) {
      add(*list);
    }
    for (const v1::Generalise& change : fields.generalise()) paths.push_back(change.path());
    for (const v1::Mask& change : fields.mask()) paths.push_back(change.path());
    std::sort(paths.begin(), paths.end());
    for (size_t i = 1; i < paths.size(); ++i) {
      if (paths[i] != paths[i - 1] || (i > 1 && paths[i] == paths[i - 2])) continue;
      Warn(where, absl::StrCat("field ", paths[i], " is named twice; what both allow holds"));
    }
  }

  void WarnTwice(const RepeatedField<int>& a, const RepeatedField<int>& b,
                 const std::string& where) {
    for (const int number : a) {
      if (!Holds(b, number)) continue;
      Warn(where, absl::StrCat("class ", Sensitivity::Class_Name(number),
                               " has two fates; the stricter holds"));
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
