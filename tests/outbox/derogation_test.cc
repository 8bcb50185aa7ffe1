// D-39 from end to end: what asks that a rule be set aside waits for a supervisor, on record.
#include <gmock/gmock.h>

#include "daemon/policy/report.h"
#include "tests/outbox/holds_fixture.h"

namespace liaison::outbox {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kRule[] = R"(
  rule { id: "no-situation" effect: RESTRICT direction: OUT
         fields { omit: "victim_verification_request.present_situation" }
         derogation { within: "4h" } })";
constexpr char kWithout[] = R"(
  rule { id: "no-situation" effect: RESTRICT direction: OUT
         fields { omit: "victim_verification_request.present_situation" } })";

Submitter Supervisor() {
  return {"supervisor-1", "liaison://agency/bgc-example/person/supervisor-1",
          policy::v1::Rule::ROLE_UNSPECIFIED, false, true};
}

class DerogationTest : public HoldsTest {
 protected:
  DerogationTest() {
    bgc().Change("policy.textproto", "version: 1\n", std::string("version: 1\n") + kRule);
  }

  static desk::v1::Draft Draft(const std::string& reason = "a court asks for it") {
    desk::v1::Draft draft = testing::TwoAgencies::Draft("victim_verification_request");
    desk::v1::Derogation& derogation = *draft.add_derogations();
    derogation.set_rule("no-situation");
    derogation.set_reason(reason);
    return draft;
  }
  static bool HasSituation(const payload::v1::Payload& payload) {
    return payload.victim_verification_request().has_present_situation();
  }
  std::string Released() {
    const std::string id = Hold(Draft());
    const auto released = Release(Supervisor(), id, ViewOf(id));
    EXPECT_TRUE(released.ok()) << released.status();
    EXPECT_EQ(released.ok() ? released->state() : desk::v1::STATE_UNSPECIFIED, desk::v1::QUEUED);
    return id;
  }
};

TEST_F(DerogationTest, WithoutItTheRuleStands) {
  const auto sent = agencies_.Send(testing::TwoAgencies::Draft("victim_verification_request"));
  ASSERT_TRUE(sent.ok()) << sent.status();
  EXPECT_EQ(sent->state(), desk::v1::QUEUED);
  EXPECT_FALSE(HasSituation(Show(sent->id(), "case work").payload()));
}

TEST_F(DerogationTest, ShowsTheSupervisorWhichRuleAndWhy) {
  const desk::v1::ShownMessage shown = Show(Hold(Draft()), "case work");
  ASSERT_EQ(shown.held().derogations_size(), 1);
  EXPECT_EQ(shown.held().derogations(0).rule(), "no-situation");
  EXPECT_EQ(shown.held().derogations(0).reason(), "a court asks for it");
  EXPECT_TRUE(HasSituation(shown.payload()));
  EXPECT_THAT(shown.decision().obligations(), Contains("derogation from rule no-situation"));
  EXPECT_EQ(shown.held().lapses().seconds(),
            absl::ToUnixSeconds(agencies_.clock.Now() + absl::Hours(4)));
}

TEST_F(DerogationTest, GoesWhenASupervisorReleasesItAndAuditorsAreTold) {
  const std::string id = Released();
  agencies_.DeliverAll();
  EXPECT_EQ(StateOf(id), desk::v1::DELIVERED);
  EXPECT_TRUE(HasSituation(Show(id, "case work").payload()));
  const journal::Openings held = LastOpenings(audit::v1::DESK, audit::v1::HELD);
  EXPECT_EQ(held.actor.reason(), "no-situation: a court asks for it");
  EXPECT_EQ(held.actor.role(), "OFFICER");
  const journal::Openings released = LastOpenings(audit::v1::DESK, audit::v1::RELEASED);
  EXPECT_EQ(released.actor.role(), "SUPERVISOR");
  EXPECT_EQ(released.actor.reason(), "checked");
  const journal::Openings notice = LastOpenings(audit::v1::DESK, audit::v1::NOTICE);
  EXPECT_THAT(notice.actor.detail(), HasSubstr("derogation from rule no-situation"));
  EXPECT_THAT(notice.actor.detail(), HasSubstr("builtin:D-39"));
  EXPECT_EQ(bgc().Faults(), "");
}

