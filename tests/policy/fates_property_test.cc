// Each field of a random message fares exactly as the rules that are for the message say, the
// built-in ones too. LIAISON_LONG tries three million messages.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "tests/policy/oracle.h"
#include "tests/policy/property.h"

namespace liaison::policy {
namespace {

using liaison::payload::v1::FIELD_OPENING;
using liaison::payload::v1::FORWARDED_ITEM;
using liaison::payload::v1::LegalBasis;
using liaison::payload::v1::MessageType;
using liaison::payload::v1::Origin;
using liaison::payload::v1::Purpose;
using liaison::payload::v1::RECALL;
using liaison::payload::v1::SubjectCategory;
using liaison::payload::v1::Tlp;
using liaison::payload::v1::Urgency;

constexpr int kMessagesOfEach = 3 * kMessagesEach;  // few pass

template <typename List, typename Value>
bool Has(const List& list, const Value& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

// Conditions that a rule leaves out, and what the world's rules never say.
void Vary(World& world, const v1::Policy& policy, v1::Rule& rule) {
  const bool tightens = rule.effect() != v1::Rule::PERMIT;
  if (tightens && world.Chance(30)) rule.clear_types();
  if (tightens && world.Chance(20)) rule.clear_purposes();
  if (tightens && world.Chance(20)) rule.clear_roles();
  if (!rule.types().empty() && world.Chance(30)) rule.add_types(RECALL);
  if (!rule.purposes().empty() && world.Chance(70)) rule.add_purposes(Purpose::THREAT_TO_LIFE);
  const v1::Agreement& agreement = policy.agreement(world.Below(policy.agreement_size()));
  if (agreement.partner() == rule.partner() && world.Chance(20)) rule.set_agreement(agreement.id());
  if (world.Chance(15)) rule.add_origins(Origin::UNCERTAIN);
  if (!rule.has_fields()) return;
  if (tightens && rule.direction() == v1::Rule::OUT && world.Chance(50)) {
    rule.mutable_derogation()->set_within("1h");
  }
  if (world.Chance(40)) {
    v1::Generalise& change = *rule.mutable_fields()->add_generalise();
    change.set_path("a.place");
    change.set_to(static_cast<v1::Generalise::Level>(v1::Generalise::LOCALITY + world.Below(4)));
  }
}

v1::PolicyFile FileOf(World& world) {
  v1::PolicyFile file = world.File();
  v1::Policy& policy = *file.mutable_policy();
  for (v1::Agreement& agreement : *policy.mutable_agreement()) {
    agreement.add_purposes(Purpose::THREAT_TO_LIFE);
  }
  for (v1::Rule& rule : *policy.mutable_rule()) Vary(world, policy, rule);
  return file;
}

// An adult victim whose consent does not cover it; one of the exceptions may.
void LackConsent(World& world, Facts& facts) {
  facts.has_adult_victim = true;
  facts.consent_covers = false;
  facts.has_only_anonymous_refusals = world.Chance(50);
  facts.has_no_consent_reason = world.Chance(80);
  if (world.Chance(80)) facts.urgency = Urgency::U1;
  if (world.Chance(80)) facts.purposes = {Purpose::THREAT_TO_LIFE};
  if (world.Chance(30)) facts.purposes.push_back(Purpose::VICTIM_RESCUE);
  if (world.Chance(10)) facts.purposes.push_back(Purpose::TRAFFICKING_DETECTION);
  if (world.Chance(60)) {
    LegalBasis& basis = facts.legal_bases.emplace_back();
    basis.set_code(LegalBasis::MODERN_SLAVERY_DUTY_TO_NOTIFY);
    basis.set_country(facts.own_country);
  }
}

// What D-05 asks for a child, most of the time.
void AddChild(World& world, Facts& facts) {
  const int classes[] = {v1::LAW_ENFORCEMENT, v1::INTERNATIONAL_ORGANISATION, v1::NGO};
  facts.has_possible_child = true;
  facts.lacks_child_safeguard = world.Chance(10);
  if (world.Chance(90)) facts.handling.set_tlp(Tlp::RED);
  facts.named_recipients = {"officer-1"};
  facts.partner_class = static_cast<v1::PartnerClass>(classes[world.Below(3)]);
}

// Of a message with which some permit has to do.
void Suit(World& world, const v1::Policy& policy, Facts& facts) {
  const v1::Rule& rule = policy.rule(world.Below(policy.rule_size()));
  if (rule.effect() != v1::Rule::PERMIT) return;
  facts.direction = rule.direction() == v1::Rule::OUT ? Direction::kOut : Direction::kIn;
  facts.partner = rule.partner();
  if (facts.type != FIELD_OPENING) {
    facts.type = static_cast<MessageType>(rule.types(world.Below(rule.types_size())));
    facts.inner = facts.type == FORWARDED_ITEM ? kTypes[world.Below(2)] : MessageType();
  }
  facts.purposes = {static_cast<Purpose::Code>(rule.purposes(0))};
  for (const v1::Agreement& agreement : policy.agreement()) {
    if (agreement.partner() == rule.partner()) facts.agreement_id = agreement.id();
  }
}

Facts FactsOf(World& world, const v1::Policy& policy) {
  Facts facts = world.Message();
  if (world.Chance(80)) Suit(world, policy, facts);
  if (world.Chance(15)) {
    facts.type = RECALL;
    facts.inner = {};
  }
  if (world.Chance(25)) LackConsent(world, facts);
  if (world.Chance(25)) AddChild(world, facts);
  if (world.Chance(10)) facts.partner_country = "FR";
  if (world.Chance(20)) facts.subjects.push_back(SubjectCategory::VICTIM);
  const int origins[] = {Origin::HUMAN_GENERATED, Origin::UNCERTAIN, 77};
  if (world.Chance(40)) facts.origin = static_cast<Origin::Code>(origins[world.Below(3)]);
  if (facts.direction == Direction::kIn) return facts;
  for (const v1::Rule& rule : policy.rule()) {
    if (world.Chance(rule.has_derogation() ? 50 : 2)) facts.derogations.push_back(rule.id());
  }
  return facts;
}

// A date that a permit may name as one.
Field DateOf(Sensitivity::Class sens) {
  Field field = FieldOf("a.birth", sens);
  field.form = Form::kDate;
  return field;
}

std::vector<Field> FieldsOf(World& world) {
  std::vector<Field> fields = world.SomeFields();
  for (Field& field : fields) {
    if (world.Chance(20)) field.schema_path = world.Chance(50) ? "a.place" : "a.place.x";
    const char* const paths[] = {"biometrics",       "a.biometrics", "d.biometrics.x",
                                 "a.biometrics_x",   "a.route.x",    "a.exploitation_place",
                                 "a.certificate_ref"};
    if (world.Chance(20)) field.schema_path = paths[world.Below(7)];
    if (world.Chance(10)) field = DateOf(field.sens);
    if (!field.bond.empty() && world.Chance(30)) field.bond = "other bond";
  }
  if (world.Chance(40)) fields.resize(1);
  return fields;
}

bool IsAbout(const Facts& facts) {
  return facts.type == FIELD_OPENING || facts.type == FORWARDED_ITEM;
}

// D-06 and D-07. A message without consent that is neither is denied before fields are asked.
std::vector<Sensitivity::Class> OutWithoutConsent(const Facts& facts) {
  if (facts.direction == Direction::kIn || !facts.has_adult_victim || facts.consent_covers) {
    return {};
  }
  const auto& purposes = facts.purposes;
  const bool saves = std::all_of(purposes.begin(), purposes.end(), [](int purpose) {
    return purpose == Purpose::THREAT_TO_LIFE || purpose == Purpose::VICTIM_RESCUE;
  });
  if (saves && Has(purposes, Purpose::THREAT_TO_LIFE) && facts.urgency == Urgency::U1 &&
      facts.has_no_consent_reason) {
    return {Sensitivity::L4, Sensitivity::L7, Sensitivity::L8};
  }
  std::vector<Sensitivity::Class> out = {Sensitivity::L3, Sensitivity::L5, Sensitivity::L8};
  if (!facts.has_only_anonymous_refusals) out.push_back(Sensitivity::L2);
  return out;
}

bool HasSegment(const Field& field, const std::string& segment) {
  const std::string dotted = "." + std::string(field.schema_path) + ".";
  return dotted.find("." + segment + ".") != std::string::npos;
}

// D-07. Places of what was done and papers point to somebody.
bool PointsToSomebody(const Facts& facts, const Field& field) {
  const auto out = OutWithoutConsent(facts);
  if (!Has(out, Sensitivity::L3)) return false;  // D-06, or nothing
  for (const char* segment : {"biometrics", "certificate_ref", "evidence_ref", "recruitment_place",
                              "exploitation_place", "route"}) {
    if (HasSegment(field, segment)) return true;
  }
  return false;
}

// D-05.
bool IsOfAChild(const Facts& facts, const Field& field) {
  const bool protects =
      facts.partner_class == v1::INTERNATIONAL_ORGANISATION || facts.partner_class == v1::NGO;
  return facts.direction == Direction::kOut && facts.has_possible_child && !protects &&
         HasSegment(field, "biometrics");
}

// D-39.
bool IsSetAside(const v1::Rule& rule, const Facts& facts) {
  return rule.has_derogation() && Has(facts.derogations, rule.id());
}

// Whether this PERMIT or RESTRICT has a say in the fields of the message as what it is.
bool IsForMessage(const v1::Rule& rule, const Facts& facts) {
  if (rule.effect() == v1::Rule::PERMIT && facts.type == RECALL) return false;
  return !IsSetAside(rule, facts) && IsFor(rule, facts, facts.type);
}

// As the message that the fields stand in: a RESTRICT always, a PERMIT of an opening.
bool IsForInner(const v1::Rule& rule, const Facts& facts) {
  const bool permit = rule.effect() == v1::Rule::PERMIT;
  if (!IsAbout(facts) || (permit && facts.type != FIELD_OPENING)) return false;
  return !IsSetAside(rule, facts) && IsFor(rule, facts, facts.inner, /*anyone=*/permit);
}

// Before its bond is looked at.
Fate FateAlone(const v1::Policy& policy, const Facts& facts, const Field& field) {
  const bool shown = field.sens == Sensitivity::L0 || field.sens == Sensitivity::L1;
  if (field.sens == Sensitivity::L6 || Has(OutWithoutConsent(facts), field.sens) ||
      PointsToSomebody(facts, field) || IsOfAChild(facts, field) ||
      (facts.type == RECALL && !shown)) {
    return {Action::kOmit};
  }
  std::vector<Fate> fates;
  for (const v1::Rule& rule : policy.rule()) {
    const bool permit = rule.effect() == v1::Rule::PERMIT;
    if (!permit && rule.effect() != v1::Rule::RESTRICT) continue;
    const Fate silent{permit ? Action::kOmit : Action::kKeep};
    const Fate said = SaidOf(rule, field).value_or(silent);
    if (IsForMessage(rule, facts)) fates.push_back(said);
    if (said.action == Action::kOmit && IsForInner(rule, facts)) fates.push_back(said);
  }
  return Strictest(fates);
}

std::vector<Fate> FatesOf(const v1::Policy& policy, const Facts& facts,
                          const std::vector<Field>& fields) {
  std::vector<Fate> fates;
  for (const Field& field : fields) fates.push_back(FateAlone(policy, facts, field));
  for (const Action removed : {Action::kWithhold, Action::kOmit}) {
    const std::vector<Fate> before = fates;
    for (size_t i = 0; i < fields.size(); ++i) {
      for (size_t j = 0; j < fields.size(); ++j) {
        const bool bound = !fields[i].bond.empty() && fields[i].bond == fields[j].bond;
        if (bound && before[j].action == removed) fates[i] = {std::max(fates[i].action, removed)};
      }
    }
  }
  return fates;
}

bool IsShown(const Fate& fate) {
  return fate.action != Action::kWithhold && fate.action != Action::kOmit;
}

// What the fates let pass.
bool MayPass(const Facts& facts, const std::vector<Field>& fields, const std::vector<Fate>& fates) {
  if (facts.direction == Direction::kIn || facts.type == FIELD_OPENING) {
    return std::all_of(fates.begin(), fates.end(),
                       [](const Fate& fate) { return fate.action == Action::kKeep; });
  }
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].needed && !IsShown(fates[i])) return false;
  }
  return std::any_of(fates.begin(), fates.end(), IsShown);
}

