// Rules D-14, D-16, D-17 and TLP:CLEAR: handling codes that fit together.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/policy/labels.h"
#include "daemon/policy/policy.h"
#include "tests/policy/decide.h"

namespace liaison::policy {
namespace {

using base::Reason;
using liaison::payload::v1::ActionCode;
using liaison::payload::v1::HandlingCode;
using liaison::payload::v1::OnwardSharing;
using liaison::payload::v1::SanitisationCode;
using liaison::payload::v1::Tlp;

struct Label {
  std::string name;
  Change change;
  std::string rule;  // empty: allowed
};

void SetC(Facts& f) {
  f.handling.set_code(HandlingCode::C);
  f.handling.set_action(ActionCode::A2);
  f.handling.set_sanitisation(SanitisationCode::S2);
  f.has_instructions = true;
}

std::vector<Label> HandlingLabels() {
  return {
      {"P", [](Facts& f) { f.handling.set_code(HandlingCode::P); }, ""},
      {"C whole", SetC, ""},
      {"P with action",
       [](Facts& f) {
         f.handling.set_code(HandlingCode::P);
         f.handling.set_action(ActionCode::A1);
       },
       "builtin:D-14"},
      {"P with sanitisation",
       [](Facts& f) {
         f.handling.set_code(HandlingCode::P);
         f.handling.set_sanitisation(SanitisationCode::S1);
       },
       "builtin:D-14"},
      {"no code with action", [](Facts& f) { f.handling.set_action(ActionCode::A1); },
       "builtin:D-14"},
      {"C without action",
       [](Facts& f) {
         SetC(f);
         f.handling.clear_action();
       },
       "builtin:D-14"},
      {"C without sanitisation",
       [](Facts& f) {
         SetC(f);
         f.handling.clear_sanitisation();
       },
       "builtin:D-14"},
      {"C without instructions",
       [](Facts& f) {
         SetC(f);
         f.has_instructions = false;
       },
       "builtin:D-14"},
      {"unknown code", [](Facts& f) { f.handling.set_code(static_cast<HandlingCode::Code>(9)); },
       "builtin:labels-known"},
      {"unknown TLP", [](Facts& f) { f.handling.set_tlp(static_cast<Tlp::Code>(9)); },
       "builtin:labels-known"},
      {"unknown onward",
       [](Facts& f) { f.handling.set_onward(static_cast<OnwardSharing::Code>(9)); },
       "builtin:labels-known"},
  };
}

TEST(LabelsStepTest, HandlingCodesFitTogether) {
  for (const Direction direction : {Direction::kOut, Direction::kIn}) {
    for (const Label& label : HandlingLabels()) {
      SCOPED_TRACE(label.name);
      const Decision decision = DecideWith([&](Facts& f) {
        f.direction = direction;
        label.change(f);
      });
      if (label.rule.empty()) {
        ExpectAllowed(decision);
      } else {
        ExpectDenied(decision, Step::kLabels, Reason::kPolicyDenied, label.rule);
      }
    }
  }
}

TEST(LabelsStepTest, RefusesEveryCodeThatThisVersionDoesNotKnow) {
  using liaison::payload::v1::AffectedPartyNotification;
  using liaison::payload::v1::Attribution;
  using liaison::payload::v1::EuropolHandling;
  using liaison::payload::v1::JudicialUse;
  using liaison::payload::v1::Pap;
  const std::vector<Change> unknown = {
      [](Facts& f) { f.handling.set_action(static_cast<ActionCode::Code>(9)); },
      [](Facts& f) { f.handling.set_sanitisation(static_cast<SanitisationCode::Code>(9)); },
      [](Facts& f) { f.handling.set_judicial_use(static_cast<JudicialUse::Code>(9)); },
      [](Facts& f) { f.handling.set_pap(static_cast<Pap::Code>(9)); },
      [](Facts& f) { f.handling.set_notify(static_cast<AffectedPartyNotification::Code>(9)); },
      [](Facts& f) { f.handling.set_attribution(static_cast<Attribution::Code>(9)); },
      [](Facts& f) { f.handling.add_europol(static_cast<EuropolHandling::Code>(9)); },
      [](Facts& f) { f.handling.add_europol(EuropolHandling::EUROPOL_HANDLING_UNSPECIFIED); }};
  for (const Change& change : unknown) {
    ExpectDenied(DecideWith(change), Step::kLabels, Reason::kPolicyDenied, "builtin:labels-known");
  }
}

TEST(LabelsStepTest, EuropolCodesFitTogetherAndFitTheOthers) {
  using liaison::payload::v1::EuropolHandling;
  using liaison::payload::v1::JudicialUse;
  struct Row {
    std::vector<int> codes;
    Change change;
    bool fits;
  };
  const auto nothing = [](Facts&) {};
  const auto wide = [](Facts& f) {
    f.handling.set_tlp(Tlp::GREEN);
    f.handling.set_onward(OnwardSharing::WITHIN_COMMUNITY);
  };
  const auto court = [](Facts& f) { f.handling.set_judicial_use(JudicialUse::PERMITTED); };
  const std::vector<Row> rows = {
      {{EuropolHandling::H0}, nothing, true},
      {{EuropolHandling::H1, EuropolHandling::H2}, nothing, true},
      {{EuropolHandling::H0, EuropolHandling::H1}, nothing, false},
      {{EuropolHandling::H2, EuropolHandling::H2}, nothing, false},
      {{EuropolHandling::H1}, court, false},
      {{EuropolHandling::H2}, court, true},
      {{EuropolHandling::H2}, wide, false},
      {{EuropolHandling::H1}, wide, true},
      {{EuropolHandling::H3}, nothing, false},
      {{EuropolHandling::H3}, [](Facts& f) { f.has_instructions = true; }, true}};
  for (const Row& row : rows) {
    SCOPED_TRACE(testing::PrintToString(row.codes));
    const Decision decision = DecideWith([&](Facts& f) {
      for (const int code : row.codes) {
        f.handling.add_europol(static_cast<EuropolHandling::Code>(code));
      }
      row.change(f);
    });
    if (row.fits) {
      ExpectAllowed(decision);
    } else {
      ExpectDenied(decision, Step::kLabels, Reason::kPolicyDenied, "builtin:europol");
    }
  }
}

TEST(AskForInstructionsTest, CodeCAndEuropolH3Do) {
  using liaison::payload::v1::EuropolHandling;
  using liaison::payload::v1::Handling;
  const auto ask = [](HandlingCode::Code code, const std::vector<EuropolHandling::Code>& europol) {
    Handling handling;
    handling.set_code(code);
    for (const EuropolHandling::Code one : europol) handling.add_europol(one);
    return AskForInstructions(handling);
  };
  const HandlingCode::Code none = HandlingCode::HANDLING_CODE_UNSPECIFIED;
  EXPECT_TRUE(ask(HandlingCode::C, {}));
  EXPECT_TRUE(ask(HandlingCode::C, {EuropolHandling::H1}));
  EXPECT_TRUE(ask(none, {EuropolHandling::H3}));
  EXPECT_TRUE(ask(HandlingCode::P, {EuropolHandling::H1, EuropolHandling::H3}));
  EXPECT_TRUE(ask(HandlingCode::C, {EuropolHandling::H3}));
  EXPECT_FALSE(ask(none, {}));
  EXPECT_FALSE(ask(HandlingCode::P, {}));
  EXPECT_FALSE(ask(none, {EuropolHandling::H1, EuropolHandling::H2}));
}

TEST(LabelsStepTest, WhatIsPassedOnKeepsToTheLabelsUnderWhichItCame) {
  const auto passed_on = [](Tlp::Code received, Tlp::Code ours) {
    return DecideWith([&](Facts& f) {
      f.received_handling.emplace().set_tlp(received);
      f.received_purposes = f.purposes;
      f.handling.set_tlp(ours);
    });
  };
  ExpectAllowed(passed_on(Tlp::AMBER, Tlp::AMBER));
  ExpectAllowed(passed_on(Tlp::AMBER, Tlp::AMBER_STRICT));
  ExpectDenied(passed_on(Tlp::AMBER, Tlp::GREEN), Step::kLabels, Reason::kPolicyDenied,
               "builtin:D-16");
}

TEST(LabelsStepTest, WhatIsPassedOnHasLabelsThatAreKnown) {
  using liaison::payload::v1::ActionCode;
  const Decision decision = DecideWith([](Facts& f) {
    // Of a newer version: nobody can say whether ours is looser.
    f.received_handling.emplace().set_action(static_cast<ActionCode::Code>(9));
    f.received_purposes = f.purposes;
  });
  ExpectDenied(decision, Step::kLabels, Reason::kPolicyDenied, "builtin:labels-known");
}

TEST(LabelsStepTest, WhatIsPassedOnServesNoOtherPurpose) {
  using liaison::payload::v1::Purpose;
  const auto received_for = [](std::vector<Purpose::Code> purposes) {
    return DecideWith([&](Facts& f) {
      f.received_handling.emplace();
      f.received_purposes = purposes;
    });
  };
  ExpectAllowed(received_for({Purpose::TRAINING, Purpose::TRAFFICKING_INVESTIGATION}));
  ExpectDenied(received_for({Purpose::TRAINING}), Step::kLabels, Reason::kPolicyDenied,
               "builtin:D-16");
  ExpectDenied(received_for({}), Step::kLabels, Reason::kPolicyDenied, "builtin:D-16");
}

TEST(LabelsStepTest, OnwardSharingIsNeverWiderThanTheTlp) {
  const struct {
    Tlp::Code tlp;
    OnwardSharing::Code widest;
  } rows[] = {{Tlp::CLEAR, OnwardSharing::PUBLIC},
              {Tlp::GREEN, OnwardSharing::WITHIN_COMMUNITY},
              {Tlp::AMBER, OnwardSharing::WITH_PERMISSION},
              {Tlp::AMBER_STRICT, OnwardSharing::WITH_PERMISSION},
              {Tlp::TLP_UNSPECIFIED, OnwardSharing::WITH_PERMISSION},
              {Tlp::RED, OnwardSharing::NONE}};
  for (const auto& row : rows) {
    for (int onward = 0; onward <= OnwardSharing::PUBLIC; ++onward) {
      SCOPED_TRACE(testing::Message() << row.tlp << " " << onward);
      const Decision decision = DecideWith([&](Facts& f) {
        f.handling.set_tlp(row.tlp);
        f.handling.set_onward(static_cast<OnwardSharing::Code>(onward));
        f.named_recipients = {"officer-7"};
      });
      if (onward <= row.widest) {
        ExpectAllowed(decision);
      } else {
        ExpectDenied(decision, Step::kLabels, Reason::kPolicyDenied, "builtin:D-16");
      }
    }
  }
}

TEST(LabelsStepTest, RedNamesItsRecipients) {
  const auto red = [](Facts& f) { f.handling.set_tlp(Tlp::RED); };
  ExpectDenied(DecideWith(red), Step::kLabels, Reason::kPolicyDenied, "builtin:D-17");
  ExpectAllowed(DecideWith([&](Facts& f) {
    red(f);
    f.named_recipients = {"officer-7"};
  }));
}

TEST(LabelsStepTest, ClearCarriesAdministrativeFieldsAlone) {
  const auto clear = [](Facts& f) { f.handling.set_tlp(Tlp::CLEAR); };
  for (int sens = 0; sens <= Sensitivity::L8; ++sens) {
    SCOPED_TRACE(sens);
    std::vector<Field> fields = SampleFields();
    fields.push_back(FieldOf("alert.other", static_cast<Sensitivity::Class>(sens)));
    const Decision decision = DecideWith(clear, fields);
    if (sens == Sensitivity::L0 || sens == Sensitivity::L1 || sens == Sensitivity::L6) {
      ExpectAllowed(decision);
    } else {
      ExpectDenied(decision, Step::kLabels, Reason::kPolicyDenied, "builtin:TLP-CLEAR");
    }
  }
}

}  // namespace
}  // namespace liaison::policy
