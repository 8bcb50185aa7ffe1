// The starting policy: what leaves at most, by kind of partner.
#include <set>

#include "tests/partners/starting_policy.h"

namespace liaison::policy {
namespace {

TEST_F(ProtectionRulesTest, TheMostThatLeavesDependsOnTheKindOfPartner) {
  const struct {
    v1::PartnerClass kind;
    Action plan, migration, plate;
  } rows[] = {{v1::LAW_ENFORCEMENT, Action::kOmit, Action::kKeep, Action::kKeep},
              {v1::MINISTRY, Action::kOmit, Action::kOmit, Action::kOmit},
              {v1::INTERNATIONAL_ORGANISATION, Action::kOmit, Action::kKeep, Action::kOmit},
              {v1::NGO, Action::kOmit, Action::kKeep, Action::kOmit}};
  for (const auto& row : rows) {
    const Decision decision = Decide([&](Facts& f) { f.partner_class = row.kind; },
                                     {kTitle,
                                      {"notice.plan", Sensitivity::L7},
                                      {"notice.persons.migration.types", Sensitivity::L4},
                                      {"notice.objects.vehicle.plate", Sensitivity::L3}});
    const bool looked_at = row.kind == v1::LAW_ENFORCEMENT;  // D-19
    EXPECT_EQ(decision.outcome, looked_at ? Outcome::kHold : Outcome::kAllow) << row.kind;
    ASSERT_EQ(decision.fields.size(), 4U) << row.kind;
    EXPECT_EQ(decision.fields[1].action, row.plan) << row.kind;
    EXPECT_EQ(decision.fields[2].action, row.migration) << row.kind;
    EXPECT_EQ(decision.fields[3].action, row.plate) << row.kind;
  }
}

TEST_F(ProtectionRulesTest, MinistriesLearnNothingOfSuspects) {
  for (const auto subject :
       {SubjectCategory::SUSPECT, SubjectCategory::ARRESTED, SubjectCategory::CONVICTED}) {
    ExpectEnds(Decide([&](Facts& f) {
                 f.partner_class = v1::MINISTRY;
                 f.subjects = {subject};
               }),
               Outcome::kDeny, "no-suspects-to-ministries");
  }
}

TEST_F(ProtectionRulesTest, FreeTextForMinistriesAndSupportersIsReadBySomebodyElse) {
  const Leaf text = {"notice.summary.text", Sensitivity::L8};
  for (const auto kind : {v1::MINISTRY, v1::NGO}) {
    ExpectEnds(Decide([&](Facts& f) { f.partner_class = kind; }, {kTitle, text}), Outcome::kHold,
               "second-look-at-free-text");
  }
  for (const auto kind : {v1::LAW_ENFORCEMENT, v1::INTERNATIONAL_ORGANISATION}) {
    const auto to = [&](Facts& f) { f.partner_class = kind; };
    EXPECT_EQ(Decide(to, {kTitle, text}).outcome, Outcome::kAllow);
  }
}

// Identifiers of a victim who is verified, each of the schema: those that go as they are, those
// that go as a token, and those that are not even seen to be there.
struct Identifiers {
  std::set<std::string> kept, tokens, omitted;
};

TEST_F(ProtectionRulesTest, D28LetsAsFewIdentifiersGoAsEachKindOfPartnerNeeds) {
  const auto found = [&](v1::PartnerClass kind, Purpose::Code purpose) {
    Identifiers all;
    const auto type = liaison::payload::v1::VICTIM_VERIFICATION_REQUEST;
    for (const payload::SchemaLeaf& leaf : payload::SchemaLeaves(type)) {
      if (leaf.sens != Sensitivity::L3) continue;
      const Decision decision = Decide(
          [&](Facts& f) {
            f.partner_class = kind;
            f.type = type;
            f.purposes = {purpose};
            f.subjects = {SubjectCategory::SUSPECTED_VICTIM};
          },
          {kTitle, {leaf.path, leaf.sens, FormOf(leaf.part, leaf.text)}});
      EXPECT_EQ(decision.outcome, Outcome::kAllow) << leaf.path << " " << decision.missing;
      if (decision.fields.size() != 2) continue;
      const std::string name = leaf.path.substr(leaf.path.find('.') + 1);
      const Action action = decision.fields[1].action;
      if (action == Action::kKeep) all.kept.insert(name);
      if (action == Action::kMatchToken) all.tokens.insert(name);
      if (action == Action::kOmit) all.omitted.insert(name);
    }
    return all;
  };
  const std::set<std::string> numbers = {"claimed_by_subject.identity_number",
                                         "documents_seen.number", "subject.documents.number"};
  const std::set<std::string> lines = {"documents_seen.mrz", "subject.documents.mrz"};
  std::set<std::string> documents = numbers;
  documents.insert(lines.begin(), lines.end());

  const Identifiers police = found(v1::LAW_ENFORCEMENT, Purpose::VICTIM_IDENTIFICATION);
  EXPECT_THAT(police.kept, testing::IsEmpty());
  EXPECT_EQ(police.tokens, numbers);
  EXPECT_THAT(police.omitted, testing::IsEmpty());

  const Identifiers embassy = found(v1::MINISTRY, Purpose::VICTIM_IDENTIFICATION);
  EXPECT_EQ(embassy.kept, documents);
  EXPECT_THAT(embassy.omitted, testing::IsEmpty());

  const auto kOrganisation = v1::INTERNATIONAL_ORGANISATION;
  const Identifiers organisation = found(kOrganisation, Purpose::VICTIM_IDENTIFICATION);
  EXPECT_THAT(organisation.kept, testing::IsEmpty());
  EXPECT_EQ(organisation.tokens, std::set<std::string>{"documents_seen.number"});
  EXPECT_EQ(organisation.omitted.size(), documents.size() - 1);
  EXPECT_EQ(found(kOrganisation, Purpose::VICTIM_RETURN_REINTEGRATION).kept, documents);

  const Identifiers supporter = found(v1::NGO, Purpose::VICTIM_PROTECTION_SUPPORT);
  EXPECT_THAT(supporter.kept, testing::IsEmpty());
  EXPECT_THAT(supporter.tokens, testing::IsEmpty());
}

TEST_F(ProtectionRulesTest, D28LetsNoIdentifierGoWithWhatIsPassedOn) {
  for (const auto kind :
       {v1::LAW_ENFORCEMENT, v1::MINISTRY, v1::INTERNATIONAL_ORGANISATION, v1::NGO}) {
    const Decision decision = Decide(
        [&](Facts& f) {
          f.partner_class = kind;
          f.type = liaison::payload::v1::FORWARDED_ITEM;
          f.inner = liaison::payload::v1::INTELLIGENCE_NOTICE;
        },
        {kTitle, {"notice.objects.vehicle.plate", Sensitivity::L3}});
    ASSERT_EQ(decision.fields.size(), 2U) << kind << " " << decision.missing;
    EXPECT_FALSE(Goes(decision.fields[1].action)) << kind;
  }
}

// The persons of notices and alerts; the things that are looked for go.
TEST_F(ProtectionRulesTest, D28LetsNoIdentifierOfAPersonBesideAVictimGoToThePolice) {
  for (const auto type : {liaison::payload::v1::INTELLIGENCE_NOTICE, liaison::payload::v1::ALERT}) {
    for (const payload::SchemaLeaf& leaf : payload::SchemaLeaves(type)) {
      if (leaf.sens != Sensitivity::L3) continue;
      const bool of_person =
          absl::StrContains(leaf.path, ".persons.") || absl::StrContains(leaf.path, ".subjects.");
      const Decision decision = Decide(
          [&](Facts& f) {
            f.partner_class = v1::LAW_ENFORCEMENT;
            f.type = type;
            f.subjects = {SubjectCategory::SUSPECT, SubjectCategory::SUSPECTED_VICTIM};
          },
          {kTitle, {leaf.path, leaf.sens, FormOf(leaf.part, leaf.text)}});
      ASSERT_EQ(decision.fields.size(), 2U) << leaf.path << " " << decision.missing;
      EXPECT_EQ(decision.fields[1].action == Action::kKeep, !of_person) << leaf.path;
    }
  }
}

}  // namespace
}  // namespace liaison::policy
