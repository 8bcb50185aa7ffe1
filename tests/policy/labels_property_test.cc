// What is passed on is labelled no looser than it was received, and serves no other purpose: every
// label, both ways. LIAISON_LONG tries a million messages.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "absl/time/civil_time.h"
#include "tests/policy/property.h"

namespace liaison::policy {
namespace {

using namespace liaison::payload::v1;  // NOLINT: names of labels alone

constexpr const char* kCodes[] = {"tlp",          "code", "action", "sanitisation", "onward",
                                  "judicial_use", "pap",  "notify", "attribution"};
constexpr const char* kDates[] = {"", "2026-09-30", "2026-12-01", "2027-01-31", "2030-01-01"};

const google::protobuf::FieldDescriptor& LabelOf(const std::string& name) {
  return *Handling::GetDescriptor()->FindFieldByName(name);
}

int CodeOf(const Handling& handling, const std::string& name) {
  return handling.GetReflection()->GetEnumValue(handling, &LabelOf(name));
}

// One label drawn anew; every code of the schema, and none.
void Draw(World& world, const std::string& name, Handling& handling) {
  const auto& label = LabelOf(name);
  const auto& reflection = *handling.GetReflection();
  if (name == "europol") {
    handling.clear_europol();
    for (const auto code :
         {EuropolHandling::H0, EuropolHandling::H1, EuropolHandling::H2, EuropolHandling::H3}) {
      if (world.Chance(30)) handling.add_europol(code);
    }
  } else if (name == "victim_contact_permitted") {
    handling.set_victim_contact_permitted(world.Chance(50));
  } else if (label.enum_type() == nullptr) {
    reflection.SetString(&handling, &label, kDates[world.Below(std::size(kDates))]);
  } else {
    const auto& codes = *label.enum_type();
    reflection.SetEnumValue(&handling, &label,
                            codes.value(world.Below(codes.value_count()))->number());
  }
}

// Makes labels fit each other (D-14, D-16, Europol codes), so that nothing but what was received is
// against them.
void Fit(World& world, Handling& handling) {
  while (handling.code() == HandlingCode::C && handling.action() == 0) {
    Draw(world, "action", handling);
  }
  while (handling.code() == HandlingCode::C && handling.sanitisation() == 0) {
    Draw(world, "sanitisation", handling);
  }
  if (handling.code() != HandlingCode::C) {
    handling.clear_action();
    handling.clear_sanitisation();
  }
  const auto has = [&](int code) {
    return std::find(handling.europol().begin(), handling.europol().end(), code) !=
           handling.europol().end();
  };
  if (has(EuropolHandling::H0) && handling.europol_size() > 1) {
    handling.mutable_europol()->erase(handling.mutable_europol()->begin());
  }
  if (has(EuropolHandling::H1) && handling.judicial_use() == JudicialUse::PERMITTED) {
    handling.set_judicial_use(JudicialUse::WITH_PERMISSION);
  }
  const std::map<int, OnwardSharing::Code> widest = {{Tlp::CLEAR, OnwardSharing::PUBLIC},
                                                     {Tlp::GREEN, OnwardSharing::WITHIN_COMMUNITY},
                                                     {Tlp::RED, OnwardSharing::NONE}};
  const auto of_tlp = widest.find(handling.tlp());
  OnwardSharing::Code most =
      of_tlp == widest.end() ? OnwardSharing::WITH_PERMISSION : of_tlp->second;
  if (has(EuropolHandling::H2)) most = std::min(most, OnwardSharing::WITH_PERMISSION);
  handling.set_onward(std::min(handling.onward(), most));
}

// The labels that were received, and those under which the message is passed on: the same, but for
// some.
void PassOn(World& world, Facts& facts) {
  std::vector<std::string> labels = {"europol", "victim_contact_permitted", "review_on",
                                     "delete_by"};
  labels.insert(labels.end(), std::begin(kCodes), std::end(kCodes));
  Handling received;
  for (const std::string& name : labels) Draw(world, name, received);
  if (world.Chance(50)) Fit(world, received);
  if (world.Chance(15)) {  // then code C can go alone
    received.set_code(HandlingCode::C);
    received.clear_action();
    received.clear_sanitisation();
  }
  facts.handling = received;
  for (int changed = world.Below(4); changed > 0; --changed) {
    Draw(world, labels[static_cast<size_t>(world.Below(static_cast<int>(labels.size())))],
         facts.handling);
  }
  Fit(world, facts.handling);
  facts.received_handling = received;
  facts.received_purposes = {kPurposes[0]};
  if (world.Chance(90)) facts.received_purposes.push_back(kPurposes[1]);
  facts.named_recipients = {"officer-1"};
  facts.has_instructions = true;
}

// The codes of a label from the loosest to the strictest; those in one step are equally strict. Not
// set is 0.
using Ladder = std::vector<std::set<int>>;

// As policy.proto (labels) and handling.proto say.
const std::map<std::string, Ladder>& Ladders() {
  static const auto& ladders = *new std::map<std::string, Ladder>{
      {"tlp", {{Tlp::CLEAR}, {Tlp::GREEN}, {Tlp::AMBER}, {0, Tlp::AMBER_STRICT}, {Tlp::RED}}},
      {"code", {{0, HandlingCode::P}, {HandlingCode::C}}},
      {"action", {{0}, {ActionCode::A3}, {ActionCode::A2}, {ActionCode::A1}}},
      {"sanitisation", {{0}, {SanitisationCode::S1}, {SanitisationCode::S2}}},
      {"onward",
       {{OnwardSharing::PUBLIC},
        {OnwardSharing::WITHIN_COMMUNITY},
        {OnwardSharing::WITH_PERMISSION},
        {0, OnwardSharing::NONE}}},
      {"judicial_use",
       {{JudicialUse::PERMITTED}, {JudicialUse::WITH_PERMISSION}, {0, JudicialUse::NOT_PERMITTED}}},
      {"pap", {{0, Pap::PAP_CLEAR}, {Pap::PAP_GREEN}, {Pap::PAP_AMBER}, {Pap::PAP_RED}}},
      {"notify", {{AffectedPartyNotification::MAY}, {0, AffectedPartyNotification::MUST_NOT}}}};
  return ladders;
}

int StepOf(const Ladder& ladder, int code) {
  const auto step = std::find_if(ladder.begin(), ladder.end(),
                                 [&](const auto& codes) { return codes.count(code) > 0; });
  EXPECT_NE(step, ladder.end()) << code;
  return static_cast<int>(step - ladder.begin());
}

absl::CivilDay DayOf(const std::string& date) {
  absl::CivilDay day = absl::CivilDay::max();  // no date: never
  EXPECT_TRUE(date.empty() || absl::ParseCivilTime(date, &day)) << date;
  return day;
}

// The labels of which ours is looser than the received one, and "purpose".
std::set<std::string> LooserOf(const Facts& facts) {
  const Handling& ours = facts.handling;
  const Handling& received = *facts.received_handling;
  std::set<std::string> looser;
  const auto add = [&](const char* name, bool is_looser) {
    if (is_looser) looser.insert(name);
  };
  for (const auto& [name, ladder] : Ladders()) {
    const int step = StepOf(ladder, CodeOf(ours, name));
    add(name.c_str(), step < StepOf(ladder, CodeOf(received, name)));
  }
  add("contact", ours.victim_contact_permitted() && !received.victim_contact_permitted());
  const bool bound = received.attribution() == Attribution::MUST ||
                     received.attribution() == Attribution::MUST_NOT;
  add("attribution", bound && ours.attribution() != received.attribution());
  add("review_on", DayOf(ours.review_on()) > DayOf(received.review_on()));
  add("delete_by", DayOf(ours.delete_by()) > DayOf(received.delete_by()));
  const std::set<int> kept(ours.europol().begin(), ours.europol().end());
  std::set<int> asked(received.europol().begin(), received.europol().end());
  asked.erase(EuropolHandling::H0);
  add("europol", !std::includes(kept.begin(), kept.end(), asked.begin(), asked.end()));
  std::set<int> given(facts.received_purposes.begin(), facts.received_purposes.end());
  for (const int purpose : facts.purposes) add("purpose", given.count(purpose) == 0);
  return looser;
}

TEST_F(PolicyPropertyTest, WhatIsPassedOnIsLabelledNoLooserThanItCame) {
  int passed = 0;
  std::map<std::string, int> alone;  // how often a label was the only one that is looser
  ForAll([&](const v1::PolicyFile&, const Policy& policy, Facts facts, std::vector<Field> fields,
             const Decision&) {
    PassOn(world_, facts);
    if (world_.Chance(50)) {
      for (Field& field : fields) field.sens = Sensitivity::L1;  // TLP:CLEAR bears it
    }
    const Decision decision = policy.Decide(facts, fields);
    const std::set<std::string> looser = LooserOf(facts);
    facts.received_handling.reset();
    const Decision first_hand = policy.Decide(facts, fields);
    const bool reached = Allows(first_hand) || first_hand.step > Step::kLabels;
    if (looser.empty() || !reached) {
      // Of several faults of the labels another one may be named.
      EXPECT_TRUE(Same(decision, first_hand) || (!reached && !looser.empty()))
          << decision.missing << " / " << first_hand.missing;
      passed += Allows(decision) ? 1 : 0;
      return;
    }
    EXPECT_FALSE(Allows(decision)) << *looser.begin();
    EXPECT_EQ(decision.step, Step::kLabels) << *looser.begin();
    EXPECT_EQ(decision.rules, std::vector<std::string>{"builtin:D-16"}) << decision.missing;
    if (looser.size() == 1) ++alone[*looser.begin()];
  });
  EXPECT_GT(passed, 0);
  for (const char* label :
       {"tlp", "code", "action", "sanitisation", "onward", "judicial_use", "pap", "notify",
        "contact", "attribution", "review_on", "delete_by", "europol", "purpose"}) {
    EXPECT_GT(alone[label], 0) << label;
  }
}

}  // namespace
}  // namespace liaison::policy