bool IsPermitted(const v1::Policy& policy, const Facts& facts) {
  const auto some = [&](bool (*is_for)(const v1::Rule&, const Facts&)) {
    return std::any_of(policy.rule().begin(), policy.rule().end(), [&](const v1::Rule& rule) {
      return rule.effect() == v1::Rule::PERMIT && is_for(rule, facts);
    });
  };
  if (facts.type == RECALL) return true;
  return some(IsForMessage) && (facts.type != FIELD_OPENING || some(IsForInner));
}

std::string KindOf(const Facts& facts) {
  if (!OutWithoutConsent(facts).empty()) return "without consent";
  if (facts.type == FIELD_OPENING) return "opening";
  if (facts.type == FORWARDED_ITEM) return "passed on";
  return facts.type == RECALL ? "protective" : "other";
}

class FatesPropertyTest : public testing::Test {
 protected:
  void CheckFates(const v1::Policy& policy, const Facts& facts, const std::vector<Field>& fields,
                  const Decision& decision) {
    const std::vector<Fate> fates = FatesOf(policy, facts, fields);
    ASSERT_EQ(decision.fields.size(), fields.size());
    for (size_t i = 0; i < fields.size(); ++i) {
      EXPECT_EQ(FateName(decision.fields[i]), FateName(fates[i]))
          << KindOf(facts) << " " << fields[i].schema_path << " " << decision.fields[i].rule;
      if (!Allows(decision)) continue;
      ++seen_[FateName(fates[i])];
      if (IsOfAChild(facts, fields[i])) ++seen_["of a child"];
    }
    const bool denied = decision.outcome == Outcome::kDeny && decision.step == Step::kFields;
    EXPECT_EQ(MayPass(facts, fields, fates), !denied) << decision.missing;
  }

