// What no difference names is decided alike: random messages under two editions of random policies.
// LIAISON_LONG tries more.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/policy/each_case.h"
#include "tests/policy/world.h"

namespace liaison::policy {
namespace {

using liaison::payload::v1::LegalBasis;
using liaison::payload::v1::MessageType;
using liaison::payload::v1::SubjectCategory;

constexpr int kMessagesEach = 300;

int Pairs() { return std::getenv("LIAISON_LONG") != nullptr ? 10'000 : 150; }

// Of one class each; one is needed, and some are of one bond.
std::vector<SchemaLeaf> Leaves(MessageType) {
  std::vector<SchemaLeaf> leaves;
  for (const char* path : kPaths) {
    const auto sens = static_cast<Sensitivity::Class>(1 + leaves.size() % 5);
    const bool bonded = leaves.size() % 3 != 0;
    leaves.push_back({path, sens, Form::kText, leaves.size() == 1, bonded ? "bond" : ""});
  }
  return leaves;
}

// One rule or agreement is another one, or there is one more.
void Edit(World& world, v1::Policy& policy) {
  auto& rules = *policy.mutable_rule();
  v1::Agreement& agreement = *policy.mutable_agreement(world.Below(policy.agreement_size()));
  switch (world.Below(8)) {
    case 0:
      *rules.Add() = world.Rule("added");
      return;
    case 1:
      return rules.DeleteSubrange(world.Below(rules.size()), 1);
    case 2: {
      v1::Rule& rule = rules[world.Below(rules.size())];
      rule = world.Rule(rule.id());
      return;
    }
    case 3:
      return agreement.mutable_valid()->set_to(world.Chance(50) ? "2026-06-14" : "2027-12-31");
    case 4:
      return agreement.mutable_legal_basis()->DeleteSubrange(world.Below(2), 1);
    case 5:
      return agreement.mutable_purposes()->Truncate(1);
    case 6:
      return agreement.mutable_types()->Truncate(1);
    default:
      agreement.set_suspended(!agreement.suspended());
  }
}

Facts FactsOf(World& world) {
  Facts facts = world.Message();
  facts.has_personal_data = world.Chance(50);
  for (const std::string& country : {facts.own_country, facts.partner_country}) {
    LegalBasis& basis = facts.legal_bases.emplace_back();
    basis.set_country(country);
    basis.set_code(LegalBasis::LAW_ENFORCEMENT_TASK);
  }
  if (world.Chance(10)) facts.subjects = {SubjectCategory::SUBJECT_CATEGORY_UNSPECIFIED};
  if (world.Chance(15)) {
    facts.type = liaison::payload::v1::RECALL;
    facts.inner = MessageType();
    if (world.Chance(50)) facts.agreement_id.clear();
  }
  return facts;
}

// With some of these fields. Of what is passed on none is needed.
Message MessageOf(World& world, const std::vector<SchemaLeaf>& leaves) {
  Message message{FactsOf(world), {}};
  const bool passed_on = message.facts.type == liaison::payload::v1::FORWARDED_ITEM;
  for (const SchemaLeaf& leaf : leaves) {
    if (!world.Chance(50)) continue;
    message.fields.push_back(
        {leaf.path, leaf.path, leaf.sens, leaf.needed && !passed_on, leaf.bond, leaf.form});
  }
  return message;
}

bool Names(const std::vector<std::string>& labels, std::string_view name) {
  return std::any_of(labels.begin(), labels.end(), [&](const std::string& label) {
    const std::vector<std::string> names = absl::StrSplit(label, '|');
    return std::find(names.begin(), names.end(), name) != names.end();
  });
}

// Whether a difference is one of messages of this partner, direction and type.
bool IsOf(const Difference& difference, const Facts& facts) {
  const bool out = facts.direction == Direction::kOut;
  if (difference.where[0].second[0] != facts.partner) return false;
  if (difference.where[1].second[0] != (out ? "OUT" : "IN")) return false;
  const std::string type = liaison::payload::v1::MessageType_Name(facts.type);
  const std::string& label = difference.where[2].second[0];
  if (facts.inner == MessageType()) return Names({label}, type);
  const std::string prefix = absl::StrCat(type, " of ");
  return label.starts_with(prefix) &&
         Names({label.substr(prefix.size())}, liaison::payload::v1::MessageType_Name(facts.inner));
}

bool NamesField(const Difference& difference, std::string_view path) {
  return std::any_of(difference.fields.begin(), difference.fields.end(),
                     [&](const FieldDifference& field) { return field.path == path; });
}

// A field of a message, as of the whole schema, fares differently.
bool IsTold(const std::vector<Difference>& all, const Facts& facts,
            const std::optional<std::string_view>& path) {
  return std::any_of(all.begin(), all.end(), [&](const Difference& difference) {
    return IsOf(difference, facts) && (!path || NamesField(difference, *path));
  });
}

// A field, or one that it goes with.
bool IsToldOfBond(const std::vector<Difference>& all, const Facts& facts,
                  const std::vector<Field>& fields, const Field& field) {
  return std::any_of(fields.begin(), fields.end(), [&](const Field& other) {
    const bool with = other.path == field.path || (!field.bond.empty() && other.bond == field.bond);
    return with && IsTold(all, facts, other.path);
  });
}

bool LacksNeeded(const Decision& decision) {
  return decision.outcome == Outcome::kDeny && decision.reason == base::Reason::kFieldNeeded;
}

// That such a message is denied for a field that it needs, or is no longer.
bool TellsDenial(const std::vector<Difference>& all, const Message& message, const Decision& was,
                 const Decision& is) {
  const auto says = [](const std::string& summary, const Decision& decision) {
    if (LacksNeeded(decision)) return summary == "DENY at fields";
    return decision.outcome == Outcome::kDeny || !absl::StartsWith(summary, "DENY");
  };
  return std::any_of(all.begin(), all.end(), [&](const Difference& one) {
    return IsOf(one, message.facts) && message.IsMeantBy(one) && says(one.before, was) &&
           says(one.after, is);
  });
}

class DifferencePropertyTest : public testing::Test {
 protected:
  // How many of some messages the editions decide differently; each must be among `told`.
  int CheckSome(const Policy& before, const Policy& after, const std::vector<Difference>& told) {
    const std::vector<SchemaLeaf> leaves = Leaves(MessageType());
    int changed = 0;
    for (int i = 0; i < kMessagesEach; ++i) {
      const Message message = MessageOf(world_, leaves);
      const auto& [facts, fields] = message;
      const Decision was = before.Decide(facts, fields);
      const Decision is = after.Decide(facts, fields);
      if (was.outcome != is.outcome) {
        ++changed;
        EXPECT_TRUE(IsTold(told, facts, std::nullopt)) << was.missing << " / " << is.missing;
        const bool lacks = LacksNeeded(was) || LacksNeeded(is);
        EXPECT_TRUE(!lacks || TellsDenial(told, message, was, is))
            << was.missing << " / " << is.missing;
        continue;
      }
      for (size_t f = 0; was.outcome != Outcome::kDeny && f < fields.size(); ++f) {
        if (was.fields[f] == is.fields[f]) continue;
        ++changed;
        EXPECT_TRUE(IsToldOfBond(told, facts, fields, fields[f])) << fields[f].path;
      }
    }
    return changed;
  }

  World world_{SeedOfRun()};
};

TEST_F(DifferencePropertyTest, WhatNoDifferenceNamesIsDecidedAlike) {
  int changed = 0;
  for (int i = 0; i < Pairs() && !HasFailure(); ++i) {
    const v1::PolicyFile before = world_.File();
    v1::PolicyFile after = before;
    Edit(world_, *after.mutable_policy());
    const auto comparison = Compare(before, after, "bgc-example", AnyPath, Leaves);
    ASSERT_TRUE(comparison.ok()) << comparison.status();
    changed += CheckSome(*PolicyOf(before), *PolicyOf(after), comparison->differences);
    if (HasFailure()) {
      ADD_FAILURE() << before.DebugString() << "\n->\n" << after.DebugString();
    }
  }
  EXPECT_GT(changed, Pairs() / 2) << "too few change to show anything";
}

}  // namespace
}  // namespace liaison::policy