TEST_F(DerogationTest, NoReleaserAloneLetsItGo) {
  const std::string id = Hold(Draft());
  const absl::Status refused = Release(Releaser(1), id, ViewOf(id)).status();
  EXPECT_EQ(ReasonOf(refused), base::Reason::kRoleMissing);
  EXPECT_THAT(refused.message(), HasSubstr("no-situation"));
  EXPECT_EQ(StateOf(id), desk::v1::HELD);
  EXPECT_THAT(bgc().Events(audit::v1::DESK), Not(Contains(audit::v1::RELEASED)));
}

TEST_F(DerogationTest, NoSupervisorLetsGoWhatReleasersRelease) {
  const std::string id = Hold(HoldsTest::Draft());
  EXPECT_EQ(ReasonOf(Release(Supervisor(), id, ViewOf(id)).status()), base::Reason::kRoleMissing);
  Submitter both = Releaser(1);
  both.is_supervisor = true;
  ASSERT_TRUE(Release(both, id, ViewOf(id)).ok());
  EXPECT_EQ(LastOpenings(audit::v1::DESK, audit::v1::RELEASED).actor.role(), "RELEASER");
}

TEST_F(DerogationTest, WhoAsksForItDoesNotReleaseIt) {
  const std::string id = Hold(Draft());
  const Submitter both{"officer-1", "", policy::v1::Rule::OFFICER, false, true};
  EXPECT_EQ(ReasonOf(Release(both, id, ViewOf(id)).status()), base::Reason::kPolicyDenied);
  EXPECT_EQ(StateOf(id), desk::v1::HELD);
}

TEST_F(DerogationTest, ASupervisorRejectsIt) {
  const std::string id = Hold(Draft());
  ASSERT_TRUE(Reject(Supervisor(), id).ok());
  EXPECT_EQ(StateOf(id), desk::v1::DENIED);
  EXPECT_EQ(LastOpenings(audit::v1::DESK, audit::v1::REJECTED_BY).actor.role(), "SUPERVISOR");
}

TEST_F(DerogationTest, LapsesInTheTimeThatTheRuleGives) {
  const std::string id = Hold(Draft());
  const std::string view = ViewOf(id);
  agencies_.clock.Advance(absl::Hours(4));
  EXPECT_EQ(ReasonOf(Release(Supervisor(), id, view).status()), base::Reason::kWrongState);
  EXPECT_EQ(StateOf(id), desk::v1::DENIED);
}

TEST_F(DerogationTest, ARuleThatPolicyDoesNotLetGoDenies) {
  desk::v1::Draft draft = Draft();
  draft.mutable_derogations(0)->set_rule("d-23-second-look-at-what-a-machine-wrote");
  const auto sent = agencies_.Send(draft);
  ASSERT_TRUE(sent.ok()) << sent.status();
  EXPECT_EQ(sent->state(), desk::v1::DENIED);
  EXPECT_EQ(sent->decision().step(), "obligations");
  EXPECT_THAT(sent->decision().missing(), HasSubstr("d-23-second-look"));
  EXPECT_THAT(base::GetError(policy::ToStatus(sent->decision()))->fix,
              HasSubstr("take the rule out of derogations"));
}

TEST_F(DerogationTest, IsDeniedAtReleaseWhenPolicyNoLongerAllowsIt) {
  const std::string id = Hold(Draft());
  bgc().Change("policy.textproto", kRule, kWithout);
  const auto released = Release(Supervisor(), id, ViewOf(id));
  ASSERT_TRUE(released.ok()) << released.status();
  EXPECT_EQ(released->state(), desk::v1::DENIED);
}

TEST_F(DerogationTest, WhatIsQueuedIsDecidedAgainWithIt) {
  const std::string id = Released();
  bgc().Change("policy.textproto", "version: 1\n", "version: 2\n");
  agencies_.DeliverAll();
  EXPECT_EQ(StateOf(id), desk::v1::DELIVERED);
}

