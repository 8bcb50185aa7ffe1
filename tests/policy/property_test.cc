// What must hold of every policy and every message. LIAISON_LONG asks a million cases of each
// property.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "daemon/policy/policy.h"
#include "tests/policy/sample.h"
#include "tests/policy/world.h"

namespace liaison::policy {
namespace {

using liaison::payload::v1::MessageType;
using liaison::payload::v1::Purpose;
using liaison::payload::v1::Tlp;

constexpr int kMessagesEach = 8;

int Policies() { return std::getenv("LIAISON_LONG") != nullptr ? 125'000 : 1500; }

bool Allows(const Decision& decision) { return decision.outcome != Outcome::kDeny; }

bool Same(const Decision& a, const Decision& b) {
  if (a.outcome != b.outcome || a.step != b.step || a.rules != b.rules || a.missing != b.missing ||
      a.obligations != b.obligations || a.fields.size() != b.fields.size() ||
      (a.outcome == Outcome::kDeny && a.reason != b.reason)) {
    return false;
  }
  for (size_t i = 0; i < a.fields.size(); ++i) {
    if (a.fields[i] != b.fields[i] || a.fields[i].rule != b.fields[i].rule) return false;
  }
  return true;
}

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

class PolicyPropertyTest : public testing::Test {
 protected:
  // Calls `check(file, policy, facts, fields, decision)` for random ones; how many decisions
  // allowed.
  template <typename Check>
  int ForAll(Check check) {
    int allowed = 0;
    for (int i = 0; i < Policies() && !HasFailure(); ++i) {
      const v1::PolicyFile file = world_.File();
      const auto policy = PolicyOf(file);
      for (int j = 0; j < kMessagesEach; ++j) {
        const Facts facts = world_.Message();
        const std::vector<Field> fields = world_.SomeFields();
        const Decision decision = policy->Decide(facts, fields);
        if (Allows(decision)) ++allowed;
        check(file, *policy, facts, fields, decision);
      }
    }
    EXPECT_GT(allowed, Policies() * kMessagesEach / 100)
        << "too few messages pass to show anything";
    return allowed;
  }

  World world_{SeedOfRun()};
};

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

TEST_F(PolicyPropertyTest, EveryFieldIsWithinWhatEachPermitAloneAllows) {
  ForAll([](const v1::PolicyFile& file, const Policy&, const Facts& facts,
            const std::vector<Field>& fields, const Decision& together) {
    // An opening needs two: one for what it opens.
    if (!Allows(together) || facts.type == liaison::payload::v1::FIELD_OPENING) return;
    for (const v1::Rule& rule : file.policy().rule()) {
      const auto& rules = together.rules;
      const bool applied = std::find(rules.begin(), rules.end(), rule.id()) != rules.end();
      const auto& types = rule.types();
      const bool own = std::find(types.begin(), types.end(), facts.type) != types.end();
      if (rule.effect() != v1::Rule::PERMIT || !applied || !own) continue;
      v1::PolicyFile alone = file;
      alone.mutable_policy()->clear_rule();
      *alone.mutable_policy()->add_rule() = rule;
      const Decision decision = PolicyOf(alone)->Decide(facts, fields);
      EXPECT_TRUE(Allows(decision));
      EXPECT_TRUE(Within(together, decision));
    }
    for (size_t i = 0; i < fields.size(); ++i) {
      if (fields[i].sens == Sensitivity::L6) {
        EXPECT_EQ(together.fields[i].action, Action::kOmit);
      }
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
  switch (world.Below(7)) {
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

// Labels that were received, and those under which the message is passed on; most of the time the
// second are tightened from the first, so that some pass.
void PassOn(World& world, Facts& facts) {
  const auto any = [&world](const google::protobuf::EnumDescriptor& codes) {
    return codes.value(world.Below(codes.value_count()))->number();
  };
  const auto& reflection = *liaison::payload::v1::Handling::GetReflection();
  liaison::payload::v1::Handling received;
  for (const char* name : {"tlp", "onward", "judicial_use", "pap", "notify"}) {
    const auto& field = *received.GetDescriptor()->FindFieldByName(name);
    reflection.SetEnumValue(&received, &field, any(*field.enum_type()));
  }
  received.set_victim_contact_permitted(world.Chance(50));
  facts.handling = received;
  for (const char* name : {"tlp", "onward", "judicial_use", "pap", "notify"}) {
    if (!world.Chance(20)) continue;
    const auto& field = *received.GetDescriptor()->FindFieldByName(name);
    reflection.SetEnumValue(&facts.handling, &field, any(*field.enum_type()));
  }
  if (world.Chance(20)) facts.handling.set_victim_contact_permitted(world.Chance(50));
  facts.named_recipients = {"officer-1"};
  facts.received_handling = received;
  facts.received_purposes = {std::begin(kPurposes), std::end(kPurposes)};
}

// Written from the schema's comments: higher is stricter. Unset counts as the schema says.
int Tightness(const liaison::payload::v1::Handling& handling, std::string_view label) {
  using namespace liaison::payload::v1;  // NOLINT: names of labels alone
  if (label == "tlp") return handling.tlp() == 0 ? Tlp::AMBER_STRICT : handling.tlp();
  if (label == "onward") return handling.onward() == 0 ? -OnwardSharing::NONE : -handling.onward();
  if (label == "pap") return handling.pap() == 0 ? Pap::PAP_CLEAR : handling.pap();
  if (label == "notify") return handling.notify() == AffectedPartyNotification::MAY ? 0 : 1;
  if (label == "contact") return handling.victim_contact_permitted() ? 0 : 1;
  return handling.judicial_use() == 0 ? -JudicialUse::NOT_PERMITTED : -handling.judicial_use();
}

TEST_F(PolicyPropertyTest, WhatIsPassedOnIsLabelledNoLooserThanItCame) {
  int passed = 0;
  ForAll([&](const v1::PolicyFile&, const Policy& policy, Facts facts,
             const std::vector<Field>& fields, const Decision&) {
    PassOn(world_, facts);
    if (!Allows(policy.Decide(facts, fields))) return;
    ++passed;
    for (const char* label : {"tlp", "onward", "pap", "notify", "contact", "judicial"}) {
      EXPECT_GE(Tightness(facts.handling, label), Tightness(*facts.received_handling, label))
          << label;
    }
  });
  EXPECT_GT(passed, 0);
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
