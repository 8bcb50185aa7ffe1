// Rules D-14, D-16, D-17 and TLP:CLEAR: handling codes that fit together.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
