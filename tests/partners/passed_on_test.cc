// What is read of a message that is passed on, whoever it is from, and what goes along with it.
// Verified ones: tests/inbox/forwarded_test.cc.
#include "daemon/partners/passed_on.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/base/error.h"
#include "daemon/message/message.h"
#include "tests/partners/folder.h"

namespace liaison::partners {
namespace {

using exchange::v1::Envelope;
using exchange::v1::Statement;
using payload::v1::ForwardedItem;
using payload::v1::MessageType;
using payload::v1::Payload;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kForwarder[] = "ho-example";
constexpr char kStranger[] = "zz-example";  // no partner: nothing of it is verified

class OpenPassedOnTest : public ::testing::Test {
 protected:
  OpenPassedOnTest() {
    original_.mutable_notice()->set_title("Invented");
    original_.mutable_notice()->set_title_lang("en");
    grant_.mutable_onward_sharing_decision()->set_outcome(
        payload::v1::OnwardSharingOutcome::REFUSED);
  }
  std::string Sealed(const std::string& from, const std::string& to, MessageType type,
                     const Payload& payload) const {
    Statement statement;
    statement.set_exchange_id(std::string(16, '\x11'));
    statement.set_from(from);
    statement.set_to(to);
    statement.set_type(type);
    std::vector<message::SealedField> fields;
    const auto leaves = payload::Cut(payload);
    for (const payload::Leaf& leaf : *leaves) fields.push_back({leaf.path, leaf.value});
    return message::Seal(statement, fields, *key_).envelope.SerializeAsString();
  }
  std::string Original(const std::string& from = kStranger,
                       const std::string& to = kForwarder) const {
    return Sealed(from, to, payload::v1::INTELLIGENCE_NOTICE, original_);
  }
  std::string Grant(const std::string& from = kStranger) const {
    return Sealed(from, kForwarder, payload::v1::ONWARD_SHARING_DECISION, grant_);
  }
  absl::StatusOr<PassedOn> Open(const std::string& original,
                                const std::optional<std::string>& grant = std::nullopt) const {
    ForwardedItem item;
    item.set_original(original);
    if (grant) item.set_grant(*grant);
    return OpenPassedOn(*registry_, kForwarder, item, absl::FromUnixSeconds(1'796'000'000));
  }
  // "REASON: message".
  std::string FaultOf(const std::string& original,
                      const std::optional<std::string>& grant = std::nullopt) const {
    const auto error = base::GetError(Open(original, grant).status());
    if (!error) return "none";
    return std::string(base::ReasonName(error->reason)) + ": " + error->message;
  }

  const std::unique_ptr<crypto::PrivateKey> key_ =
      crypto::PrivateKey::Generate(crypto::KeyAlgorithm::kEcdsaP256);
  Folder folder_;
  const std::shared_ptr<const Registry> registry_ = folder_.Load().value();
  Payload original_;
  Payload grant_;
};

TEST_F(OpenPassedOnTest, ReadsWhatIsInside) {
  const auto item = Open(Original(), Grant());
  ASSERT_TRUE(item.ok()) << item.status();
  EXPECT_FALSE(item->verified);
  EXPECT_EQ(item->statement.from(), kStranger);
  EXPECT_EQ(item->leaves.size(), 2u);
  EXPECT_TRUE(item->grant.has_value());
  const auto without = Open(Original());
  ASSERT_TRUE(without.ok()) << without.status();
  EXPECT_FALSE(without->grant.has_value());
}

TEST_F(OpenPassedOnTest, RefusesWhatIsNoEnvelope) {
  const char* const kFault = "MALFORMED: what is passed on is no envelope";
  EXPECT_EQ(FaultOf(""), kFault);
  EXPECT_EQ(FaultOf(Original() + "\xff"), kFault) << "all that came before it was read";
  EXPECT_EQ(FaultOf(Original(), ""), kFault);
  EXPECT_EQ(FaultOf(Original(), Grant() + "\xff"), kFault);
}

TEST_F(OpenPassedOnTest, RefusesAMessageOfNobodyOfWhoPassesItOnAndOurOwn) {
  EXPECT_EQ(FaultOf(Original("no agency")),
            "MALFORMED: a message inside names no agency that sent it");
  EXPECT_THAT(FaultOf(Original(kForwarder)), HasSubstr("WRONG_SENDER"));
  EXPECT_THAT(FaultOf(Original("bgc-example")), HasSubstr("WRONG_SENDER"));
}

TEST_F(OpenPassedOnTest, RefusesWhatWasSentToSomebodyElseOrChanged) {
  EXPECT_THAT(FaultOf(Original(kStranger, "io-example")), HasSubstr("WRONG_RECIPIENT"));
  Envelope changed;
  ASSERT_TRUE(changed.ParseFromString(Original()));
  changed.mutable_records(0)->set_value("\x0a\x01y");
  EXPECT_THAT(FaultOf(changed.SerializeAsString()), HasSubstr("BODY_MISMATCH"));
}

TEST_F(OpenPassedOnTest, RefusesWhatIsTheExchangesOwn) {
  EXPECT_EQ(FaultOf(Grant()), "MALFORMED: messages of this type are not passed on");
}

TEST_F(OpenPassedOnTest, APermissionIsADecisionOfTheOriginator) {
  const char* const kFault = "MALFORMED: the permission is no decision of the originator";
  EXPECT_EQ(FaultOf(Original(), Grant("yy-example")), kFault);
  EXPECT_EQ(FaultOf(Original(), Original()), kFault);
  EXPECT_EQ(FaultOf(Original(), Original("yy-example")), kFault);
}

// Of a partner a signature is asked for.
TEST_F(OpenPassedOnTest, AMessageOfAPartnerIsVerified) {
  EXPECT_THAT(FaultOf(Original("io-example")), HasSubstr("BAD_KEY"));
}

payload::Leaf LeafAt(const std::string& path, const std::string& bond = "") {
  payload::Leaf leaf;
  leaf.path = path;
  leaf.bond = bond;
  return leaf;
}

std::vector<std::string> PathsOf(const std::vector<payload::Leaf>& leaves) {
  std::vector<std::string> paths;
  for (const payload::Leaf& leaf : leaves) paths.push_back(leaf.path);
  return paths;
}

TEST(PassedOnLeavesTest, WhatIsInsideStandsInThePlaceOfTheOriginal) {
  std::vector<payload::Leaf> inner = {LeafAt("a.b", "a#subject"), LeafAt("a.c")};
  for (payload::Leaf& leaf : inner) leaf.needed = true;
  const auto all = WithPassedOn(
      {LeafAt("forwarded_item.grant"), LeafAt("forwarded_item.original"), LeafAt("notes.x")},
      inner);
  EXPECT_THAT(PathsOf(all), ElementsAre("forwarded_item.grant", "forwarded_item.original.a.b",
                                        "forwarded_item.original.a.c", "notes.x"));
  EXPECT_EQ(all[1].bond, "forwarded_item.original.a#subject");
  EXPECT_EQ(all[2].bond, "");
  EXPECT_FALSE(all[1].needed);
  EXPECT_EQ(PathInside(all[1]), "a.b");
}

TEST(PassedOnLeavesTest, TellsWhatIsInside) {
  EXPECT_TRUE(IsInside(LeafAt("forwarded_item.original.notice.title")));
  for (const char* path : {"forwarded_item.original", "forwarded_item.originals.x",
                           "forwarded_item.grant", "notes.instructions", ""}) {
    EXPECT_FALSE(IsInside(LeafAt(path))) << path;
  }
}

TEST(PassedOnFactsTest, PersonalDataIsThereWhereverItStands) {
  const auto personal = [](bool outer, bool inner) {
    policy::Facts of_outer;
    policy::Facts of_inner;
    of_outer.has_personal_data = outer;
    of_inner.has_personal_data = inner;
    return FactsForPassedOn(of_outer, of_inner, {}).has_personal_data;
  };
  EXPECT_FALSE(personal(false, false));
  EXPECT_TRUE(personal(true, false));
  EXPECT_TRUE(personal(false, true));
}

TEST(LowestAboveTest, IsTheLongestThatStandsAbove) {
  const std::set<std::string_view> paths = {"", "a", "a.b[0]", "x"};
  EXPECT_EQ(LowestAbove("a.b[0].c.d", paths), "a.b[0]");
  EXPECT_EQ(LowestAbove("a.b[1].c", paths), "a");
  EXPECT_EQ(LowestAbove("a.b[0]", paths), "a") << "not itself";
  EXPECT_EQ(LowestAbove("a", paths), "");
  EXPECT_EQ(LowestAbove("y.z", paths), "");
}

class GoesAlongRulesTest : public ::testing::Test {
 protected:
  GoesAlongRulesTest() {
    item_.leaves = {LeafAt("notes.instructions"),
                    LeafAt("notes.instructions_lang"),
                    LeafAt("notice.persons[0].category", "notice.persons[0]#subject"),
                    LeafAt("notice.persons[0].names[0].kind", "notice.persons[0].names[0]#part"),
                    LeafAt("notice.persons[1].category", "notice.persons[1]#subject"),
                    LeafAt("notice.title")};
  }
  std::vector<std::string> AlongWith(const std::vector<payload::Leaf>& chosen) const {
    return PathsOf(WithWhatGoesAlong(item_, chosen));
  }
  void AskForInstructions() {
    item_.statement.mutable_handling()->set_code(payload::v1::HandlingCode::C);
  }

  PassedOn item_;
};

TEST_F(GoesAlongRulesTest, WhatAPersonIsGoesWithTheRestOfThePerson) {
  EXPECT_THAT(AlongWith({LeafAt("notice.title")}), ElementsAre("notice.title"));
  EXPECT_THAT(AlongWith({item_.leaves[3]}),
              ElementsAre("notice.persons[0].category", "notice.persons[0].names[0].kind"));
  EXPECT_THAT(AlongWith({item_.leaves[4]}), ElementsAre("notice.persons[1].category"));
  EXPECT_THAT(AlongWith({}), IsEmpty());
}

TEST_F(GoesAlongRulesTest, InstructionsGoWhereACodeAsksForThem) {
  AskForInstructions();
  EXPECT_THAT(AlongWith({LeafAt("notice.title")}),
              ElementsAre("notes.instructions", "notes.instructions_lang", "notice.title"));
  EXPECT_TRUE(LacksInstructions(item_, {LeafAt("notice.title")}));
  EXPECT_FALSE(LacksInstructions(item_, {LeafAt("notice.title"), item_.leaves[0]}));
  item_.statement.mutable_handling()->set_code(payload::v1::HandlingCode::P);
  EXPECT_FALSE(LacksInstructions(item_, {}));
}

TEST_F(GoesAlongRulesTest, APermissionNeedNotNameWhatGoesAlong) {
  item_.statement.mutable_handling()->set_onward(payload::v1::OnwardSharing::WITH_PERMISSION);
  payload::v1::OnwardSharingDecision& grant = item_.grant.emplace();
  grant.set_outcome(payload::v1::OnwardSharingOutcome::GRANTED);
  grant.add_agencies(kForwarder);
  grant.set_tlp(payload::v1::Tlp::AMBER_STRICT);
  grant.set_until("2026-12-31");
  grant.add_fields("notice.title");
  const auto fault = [&](const std::vector<payload::Leaf>& leaves) {
    return FindOnwardFault(item_, {}, kForwarder, leaves, absl::FromUnixSeconds(1'795'000'000));
  };
  const std::vector<payload::Leaf> instructed = {item_.leaves[0], item_.leaves[1], item_.leaves[5]};
  EXPECT_EQ(fault({item_.leaves[5]}), "");
  EXPECT_THAT(fault(instructed), HasSubstr("does not name the field notes.instructions"));
  AskForInstructions();
  EXPECT_EQ(fault(instructed), "");
  EXPECT_THAT(fault({item_.leaves[0], item_.leaves[2]}), HasSubstr("notice.persons[0].category"));
  grant.add_fields("notice.persons[0].names");
  EXPECT_EQ(fault({item_.leaves[0], item_.leaves[2], item_.leaves[3]}), "");
}

// An element of which everything was hidden reads as an empty one, beside one whose path begins
// alike.
TEST_F(GoesAlongRulesTest, HidesNothingOfAPersonWhoIsNotThere) {
  for (int i = 0; i < 2; ++i) item_.body.payload.mutable_notice()->add_persons();
  const auto fault = [&](const std::string& withheld) {
    item_.withheld.assign(2, {});
    item_.withheld[0].set_path(withheld);
    item_.withheld[1].set_path("notice.persons[9].names[0].full_original");
    return FindOnwardFault(item_, {}, kForwarder, item_.leaves, absl::UnixEpoch());
  };
  item_.statement.mutable_handling()->set_tlp(payload::v1::Tlp::CLEAR);
  item_.statement.mutable_handling()->set_onward(payload::v1::OnwardSharing::PUBLIC);
  item_.leaves = {LeafAt("notice.persons[0].names[0].kind"), LeafAt("notice.title")};
  EXPECT_THAT(fault("notice.persons[0].category"), HasSubstr("what a person is"));
  EXPECT_THAT(fault("notice.persons[0].consent.state"), HasSubstr("what a person is"));
  EXPECT_EQ(fault("notice.persons[0].category_other"), "");
  EXPECT_EQ(fault("notice.persons[1].category"), "");
  item_.leaves = {LeafAt("notice.persons[0]")};
  EXPECT_THAT(fault("notice.persons[0].is_child"), HasSubstr("what a person is"));
}

// Whoever is called no victim may be one by what was withheld.
TEST_F(GoesAlongRulesTest, HidesAVictimWhoIsNotCalledOne) {
  using payload::v1::SubjectCategory;
  item_.statement.mutable_handling()->set_tlp(payload::v1::Tlp::CLEAR);
  item_.statement.mutable_handling()->set_onward(payload::v1::OnwardSharing::PUBLIC);
  const auto hides = [&](const std::string& withheld) {
    item_.withheld.assign(1, {});
    item_.withheld[0].set_path(withheld);
    return !FindOnwardFault(item_, {}, kForwarder, item_.leaves, absl::UnixEpoch()).empty();
  };
  payload::v1::Person& person = *item_.body.payload.mutable_notice()->add_persons();
  item_.leaves = {LeafAt("notice.persons[0].names[0].kind")};
  person.set_category(SubjectCategory::RETURNEE);
  EXPECT_TRUE(hides("notice.persons[0].victim.control"));
  EXPECT_TRUE(hides("notice.persons[0].victim_assertions[0].status"));
  EXPECT_FALSE(hides("notice.persons[0].vulnerability.health"));
  EXPECT_FALSE(hides("victim_verification_request.trafficking_summary.acts"));
  person.set_category(SubjectCategory::VICTIM);
  EXPECT_FALSE(hides("notice.persons[0].victim.control"));

  item_.body.payload.Clear();
  item_.leaves = {LeafAt("victim_verification_request.subject.names[0].kind")};
  payload::v1::Person& subject =
      *item_.body.payload.mutable_victim_verification_request()->mutable_subject();
  subject.set_category(SubjectCategory::PERSON_AT_RISK);
  EXPECT_TRUE(hides("victim_verification_request.trafficking_summary.acts"));
  EXPECT_FALSE(hides("victim_verification_request.indicators[0].code"));
  subject.set_category(SubjectCategory::SUSPECTED_VICTIM);
  EXPECT_FALSE(hides("victim_verification_request.trafficking_summary.acts"));
}

}  // namespace
}  // namespace liaison::partners
