#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/policy/builtin.h"
#include "daemon/policy/conditions.h"
#include "daemon/policy/field_lint.h"
#include "daemon/policy/overlap.h"
#include "daemon/policy/policy.h"
#include "daemon/policy/recalls.h"
#include "daemon/policy/schema_paths.h"
#include "daemon/policy/validity.h"

namespace liaison::policy {
namespace {

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

std::string WhatItDoes(const v1::Rule& rule) {
  if (rule.effect() == v1::Rule::HOLD) return "holds";
  const bool takes_out = rule.effect() == v1::Rule::RESTRICT && rule.direction() == v1::Rule::OUT;
  return takes_out ? "takes fields out of" : "refuses";
}

bool NamesProtective(const v1::Rule& rule) {
  return std::any_of(rule.types().begin(), rule.types().end(), [](int type) {
    return IsProtective(static_cast<liaison::payload::v1::MessageType>(type));
  });
}

class Linter {
 public:
  Linter(const v1::Policy& policy, LeavesOf leaves_of, absl::Time now)
      : policy_(policy), schema_(leaves_of), now_(now) {
    for (const v1::Agreement& agreement : policy.agreement()) {
      if (agreement.suspended() || DaysOf(agreement).end <= now) over_.insert(&agreement);
    }
  }

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

  bool IsOver(const v1::Agreement& agreement) const { return over_.contains(&agreement); }

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
    for (std::string& text : FieldWarnings(rule, schema_)) Warn(where, std::move(text));
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
    LintPairs(rule, agreements, where);
    for (const v1::Rule& other : policy_.rule()) {
      if (!Shadows(other, rule)) continue;
      Warn(where, absl::StrCat("unreachable: rule ", other.id(), " forbids all of it"));
    }
  }

  // A message names one agreement, which must have its type and its purpose. What no agreement has
  // at all is said already.
  void LintPairs(const v1::Rule& rule, std::vector<const v1::Agreement*> agreements,
                 const std::string& where) {
    std::set<int> types, purposes;  // of any agreement
    for (const v1::Agreement* agreement : agreements) {
      types.insert(agreement->types().begin(), agreement->types().end());
      purposes.insert(agreement->purposes().begin(), agreement->purposes().end());
    }
    std::erase_if(agreements, [&](const v1::Agreement* agreement) { return IsOver(*agreement); });
    if (agreements.empty()) return;
    const auto is_apart = [&](int type) {
      return std::none_of(agreements.begin(), agreements.end(), [&](const auto* one) {
        return Holds(one->types(), type) && Meets(one->purposes(), rule.purposes());
      });
    };
    for (const int type : rule.types()) {
      if (!is_apart(type) || !types.contains(type)) continue;
      WarnApart(where, absl::StrCat("type ", liaison::payload::v1::MessageType_Name(type)),
                "purpose");
    }
    // Then the purposes are, too.
    if (std::all_of(rule.types().begin(), rule.types().end(), is_apart)) return;
    for (const int purpose : rule.purposes()) {
      const bool apart = std::none_of(agreements.begin(), agreements.end(), [&](const auto* one) {
        return Holds(one->purposes(), purpose) && Meets(one->types(), rule.types());
      });
      if (!apart || !purposes.contains(purpose)) continue;
      WarnApart(where, absl::StrCat("purpose ", liaison::payload::v1::Purpose::Code_Name(purpose)),
                "type");
    }
  }

  void WarnApart(const std::string& where, const std::string& what, const std::string& with) {
    Warn(where, absl::StrCat("unreachable: no agreement that is not over has ", what,
                             " together with a ", with, " of this rule; add it to one"));
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
      const auto& subjects = policy_.rule(i).subjects();
      const bool apart =
          !subjects.empty() && !other.subjects().empty() && !Meets(subjects, other.subjects());
      Warn(where, absl::StrCat("of a message ", apart ? "without persons " : "", "that PERMIT ",
                               other.id(), " covers, too, only what both let go goes"));
    }
  }

  // FORBID, RESTRICT, HOLD.
  void LintTightening(const v1::Rule& rule, const std::string& where) {
    const bool stops_recalls = StopsRecalls(rule, schema_);
    if (stops_recalls) {
      Warn(where, absl::StrCat(WhatItDoes(rule),
                               " RECALL too, which takes a message back; name in types those that "
                               "it is for"));
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
    if (rule.direction() == v1::Rule::IN && rule.effect() == v1::Rule::RESTRICT) {
      Warn(where,
           "of what comes in nothing is taken out or changed: a message with such a field is "
           "refused; write a FORBID with types and carries, or let no PERMIT keep the field");
    }
    // A FORBID, and one for all partners, stands guard for permits that are still to be written. A
    // recall needs no permit.
    if (rule.effect() == v1::Rule::FORBID || rule.partner().empty()) return;
    if (stops_recalls || NamesProtective(rule)) return;
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

  const v1::Policy& policy_;
  SchemaPaths schema_;
  const absl::Time now_;
  std::set<const v1::Agreement*> over_;  // suspended or ended
  std::vector<Warning> warnings_;
};

}  // namespace

std::vector<Warning> Lint(const v1::PolicyFile& file, LeavesOf leaves_of, absl::Time now) {
  return Linter(file.policy(), leaves_of, now).Run();
}

}  // namespace liaison::policy