  void Check(const v1::Policy& policy, const Facts& facts, const std::vector<Field>& fields,
             const Decision& decision) {
    if (decision.outcome == Outcome::kDeny && decision.step < Step::kPermit) return;
    EXPECT_EQ(IsPermitted(policy, facts), decision.step != Step::kPermit) << decision.missing;
    if (decision.step == Step::kPermit) return;
    CheckFates(policy, facts, fields, decision);
    if (Allows(decision)) ++seen_[KindOf(facts)];
  }

  World world_{SeedOfRun()};
  std::map<std::string, int> seen_;  // among what passes
};

TEST_F(FatesPropertyTest, EachFieldFaresAsTheRulesForTheMessageSay) {
  for (int i = 0; i < Policies() && !HasFailure(); ++i) {
    const v1::PolicyFile file = FileOf(world_);
    const auto policy = PolicyOf(file);
    for (int j = 0; j < kMessagesOfEach; ++j) {
      const Facts facts = FactsOf(world_, file.policy());
      const std::vector<Field> fields = FieldsOf(world_);
      Check(file.policy(), facts, fields, policy->Decide(facts, fields));
    }
    if (HasFailure()) ADD_FAILURE() << file.DebugString();
  }
  for (const char* kind : {"without consent", "of a child", "opening", "passed on", "protective",
                           "other", "KEEP", "GENERALISE to YEAR", "MASK, keep last 2",
                           "PSEUDONYMISE", "MATCH_TOKEN", "WITHHOLD", "OMIT"}) {
    EXPECT_GT(seen_[kind], 0) << kind;
  }
}

}  // namespace
}  // namespace liaison::policy
