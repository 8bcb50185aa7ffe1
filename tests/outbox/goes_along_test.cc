// What goes along with what is passed on: the originator's instructions, and what a person is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "daemon/partners/passed_on.h"
#include "tests/outbox/three_agencies.h"

namespace liaison::outbox {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Not;
using testing::ThreeAgencies;

constexpr char kSubject[] = "victim_verification_request.subject";
constexpr char kNames[] = "victim_verification_request.subject.names";
constexpr char kScopes[] = "victim_verification_request.scopes";

void Instruct(desk::v1::Draft& draft, const std::string& text) {
  auto& notes = *draft.mutable_payload()->mutable_notes();
  notes.set_instructions(text);
  notes.set_instructions_lang("en");
}

class GoesAlongTest : public ::testing::Test {
 protected:
  // What bgc sent to io, under a code that asks for instructions.
  std::string ReceivedUnderConditions() {
    desk::v1::Draft draft = ThreeAgencies::Original();
    draft.mutable_handling()->set_code(payload::v1::HandlingCode::C);
    draft.mutable_handling()->set_action(payload::v1::ActionCode::A2);
    draft.mutable_handling()->set_sanitisation(payload::v1::SanitisationCode::S1);
    Instruct(draft, "no contact with the family");
    return agencies_.Pass(*agencies_.bgc, *agencies_.io, draft);
  }
  // A permission for these fields alone.
  std::string GrantOf(const std::string& original, const std::string& fields) {
    return agencies_.Granted(original, [&](desk::v1::Draft& draft) {
      draft.mutable_payload()->mutable_onward_sharing_decision()->set_fields(0, fields);
    });
  }