TEST_F(DerogationTest, WhatIsQueuedIsDeniedWhenPolicyNoLongerAllowsIt) {
  const std::string id = Released();
  bgc().Change("policy.textproto", kRule, kWithout);
  agencies_.DeliverAll();
  EXPECT_EQ(StateOf(id), desk::v1::DENIED);
  EXPECT_TRUE(agencies_.link->requests.empty());
}

TEST_F(DerogationTest, WhatIsQueuedIsDeniedWhenItsSupervisorIsNoneAnyMore) {
  const std::string id = Released();
  bgc().Revoke("supervisor-1");
  agencies_.DeliverAll();
  EXPECT_EQ(StateOf(id), desk::v1::DENIED);
}

TEST_F(DerogationTest, ADraftNamesEachRuleOnceAndWhy) {
  const auto faults = [&](const desk::v1::Draft& draft) {
    std::vector<std::string> fields;
    const auto error = base::GetError(agencies_.Send(draft).status());
    for (const auto& fault : error ? error->fields : std::vector<base::FieldFault>()) {
      fields.push_back(fault.field + " " + fault.rule);
    }
    return fields;
  };
  EXPECT_THAT(faults(Draft(" ")), ElementsAre("derogations[0].reason REQUIRED"));
  EXPECT_THAT(faults(Draft("\u00A0")), ElementsAre("derogations[0].reason REQUIRED"));
  EXPECT_THAT(faults(Draft(std::string(501, 'x'))), ElementsAre("derogations[0].reason LIMIT"));
  desk::v1::Draft draft = Draft();
  draft.mutable_derogations(0)->set_rule("");
  EXPECT_THAT(faults(draft), ElementsAre("derogations[0].rule REQUIRED"));
  draft.mutable_derogations(0)->set_rule(std::string(129, 'r'));
  EXPECT_THAT(faults(draft), ElementsAre("derogations[0].rule REQUIRED"));
  draft = Draft();
  *draft.add_derogations() = draft.derogations(0);
  EXPECT_THAT(faults(draft), ElementsAre("derogations[1].rule DUPLICATE"));
  draft = Draft();
  for (int i = 1; i < 17; ++i) {
    *draft.add_derogations() = draft.derogations(0);
    draft.mutable_derogations(i)->set_rule("r-" + std::to_string(i));
  }
  EXPECT_THAT(faults(draft), ElementsAre("derogations LIMIT"));
  draft.mutable_derogations()->RemoveLast();
  draft.mutable_derogations(0)->set_rule(std::string(128, 'r'));
  EXPECT_THAT(faults(draft), IsEmpty()) << "as many and as long as may be";
  EXPECT_THAT(bgc().Events(audit::v1::DESK), Not(Contains(audit::v1::HELD)));
}

// It would wait, and go when a newer one stands.
TEST_F(DerogationTest, NoRecallAsksForOne) {
  const std::string id = Released();
  agencies_.DeliverAll();
  desk::v1::Draft draft = Draft();
  draft.set_in_reply_to(id);
  draft.clear_urgency();
  draft.clear_payload();
  draft.mutable_payload()->mutable_recall()->set_reason(payload::v1::RecallReason::INACCURATE);
  const auto error = base::GetError(agencies_.Send(draft).status());
  ASSERT_TRUE(error.has_value());
  EXPECT_THAT(error->fields, Contains(::testing::Field(&base::FieldFault::field, "derogations")));
}

TEST_F(DerogationTest, NoOpeningAsksForOne) {
  desk::v1::Draft draft = Draft();
  draft.clear_payload();
  draft.mutable_open()->add_paths("victim_verification_request.documents_seen[0].number");
  draft.set_in_reply_to(Released());
  agencies_.DeliverAll();
  const auto sent = agencies_.Send(draft);
  ASSERT_FALSE(sent.ok());
  const auto error = base::GetError(sent.status());
  ASSERT_TRUE(error && !error->fields.empty());
  EXPECT_EQ(error->fields[0].field, "derogations");
}

}  // namespace
}  // namespace liaison::outbox
