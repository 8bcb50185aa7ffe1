// What must hold of every policy and every message. LIAISON_LONG asks a million cases of each
// property.
#include "tests/policy/property.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "daemon/policy/policy.h"
#include "tests/policy/sample.h"

namespace liaison::policy {
namespace {

using liaison::payload::v1::MessageType;
using liaison::payload::v1::Purpose;
using liaison::payload::v1::Tlp;

// No field fares better in `a` than in `b`.
bool Within(const Decision& a, const Decision& b) {
  for (size_t i = 0; i < a.fields.size(); ++i) {
    if (!IsWithin(a.fields[i], b.fields[i])) return false;
  }
  return true;
}

// Nothing passes in `a` that does not in `b`.
bool AsStrict(const Decision& a, const Decision& b) {
  return !Allows(a) || (Allows(b) && Within(a, b));
}

// Written from the schema's comments, without the room's code.
bool SomePermitNames(const v1::Policy& policy, const Facts& facts) {
  for (const v1::Rule& rule : policy.rule()) {
    const auto has = [](const auto& list, int n) {
      return std::find(list.begin(), list.end(), n) != list.end();
    };
    const bool out = facts.direction == Direction::kOut;
    bool purposes = true;
    for (const int p : facts.purposes) purposes = purposes && has(rule.purposes(), p);
    if (rule.effect() == v1::Rule::PERMIT && rule.partner() == facts.partner &&
        rule.direction() == (out ? v1::Rule::OUT : v1::Rule::IN) && has(rule.types(), facts.type) &&
        purposes && (!out || has(rule.roles(), facts.role))) {
      return true;
    }
  }
  return false;
}

TEST_F(PolicyPropertyTest, DeniesWhatNoPermitNames) {
  ForAll([](const v1::PolicyFile& file, const Policy&, const Facts& facts,
            const std::vector<Field>&, const Decision& decision) {
    if (!SomePermitNames(file.policy(), facts)) {
      EXPECT_FALSE(Allows(decision));
    }
  });
}

TEST_F(PolicyPropertyTest, AddingARuleThatTightensNeverLoosens) {
  ForAll([this](v1::PolicyFile file, const Policy&, const Facts& facts,
                const std::vector<Field>& fields, const Decision& before) {
    const v1::Rule::Effect effects[] = {v1::Rule::FORBID, v1::Rule::RESTRICT, v1::Rule::HOLD};
    const v1::Rule::Effect effect = effects[world_.Below(3)];
    *file.mutable_policy()->add_rule() = world_.Rule("added", effect);
    const Decision after = PolicyOf(file)->Decide(facts, fields);
    EXPECT_TRUE(AsStrict(after, before));
    // A RESTRICT can take out what a HOLD was for.
    if (effect != v1::Rule::RESTRICT) {
      EXPECT_GE(after.outcome, before.outcome);
    }
  });
}

// Permits intersect, so that a permit taken away can free a field of another, or an obligation, and
// with it a message that was denied for the field or the obligation; but what was denied before
// fields were asked stays so, and what no permit names any more is denied.
TEST_F(PolicyPropertyTest, RemovingAPermitPermitsNothingThatWasNotPermitted) {
  ForAll([this](v1::PolicyFile file, const Policy&, const Facts& facts,
                const std::vector<Field>& fields, const Decision& before) {
    auto& rules = *file.mutable_policy()->mutable_rule();
    const int removed = world_.Below(rules.size());
    if (rules[removed].effect() != v1::Rule::PERMIT) return;
    rules.DeleteSubrange(removed, 1);
    const Decision after = PolicyOf(file)->Decide(facts, fields);
    const bool no_permit = before.outcome == Outcome::kDeny && before.step <= Step::kPermit;
    if (no_permit || !SomePermitNames(file.policy(), facts)) {
      EXPECT_FALSE(Allows(after));
    }
  });
}

TEST_F(PolicyPropertyTest, TheOrderOfRulesIsIrrelevant) {
  ForAll([this](v1::PolicyFile file, const Policy&, const Facts& facts,
                const std::vector<Field>& fields, const Decision& decision) {
    auto& rules = *file.mutable_policy()->mutable_rule();
    std::shuffle(rules.pointer_begin(), rules.pointer_end(), world_.random());
    EXPECT_TRUE(Same(PolicyOf(file)->Decide(facts, fields), decision));
  });
}

// The world's agreements begin with 2026; those that end do so with it.
TEST_F(PolicyPropertyTest, OutsideItsDaysAnAgreementAllowsNothing) {
  ForAll([this](const v1::PolicyFile& file, const Policy& policy, Facts facts,
                const std::vector<Field>& fields, const Decision&) {
    const auto away = absl::Hours(world_.Below(3) * world_.Below(50'000));
    const auto& agreements = file.policy().agreement();
    const bool open = std::any_of(agreements.begin(), agreements.end(), [](const auto& agreement) {
      return agreement.valid().to().empty();
    });
    const bool before = open || world_.Chance(50);
    facts.now = before ? At("2025-12-31T23:59:59Z") - away : At("2027-01-01T00:00:00Z") + away;
    EXPECT_FALSE(Allows(policy.Decide(facts, fields)));
  });
}

TEST_F(PolicyPropertyTest, TheSameInputGivesTheSameDecision) {
  ForAll([](const v1::PolicyFile& file, const Policy& policy, const Facts& facts,
            const std::vector<Field>& fields, const Decision& decision) {
    EXPECT_TRUE(Same(policy.Decide(facts, fields), decision));
    EXPECT_TRUE(Same(PolicyOf(file)->Decide(facts, fields), decision));
  });
}

// One code that this version does not know, anywhere in the frame.
void Confuse(World& world, Facts& facts) {
  constexpr int kUnknown = 77;
  switch (world.Below(8)) {
    case 0:
      return facts.purposes.push_back(static_cast<Purpose::Code>(kUnknown));
    case 1:
      facts.type = static_cast<MessageType>(kUnknown);
      return;
    case 2:
      return facts.handling.set_tlp(static_cast<Tlp::Code>(kUnknown));
    case 3:
      return facts.handling.set_code(
          static_cast<liaison::payload::v1::HandlingCode::Code>(kUnknown));
    case 4:
      return facts.handling.add_europol(
          static_cast<liaison::payload::v1::EuropolHandling::Code>(kUnknown));
    case 5:
      facts.received_handling = facts.handling;
      facts.received_purposes = facts.purposes;
      return facts.received_handling->set_onward(
          static_cast<liaison::payload::v1::OnwardSharing::Code>(kUnknown));
    case 6:
      facts.partner = "nobody-example";
      return;
    default:
      facts.direction = Direction::kOut;
      facts.role = static_cast<v1::Rule::Role>(kUnknown);
  }
}

TEST_F(PolicyPropertyTest, WhatIsNotUnderstoodIsDenied) {
  ForAll([this](const v1::PolicyFile&, const Policy& policy, Facts facts,
                const std::vector<Field>& fields, const Decision&) {
    Confuse(world_, facts);
    EXPECT_FALSE(Allows(policy.Decide(facts, fields)));
  });
}

// Whoever releases more never gets a stricter outcome, and enough of them end every hold.
TEST_F(PolicyPropertyTest, EnoughReleasesEndAHold) {
  ForAll([](const v1::PolicyFile&, const Policy& policy, Facts facts,
            const std::vector<Field>& fields, const Decision& decision) {
    facts.releases = 4;
    const Decision released = policy.Decide(facts, fields);
    EXPECT_EQ(released.outcome, Allows(decision) ? Outcome::kAllow : Outcome::kDeny);
    EXPECT_TRUE(Within(released, decision) && Within(decision, released));
  });
}

TEST_F(PolicyPropertyTest, ABondSharesOneFate) {
  ForAll([](const v1::PolicyFile&, const Policy&, const Facts&, const std::vector<Field>& fields,
            const Decision& decision) {
    std::optional<Action> shared;
    for (size_t i = 0; i < decision.fields.size(); ++i) {
      if (fields[i].bond.empty()) continue;
      const Action action = decision.fields[i].action;
      const Action own = Goes(action) ? Action::kKeep : action;
      EXPECT_EQ(shared.value_or(own), own);
      shared = own;
    }
  });
}

}  // namespace
}  // namespace liaison::policy