  ThreeAgencies agencies_;
};

TEST_F(GoesAlongTest, TheOriginatorsInstructionsGoWhateverIsChosen) {
  const std::string original = ReceivedUnderConditions();
  desk::v1::Draft draft = ThreeAgencies::Forwarding(original, GrantOf(original, kScopes));
  draft.mutable_forward()->add_paths(kScopes);
  Instruct(draft, "no conditions at all");
  agencies_.Pass(*agencies_.io, *agencies_.ho, draft);
  EXPECT_THAT(agencies_.PathsInside(), IsSupersetOf({kScopes, "notes.instructions"}));
}

TEST_F(GoesAlongTest, WithoutThemNothingGoes) {
  const std::string original = ReceivedUnderConditions();
  agencies_.io->Change("policy.textproto", "version: 1\n",
                       R"(version: 1
    rule { id: "silent" effect: RESTRICT direction: OUT types: [FORWARDED_ITEM]
           fields { withhold: "notes.instructions" } })");
  desk::v1::Draft draft = ThreeAgencies::Forwarding(original, GrantOf(original, kScopes));
  Instruct(draft, "no conditions at all");
  const auto sent = agencies_.Submit(*agencies_.io, draft);
  ASSERT_TRUE(sent.ok()) << sent.status();
  EXPECT_EQ(sent->decision().outcome(), "DENY");
  EXPECT_THAT(sent->decision().DebugString(), HasSubstr("notes.instructions"));
}

TEST_F(GoesAlongTest, WhatAPersonIsGoesWithTheName) {
  const std::string original = agencies_.Received();
  desk::v1::Draft draft = ThreeAgencies::Forwarding(original, GrantOf(original, kNames));
  draft.mutable_forward()->add_paths(kNames);
  agencies_.Pass(*agencies_.io, *agencies_.ho, draft);
  EXPECT_THAT(agencies_.PathsInside(), IsSupersetOf({absl::StrCat(kSubject, ".category"),
                                                     absl::StrCat(kSubject, ".is_child"),
                                                     absl::StrCat(kSubject, ".consent.state")}));
}

TEST_F(GoesAlongTest, WhereWhatAPersonIsStaysThePersonStays) {
  agencies_.io->Change("policy.textproto", "version: 1\n",
                       absl::StrCat(R"(version: 1
    rule { id: "shy" effect: RESTRICT direction: OUT types: [FORWARDED_ITEM] fields { withhold: ")",
                                    kSubject, ".consent\" } }"));
  const std::string original = agencies_.Received();
  desk::v1::Draft draft = ThreeAgencies::Forwarding(original, agencies_.Granted(original));
  draft.mutable_forward()->add_paths(kNames);
  draft.mutable_forward()->add_paths(kScopes);
  agencies_.Pass(*agencies_.io, *agencies_.ho, draft);
  for (const std::string& path : agencies_.PathsInside()) {
    EXPECT_THAT(path, Not(HasSubstr("subject.")));
  }
  EXPECT_THAT(agencies_.PathsInside(), Contains(kScopes));
}

// Whoever passes it on may run other software.
TEST(OnwardFaultTest, AsksForTheOriginatorsInstructions) {
  partners::PassedOn item;
  item.statement.mutable_handling()->set_tlp(payload::v1::Tlp::CLEAR);
  item.statement.mutable_handling()->set_onward(payload::v1::OnwardSharing::PUBLIC);
  const auto fault = [&] {
    return partners::FindOnwardFault(item, {}, "ho-example", item.leaves, absl::UnixEpoch());
  };
  EXPECT_EQ(fault(), "");
  item.statement.mutable_handling()->set_code(payload::v1::HandlingCode::C);
  EXPECT_EQ(fault(), partners::kInstructionsMissing);
  item.leaves.emplace_back().path = "notes.instructions";
  EXPECT_EQ(fault(), "");
  item.leaves.clear();
  item.statement.mutable_handling()->set_code(payload::v1::HandlingCode::P);
  EXPECT_EQ(fault(), "");
}

TEST(OnwardFaultTest, RefusesAPersonOfWhomWhatItIsWasHidden) {
  partners::PassedOn item;
  item.statement.mutable_handling()->set_tlp(payload::v1::Tlp::CLEAR);
  item.statement.mutable_handling()->set_onward(payload::v1::OnwardSharing::PUBLIC);
  auto& person = *item.body.payload.mutable_notice()->add_persons();
  person.add_names()->set_full_original("An invented name");
  item.leaves.emplace_back().path = "notice.persons[0].names[0].full_original";
  const auto fault_without = [&](const std::string& path) {
    item.withheld.clear();
    item.withheld.emplace_back().set_path(path);
    return partners::FindOnwardFault(item, {}, "ho-example", item.leaves, absl::UnixEpoch());
  };
  for (const char* field : {"category", "is_child", "consent.state", "consent.scopes"}) {
    EXPECT_THAT(fault_without(absl::StrCat("notice.persons[0].", field)),
                HasSubstr("what a person is"));
  }
  EXPECT_EQ(fault_without("notice.persons[0].birth.edtf"), "");
  EXPECT_EQ(fault_without("notice.persons[1].category"), "") << "nothing of that person is there";
}

// A permission for a person's name covers what the person is, and nothing else.
TEST(OnwardFaultTest, APermissionNeedNotNameWhatGoesAlong) {
  partners::PassedOn item;
  item.statement.mutable_handling()->set_onward(payload::v1::OnwardSharing::WITH_PERMISSION);
  const auto add = [&](const std::string& path, const std::string& bond) {
    payload::Leaf& leaf = item.leaves.emplace_back();
    leaf.path = path;
    leaf.bond = bond;
  };
  add("notice.persons[0].category", "notice.persons[0]#subject");
  payload::v1::OnwardSharingDecision& grant = item.grant.emplace();
  grant.set_outcome(payload::v1::OnwardSharingOutcome::GRANTED);
  grant.add_agencies("ho-example");
  grant.set_tlp(payload::v1::Tlp::AMBER_STRICT);
  grant.set_until("2026-12-31");
  grant.add_fields("notice.persons[0].names");
  const auto fault = [&] {
    return partners::FindOnwardFault(item, {}, "ho-example", item.leaves,
                                     absl::FromUnixSeconds(1'795'000'000));
  };
  EXPECT_THAT(fault(), HasSubstr("does not name the field notice.persons[0].category"));
  add("notice.persons[0].names[0].full_original", "");
  EXPECT_EQ(fault(), "");
  add("notice.persons[0].names[0].kind", "notice.persons[0].names[0]#part");
  EXPECT_EQ(fault(), "");
  add("notice.persons[1].category", "notice.persons[1]#subject");
  EXPECT_THAT(fault(), HasSubstr("does not name the field notice.persons[1].category"));
}

}  // namespace
}  // namespace liaison::outbox
