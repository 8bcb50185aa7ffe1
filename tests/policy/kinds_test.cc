// Which kinds of cases are decided to compare two policies: those that can differ, and no other.
#include "daemon/policy/kinds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/policy/sample.h"

namespace liaison::policy {
namespace {

using liaison::payload::v1::ALERT;
using liaison::payload::v1::Purpose;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

// An agreement, and a permit of alerts under it.
constexpr char kPlain[] = R"(policy { id: "p" version: 1
  agreement { id: "plan" partner: "ho-example" valid { from: "2026-01-01" to: "2026-12-31" time_zone: "UTC" }
              types: ALERT purposes: TRAFFICKING_INVESTIGATION
              legal_basis { country: "VN" citation: "x" } legal_basis { country: "GB" citation: "x" } }
  rule { id: "out" effect: PERMIT direction: OUT partner: "ho-example" types: ALERT
         purposes: [TRAFFICKING_INVESTIGATION, VICTIM_IDENTIFICATION] roles: OFFICER
         fields { keep_class: [L0, L1, L2, L4] } }
})";

using Change = std::function<void(v1::Policy&)>;

class KindsTest : public ::testing::Test {
 protected:
  // Of alerts to ho-example, between two editions of a policy.
  void Compare(const Change& before, const Change& after) {
    before_ = FileOf(kPlain);
    after_ = FileOf(kPlain);
    before(*before_.mutable_policy());
    after(*after_.mutable_policy());
    const v1::Policy* const both[] = {&before_.policy(), &after_.policy()};
    for (const Region& region : RegionsOf(both)) {
      if (region.facts.direction != Direction::kOut || region.facts.type != ALERT) continue;
      axes_ = region.axes;
      const auto kinds = TouchedKinds(region, Changes(before_.policy(), after_.policy()), 100'000);
      ASSERT_TRUE(kinds.has_value());
      kinds_ = *kinds;
    }
  }
  void CompareWith(const Change& after) {
    Compare([](v1::Policy&) {}, after);
  }

  // Of the cases of all kinds: the choices of one axis.
  std::set<std::string> Choices(const std::string& name) {
    std::set<std::string> labels;
    for (size_t i = 0; i < axes_.size(); ++i) {
      if (axes_[i].name != name) continue;
      for (const auto& [kind, cases] : kinds_) {
        for (const size_t choice : cases.choices[i]) labels.insert(axes_[i].choices[choice].label);
      }
    }
    return labels;
  }
  // Of the case that is decided for each kind: the choices of two axes.
  std::set<std::pair<std::string, std::string>> Decided(const std::string& one,
                                                        const std::string& other) {
    std::set<std::pair<std::string, std::string>> labels;
    for (const auto& [kind, cases] : kinds_) {
      std::pair<std::string, std::string> both;
      for (size_t i = 0; i < axes_.size(); ++i) {
        const std::string& label = axes_[i].choices[cases.example[i]].label;
        if (axes_[i].name == one) both.first = label;
        if (axes_[i].name == other) both.second = label;
      }
      labels.insert(both);
    }
    return labels;
  }

  v1::PolicyFile before_, after_;
  std::vector<Axis> axes_;
  Kinds kinds_;
};

TEST_F(KindsTest, AreNoneWhereNothingChanges) {
  CompareWith([](v1::Policy&) {});
  EXPECT_THAT(kinds_, IsEmpty());
}

TEST_F(KindsTest, AreThoseOfTheDaysThatOneEditionCovers) {
  CompareWith([](v1::Policy& p) { p.mutable_agreement(0)->mutable_valid()->set_to("2027-06-30"); });
  EXPECT_THAT(Choices("agreement"), ElementsAre("plan at 2027-01-01T00:00:00Z"));
  CompareWith([](v1::Policy& p) { p.mutable_agreement(0)->mutable_valid()->set_to("2026-06-30"); });
  EXPECT_THAT(Choices("agreement"), ElementsAre("plan at 2026-07-01T00:00:00Z"));
}

TEST_F(KindsTest, AreThoseOfThePurposesThatOneEditionCovers) {
  CompareWith(
      [](v1::Policy& p) { p.mutable_agreement(0)->add_purposes(Purpose::VICTIM_IDENTIFICATION); });
  EXPECT_THAT(
      Choices("purposes"),
      ElementsAre("TRAFFICKING_INVESTIGATION with VICTIM_IDENTIFICATION", "VICTIM_IDENTIFICATION"));
}

TEST_F(KindsTest, AreAllThatAreCoveredOfAnAgreementThatOnePolicyHasAlone) {
  CompareWith([](v1::Policy& p) { p.mutable_agreement(0)->set_suspended(true); });
  EXPECT_THAT(Choices("agreement"), ElementsAre("plan at 2026-01-01T00:00:00Z"));
  CompareWith([](v1::Policy& p) {
    *p.add_agreement() = p.agreement(0);
    p.mutable_agreement(1)->set_id("more");
  });
  EXPECT_THAT(Choices("agreement"), ElementsAre("more at 2026-01-01T00:00:00Z"));
}

// What covers a case here says nothing of types.
TEST_F(KindsTest, AreAllThatAreCoveredWhereOneEditionHasNotTheType) {
  CompareWith(
      [](v1::Policy& p) { p.mutable_agreement(0)->set_types(0, liaison::payload::v1::ALERT_HIT); });
  EXPECT_THAT(Choices("agreement"), ElementsAre("plan at 2026-01-01T00:00:00Z"));
}

TEST_F(KindsTest, AreThoseThatHangOnALegalBasis) {
  CompareWith(
      [](v1::Policy& p) { p.mutable_agreement(0)->mutable_legal_basis(1)->set_country("FR"); });
  const std::string ours = "sent from ";
  using Pair = std::pair<std::string, std::string>;
  EXPECT_THAT(Decided("personal data", "country"),
              testing::UnorderedElementsAre(Pair{ours + "VN", "GB"}, Pair{ours + "VN", "FR"},
                                            Pair{ours + "GB", "VN"}, Pair{ours + "GB", "GB"},
                                            Pair{ours + "FR", "VN"}, Pair{ours + "FR", "FR"}));
  EXPECT_THAT(Choices("agreement"), ElementsAre("plan at 2026-01-01T00:00:00Z"));
}

TEST_F(KindsTest, OfAnAgreementAreNoneThatNameAnotherOne) {
  const auto more = [](v1::Policy& p) {
    *p.add_agreement() = p.agreement(0);
    p.mutable_agreement(1)->set_id("more");
  };
  Compare(more, [&](v1::Policy& p) {
    more(p);
    p.mutable_agreement(0)->mutable_legal_basis(1)->set_country("FR");
  });
  EXPECT_THAT(Choices("agreement"), ElementsAre("plan at 2026-01-01T00:00:00Z"));
}

TEST_F(KindsTest, OfDaysAndALegalBasisAreBoth) {
  CompareWith([](v1::Policy& p) {
    p.mutable_agreement(0)->mutable_legal_basis(1)->set_country("FR");
    p.mutable_agreement(0)->mutable_valid()->set_to("2027-06-30");
  });
  using Pair = std::pair<std::string, std::string>;
  const auto decided = Decided("agreement", "personal data");
  EXPECT_TRUE(decided.contains(Pair{"plan at 2027-01-01T00:00:00Z", "none"}));
  EXPECT_FALSE(decided.contains(Pair{"plan at 2026-01-01T00:00:00Z", "none"}));
  EXPECT_TRUE(decided.contains(Pair{"plan at 2026-01-01T00:00:00Z", "sent from VN"}));
}

TEST_F(KindsTest, OfARuleAreThoseThatItMeetsAndAnAgreementCovers) {
  CompareWith([](v1::Policy& p) {
    v1::Rule& rule = *p.add_rule();
    rule = FileOf(R"(policy { rule { id: "no" effect: FORBID direction: OUT types: ALERT
                                     urgencies: U1 } })")
               .policy()
               .rule(0);
  });
  EXPECT_THAT(Choices("urgency"), ElementsAre("U1"));
  EXPECT_THAT(Choices("agreement"), ElementsAre("plan at 2026-01-01T00:00:00Z"));
}

// A rule that looks for special categories in what a system sends splits nothing that officers do.
TEST_F(KindsTest, TellContentApartWhereARuleLooksForIt) {
  const auto looks = [](v1::Policy& p) {
    *p.add_rule() = FileOf(R"(policy { rule { id: "look" effect: FORBID direction: OUT types: ALERT
                                              roles: SYSTEM carries: L4 } })")
                        .policy()
                        .rule(0);
  };
  Compare(looks, [&](v1::Policy& p) {
    looks(p);
    *p.add_rule() =
        FileOf(R"(policy { rule { id: "less" effect: RESTRICT direction: OUT types: ALERT
                                              fields { omit_class: L2 } } })")
            .policy()
            .rule(0);
  });
  using Pair = std::pair<std::string, std::string>;
  const auto decided = Decided("role", "carries");
  EXPECT_TRUE(decided.contains(Pair{"SYSTEM", "L4"}));
  EXPECT_TRUE(decided.contains(Pair{"SYSTEM", "none of these"}));
  EXPECT_FALSE(decided.contains(Pair{"OFFICER", "none of these"}));
  EXPECT_THAT(Choices("carries"), ElementsAre("L4", "none of these"));
}

}  // namespace
}  // namespace liaison::policy
