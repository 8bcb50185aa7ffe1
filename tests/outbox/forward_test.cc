// What may be passed on to a third agency, and what of it goes: the side of the agency that passes
// it on.
#include "daemon/outbox/forward.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "daemon/journal/bodies.h"
#include "tests/outbox/three_agencies.h"

namespace liaison::outbox {
namespace {

using testing::Agency;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::ThreeAgencies;

constexpr char kName[] = "victim_verification_request.subject.names[0].full_original";
constexpr char kScopes[] = "victim_verification_request.scopes";

// "POLICY_DENIED at labels" and what is missing, of a submission that is denied.
std::string Denial(ThreeAgencies& agencies, const desk::v1::Draft& draft) {
  const auto result = agencies.Submit(*agencies.io, draft);
  EXPECT_TRUE(result.ok()) << result.status();
  if (!result.ok() || result->decision().outcome() != "DENY") return "";
  return absl::StrCat(result->decision().reason(), " at ", result->decision().step(), ": ",
                      result->decision().missing());
}

std::string FaultOf(ThreeAgencies& agencies, const desk::v1::Draft& draft) {
  const auto result = agencies.Submit(*agencies.io, draft);
  EXPECT_FALSE(result.ok());
  const auto error = base::GetError(result.status());
  if (!error) return result.status().ToString();
  if (error->fields.empty()) return std::string(base::ReasonName(error->reason));
  return absl::StrCat(error->fields[0].field, ": ", error->fields[0].rule);
}

std::vector<std::string> WithheldIn(const exchange::v1::Envelope& envelope) {
  std::vector<std::string> paths;
  for (const auto& leaf : envelope.withheld()) paths.push_back(leaf.path());
  return paths;
}

class ForwardTest : public ::testing::Test {
 protected:
  // bgc's, of a message to io.
  static desk::v1::Draft RecallOf(const std::string& message) {
    desk::v1::Draft draft;
    draft.add_to("io-example");
    draft.set_in_reply_to(message);
    draft.set_urgency(payload::v1::Urgency::U2);
    draft.mutable_payload()->mutable_recall()->set_reason(payload::v1::RecallReason::UNLAWFUL);
    return draft;
  }
  desk::v1::Draft Draft(const std::string& grant = "") {
    return ThreeAgencies::Forwarding(original_, grant);
  }

  ThreeAgencies agencies_;
  const std::string original_ = agencies_.Received();
};

TEST_F(ForwardTest, DeniesWhatItsLabelsAskPermissionForAndSaysHowToAsk) {
  EXPECT_THAT(
      Denial(agencies_, Draft()),
      HasSubstr("POLICY_DENIED at labels: the originator's permission, which onward sharing "
                "WITH_PERMISSION asks for"));
  desk::v1::Decision decision;
  decision.set_outcome("DENY");
  decision.set_step("labels");
  decision.add_rules("builtin:D-15");
  EXPECT_THAT(base::GetError(policy::ToStatus(decision))->fix, HasSubstr("ONWARD_SHARING_REQUEST"));
}

TEST_F(ForwardTest, PassesOnWhatItsOriginatorGranted) {
  const std::string grant = agencies_.Granted(original_);
  agencies_.Pass(*agencies_.io, *agencies_.ho, Draft(grant));
  const exchange::v1::Envelope inside = agencies_.OriginalInside();
  EXPECT_THAT(agencies_.PathsInside(), Contains(kName));
  const auto received = agencies_.bgc->store->Find(
      {"bgc-example", *base::ParseExchangeId(original_.substr(original_.find('/') + 1))});
  ASSERT_TRUE(received.ok());
  EXPECT_EQ(message::StatementDigest(inside.type(), inside.statement()), received->digest);
  EXPECT_EQ(agencies_.io->Faults(), "");
}

TEST_F(ForwardTest, WithholdsWhatItsOwnPolicyDoesNotKeep) {
  const std::string grant = agencies_.Granted(original_);
  agencies_.Pass(*agencies_.io, *agencies_.ho, Draft(grant));
  const exchange::v1::Envelope inside = agencies_.OriginalInside();
  // L4, which rule ho-passed-on-out does not name; and a match token (L3), of which the commitment
  // alone is left.
  EXPECT_THAT(WithheldIn(inside), Contains("victim_verification_request.indicators[0].code"));
  const std::string token = "victim_verification_request.documents_seen[0].number";
  EXPECT_THAT(agencies_.PathsInside(), Not(Contains(token)));
  EXPECT_THAT(agencies_.delivered.SerializeAsString(), Not(HasSubstr("mt-")));
}

TEST_F(ForwardTest, WithholdsAllThatIsNotAskedFor) {
  const std::string grant = agencies_.Granted(original_);
  desk::v1::Draft draft = Draft(grant);
  draft.mutable_forward()->add_paths(kScopes);
  agencies_.Pass(*agencies_.io, *agencies_.ho, draft);
  EXPECT_THAT(agencies_.PathsInside(), ElementsAre(kScopes));
  EXPECT_THAT(agencies_.delivered.SerializeAsString(), Not(HasSubstr("VÍ DỤ")));
}

TEST_F(ForwardTest, KeepsBondsWhole) {
  const std::string grant = agencies_.Granted(original_);
  desk::v1::Draft draft = Draft(grant);
  draft.mutable_forward()->add_paths(kScopes);
  draft.mutable_forward()->add_paths("victim_verification_request.subject.category");
  agencies_.Pass(*agencies_.io, *agencies_.ho, draft);
  // Bound to consent, which is not asked for.
  EXPECT_THAT(agencies_.PathsInside(), ElementsAre(kScopes));
}

TEST_F(ForwardTest, DeniesWhenNothingOfItGoes) {
  const std::string grant = agencies_.Granted(original_);
  desk::v1::Draft draft = Draft(grant);
  draft.mutable_forward()->add_paths("victim_verification_request.indicators");
  EXPECT_THAT(Denial(agencies_, draft), HasSubstr("at fields"));
}

TEST_F(ForwardTest, DeniesWhatTheGrantDoesNotHold) {
  const struct {
    void (*change)(desk::v1::Draft& grant);
    const char* missing;
  } rows[] = {
      {[](desk::v1::Draft& grant) {
         grant.mutable_payload()->mutable_onward_sharing_decision()->set_agencies(0, "fia-example");
       },
       "does not name ho-example"},
      {[](desk::v1::Draft& grant) {
         grant.mutable_payload()->mutable_onward_sharing_decision()->set_purposes(
             0, payload::v1::Purpose::VICTIM_RESCUE);
       },
       "purpose"},
      {[](desk::v1::Draft& grant) {
         auto& decision = *grant.mutable_payload()->mutable_onward_sharing_decision();
         decision.Clear();
         decision.set_outcome(payload::v1::OnwardSharingOutcome::REFUSED);
       },
       "no grant"},
  };
  for (const auto& row : rows) {
    desk::v1::Draft draft = Draft(agencies_.Granted(original_, row.change));
    draft.add_purposes(payload::v1::Purpose::VICTIM_IDENTIFICATION);
    EXPECT_THAT(Denial(agencies_, draft), HasSubstr(row.missing));
  }
}

TEST_F(ForwardTest, DeniesAFieldThatTheGrantDoesNotName) {
  const std::string grant = agencies_.Granted(original_, [](desk::v1::Draft& draft) {
    draft.mutable_payload()->mutable_onward_sharing_decision()->set_fields(0, kScopes);
  });
  desk::v1::Draft draft = Draft(grant);
  draft.mutable_forward()->add_paths(kName);
  EXPECT_THAT(Denial(agencies_, draft), HasSubstr("does not name the field"));
  // Without a wish of its own it takes what is granted.
  agencies_.Pass(*agencies_.io, *agencies_.ho, Draft(grant));
  EXPECT_THAT(agencies_.PathsInside(), ElementsAre(kScopes));
}

TEST_F(ForwardTest, DeniesAGrantForAnotherMessage) {
  const std::string grant = agencies_.Granted(agencies_.Received());
  EXPECT_THAT(Denial(agencies_, Draft(grant)), HasSubstr("another message"));
}

TEST_F(ForwardTest, DeniesLabelsThatAreLooserThanTheOriginals) {
  const std::string grant = agencies_.Granted(original_, [](desk::v1::Draft& draft) {
    draft.mutable_payload()->mutable_onward_sharing_decision()->set_tlp(payload::v1::Tlp::GREEN);
  });
  desk::v1::Draft draft = Draft(grant);
  draft.mutable_handling()->set_tlp(payload::v1::Tlp::AMBER);
  draft.mutable_handling()->set_code(payload::v1::HandlingCode::P);
  EXPECT_THAT(Denial(agencies_, draft), HasSubstr("the TLP is looser than the originator's"));
}

TEST_F(ForwardTest, DeniesAPurposeThatTheOriginatorDidNotName) {
  const std::string grant = agencies_.Granted(original_, [](desk::v1::Draft& draft) {
    draft.mutable_payload()->mutable_onward_sharing_decision()->add_purposes(
        payload::v1::Purpose::VICTIM_RESCUE);
  });
  desk::v1::Draft draft = Draft(grant);
  draft.add_purposes(payload::v1::Purpose::VICTIM_RESCUE);
  EXPECT_THAT(Denial(agencies_, draft), HasSubstr("a purpose for which the originator did not"));
}

TEST_F(ForwardTest, WeighsTheConsentOfWhoeverIsInside) {
  desk::v1::Draft original = ThreeAgencies::Original();
  auto& consent = *original.mutable_payload()
                       ->mutable_victim_verification_request()
                       ->mutable_subject()
                       ->mutable_consent();
  consent.clear_covered_agencies();
  consent.add_covered_agencies("io-example");
  const std::string other = agencies_.Pass(*agencies_.bgc, *agencies_.io, original);
  desk::v1::Draft draft = ThreeAgencies::Forwarding(other, agencies_.Granted(other));
  EXPECT_THAT(Denial(agencies_, draft), HasSubstr("POLICY_DENIED at consent"));
}

TEST_F(ForwardTest, DeniesAnOriginatorWhoseKeyWasRevoked) {
  const std::string grant = agencies_.Granted(original_);
  // The key of bgc, in io's registry.
  agencies_.io->Change("agency.textproto",
                       "certificate_file: \"pki/partners/bgc-example.crt\"\n    state: ACTIVE",
                       "certificate_file: \"pki/partners/bgc-example.crt\"\n    state: REVOKED");
  EXPECT_THAT(Denial(agencies_, Draft(grant)),
              HasSubstr("at labels: a message inside that verifies"));
}

TEST_F(ForwardTest, DecidesAgainBeforeItIsDelivered) {
  const std::string grant = agencies_.Granted(original_);
  const auto sent = agencies_.Submit(*agencies_.io, Draft(grant));
  ASSERT_TRUE(sent.ok() && sent->state() == desk::v1::QUEUED);
  agencies_.clock.Advance(absl::Hours(24 * 25));
  agencies_.Deliver(*agencies_.io, *agencies_.ho,
                    [](exchange::v1::DeliverRequest& request) { request.clear_envelopes(); });
  EXPECT_EQ(agencies_.io->StateOf("io-example", sent->id()), desk::v1::QUEUED);  // still in time
  agencies_.clock.Advance(absl::Hours(24 * 15));  // 2 January: the grant ended with the year
  desk::v1::Draft late = Draft(grant);
  EXPECT_THAT(Denial(agencies_, late), HasSubstr("its time is over"));
}

TEST_F(ForwardTest, AQueuedItemIsDeniedWhenItsGrantEnds) {
  const std::string grant = agencies_.Granted(original_, [](desk::v1::Draft& draft) {
    draft.mutable_payload()->mutable_onward_sharing_decision()->set_until("2026-11-23");
  });
  const auto sent = agencies_.Submit(*agencies_.io, Draft(grant));
  ASSERT_TRUE(sent.ok() && sent->state() == desk::v1::QUEUED) << sent.status();
  agencies_.clock.Advance(absl::Hours(12));  // midnight, UTC
  agencies_.Deliver(*agencies_.io, *agencies_.ho);
  EXPECT_EQ(agencies_.io->StateOf("io-example", sent->id()), desk::v1::DENIED);
  EXPECT_EQ(agencies_.ho->StateOf("io-example", sent->id()), desk::v1::STATE_UNSPECIFIED);
  EXPECT_EQ(agencies_.io->Faults(), "");
}

TEST_F(ForwardTest, AQueuedItemIsDeniedWhenItsOriginalIsTakenBack) {
  const auto sent = agencies_.Submit(*agencies_.io, Draft(agencies_.Granted(original_)));
  ASSERT_TRUE(sent.ok() && sent->state() == desk::v1::QUEUED) << sent.status();
  agencies_.Pass(*agencies_.bgc, *agencies_.io, RecallOf(original_));
  agencies_.Deliver(*agencies_.io, *agencies_.ho);
  EXPECT_EQ(agencies_.io->StateOf("io-example", sent->id()), desk::v1::DENIED);
  EXPECT_EQ(agencies_.ho->StateOf("io-example", sent->id()), desk::v1::STATE_UNSPECIFIED);
  EXPECT_EQ(agencies_.io->Faults(), "");
}

TEST_F(ForwardTest, AHeldItemIsNotShownOrReleasedWhenItsOriginalIsTakenBack) {
  agencies_.io->Change("policy.textproto", "version: 1", R"(version: 1
    rule { id: "look" effect: HOLD direction: OUT types: [FORWARDED_ITEM]
           obligations { release { persons: 2 within: "24h" } } })");
  const auto sent = agencies_.Submit(*agencies_.io, Draft(agencies_.Granted(original_)));
  ASSERT_TRUE(sent.ok() && sent->state() == desk::v1::HELD) << sent.status();
  desk::v1::GetRequest request;
  request.set_id(sent->id());
  const inbox::Viewer releaser{"releaser-1", "", "RELEASER", false};
  const auto shown = agencies_.io->mailbox->Show(releaser, request);
  ASSERT_TRUE(shown.ok()) << shown.status();
  agencies_.Pass(*agencies_.bgc, *agencies_.io, RecallOf(original_));
  desk::v1::ReleaseRequest release;
  release.set_id(sent->id());
  release.set_view_digest(shown->held().view_digest());
  const store::ExchangeName name{"io-example", *base::ParseExchangeId(sent->id())};
  const Submitter person{"releaser-1", "", policy::v1::Rule::RELEASER};
  const std::vector<absl::Status> refused = {
      agencies_.io->mailbox->Show(releaser, request).status(),
      agencies_.io->holds->Release(person, name, release).status()};
  for (const absl::Status& status : refused) {
    const auto error = base::GetError(status);
    ASSERT_TRUE(error) << status;
    EXPECT_EQ(error->reason, base::Reason::kWrongState);
    EXPECT_THAT(error->message, HasSubstr("was taken back"));
    EXPECT_THAT(error->fix, HasSubstr("message reject"));
  }
  agencies_.Deliver(*agencies_.io, *agencies_.ho);
  EXPECT_EQ(agencies_.ho->StateOf("io-example", sent->id()), desk::v1::STATE_UNSPECIFIED);
}

TEST_F(ForwardTest, AGrantThatIsTakenBackLetsNothingPass) {
  const std::string grant = agencies_.Granted(original_);
  const auto sent = agencies_.Submit(*agencies_.io, Draft(grant));
  ASSERT_TRUE(sent.ok() && sent->state() == desk::v1::QUEUED) << sent.status();
  agencies_.Pass(*agencies_.bgc, *agencies_.io, RecallOf(grant));
  EXPECT_EQ(FaultOf(agencies_, Draft(grant)), "WRONG_STATE");
  agencies_.Deliver(*agencies_.io, *agencies_.ho);
  EXPECT_EQ(agencies_.io->StateOf("io-example", sent->id()), desk::v1::DENIED) << "the queued one";
  EXPECT_EQ(agencies_.ho->StateOf("io-example", sent->id()), desk::v1::STATE_UNSPECIFIED);
}

TEST_F(ForwardTest, AQueuedItemIsDeniedWhenPolicyKeepsAFieldBack) {
  const auto sent = agencies_.Submit(*agencies_.io, Draft(agencies_.Granted(original_)));
  ASSERT_TRUE(sent.ok() && sent->state() == desk::v1::QUEUED) << sent.status();
  agencies_.io->Change("policy.textproto", "keep_class: [L0, L1, L2]  # the rest of the original",
                       "keep_class: [L0, L1]  # the rest of the original");
  agencies_.Deliver(*agencies_.io, *agencies_.ho);
  EXPECT_EQ(agencies_.io->StateOf("io-example", sent->id()), desk::v1::DENIED);
}

TEST_F(ForwardTest, FindsWhatPassesTheOriginalOn) {
  const std::string grant = agencies_.Granted(original_);
  Denial(agencies_, Draft());
  const std::string item = agencies_.Pass(*agencies_.io, *agencies_.ho, Draft(grant));
  const store::ExchangeName name = {
      "bgc-example", *base::ParseExchangeId(original_.substr(original_.find('/') + 1))};
  const auto page = agencies_.io->store->PassedOn(name, 0, 10);
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_EQ(page->first.size(), 1u);
  EXPECT_EQ(page->first[0].partner, "ho-example");
  EXPECT_EQ(absl::StrCat("io-example/", page->first[0].name.id.hex()), item);
}

TEST_F(ForwardTest, KeepsTheWholeOfItForDecidingAgain) {
  const std::string item =
      agencies_.Pass(*agencies_.io, *agencies_.ho, Draft(agencies_.Granted(original_)));
  const store::ExchangeName name = {"io-example",
                                    *base::ParseExchangeId(item.substr(item.find('/') + 1))};
  const auto opened =
      journal::OpenBody(name, *agencies_.io->store->Body(name), *agencies_.io->at_rest);
  ASSERT_TRUE(opened.ok()) << opened.status();
  exchange::v1::Envelope whole;
  ASSERT_TRUE(whole.ParseFromString(opened->draft->payload().forwarded_item().original()));
  EXPECT_THAT(ThreeAgencies::DisclosedIn(whole),
              Contains("victim_verification_request.indicators[0].code"));
}

TEST_F(ForwardTest, TakesWhatTheDraftDoesNotSayFromTheMessage) {
  desk::v1::Draft draft = Draft(agencies_.Granted(original_, [](desk::v1::Draft& grant) {
    grant.mutable_payload()->mutable_onward_sharing_decision()->set_tlp(payload::v1::Tlp::RED);
  }));
  draft.mutable_payload()->mutable_notes()->add_named_recipients("ho-officer-03");
  agencies_.Pass(*agencies_.io, *agencies_.ho, draft);
  exchange::v1::Statement statement;
  ASSERT_TRUE(statement.ParseFromString(agencies_.delivered.envelopes(0).statement()));
  EXPECT_EQ(statement.type(), payload::v1::FORWARDED_ITEM);
  EXPECT_EQ(statement.agreement_id(), "ho-io-example-2026");
  EXPECT_THAT(statement.purposes(), ElementsAre(payload::v1::Purpose::VICTIM_IDENTIFICATION));
  EXPECT_EQ(statement.handling().tlp(), payload::v1::Tlp::RED);  // the stricter of both
  EXPECT_EQ(statement.handling().onward(), payload::v1::OnwardSharing::NONE);
}

TEST_F(ForwardTest, APreviewNamesFieldsAndShowsNoValue) {
  const Submitter officer = {"officer-1", "", policy::v1::Rule::OFFICER};
  const auto preview = agencies_.io->outbox->Preview(officer, Draft(agencies_.Granted(original_)));
  ASSERT_TRUE(preview.ok()) << preview.status();
  EXPECT_EQ(preview->previews(0).decision().outcome(), "ALLOW");
  EXPECT_THAT(preview->SerializeAsString(), Not(HasSubstr("VÍ DỤ")));
  EXPECT_FALSE(preview->previews(0).view().has_forwarded_item());
  EXPECT_THAT(preview->previews(0).withheld(),
              Contains("forwarded_item.original.victim_verification_request.indicators[0].code"));
}

TEST_F(ForwardTest, ASystemPassesNothingOn) {
  const Submitter system = {"system-1", "", policy::v1::Rule::SYSTEM};
  EXPECT_EQ(base::GetReason(agencies_.io->outbox->Submit(system, Draft(), "s").status()),
            base::Reason::kRoleMissing);
  EXPECT_EQ(base::GetReason(agencies_.io->outbox->Preview(system, Draft()).status()),
            base::Reason::kRoleMissing);
}

TEST_F(ForwardTest, RefusesDraftsThatNameNothingToPassOn) {
  const auto with = [&](void (*change)(desk::v1::Draft&)) {
    desk::v1::Draft draft = Draft();
    change(draft);
    return FaultOf(agencies_, draft);
  };
  EXPECT_EQ(with([](desk::v1::Draft& d) { d.mutable_forward()->set_message("bgc-example/0011"); }),
            "forward.message: FORMAT");
  EXPECT_EQ(with([](desk::v1::Draft& d) {
              d.mutable_forward()->set_message("bgc-example/" + std::string(32, '0'));
            }),
            "NOT_FOUND");
  EXPECT_EQ(with([](desk::v1::Draft& d) {
              d.mutable_forward()->set_grant("bgc-example/" + std::string(32, '0'));
            }),
            "NOT_FOUND");
  EXPECT_EQ(with([](desk::v1::Draft& d) { d.mutable_forward()->set_grant(d.forward().message()); }),
            "forward.grant: GRANT");
  EXPECT_EQ(with([](desk::v1::Draft& d) { d.mutable_forward()->add_paths("notice.title"); }),
            "forward.paths[0]: PATH");
  EXPECT_EQ(with([](desk::v1::Draft& d) { d.set_to(0, "bgc-example"); }), "to: ORIGINATOR");
  EXPECT_EQ(with([](desk::v1::Draft& d) { d.mutable_payload()->mutable_notice(); }),
            "payload: FORWARD");
}

TEST_F(ForwardTest, RefusesAnItemThatACallerHandsIn) {
  desk::v1::Draft draft = Draft();
  draft.clear_forward();
  draft.mutable_payload()->mutable_forwarded_item()->set_original("made up");
  EXPECT_EQ(FaultOf(agencies_, draft), "payload: MADE_HERE");
}

TEST_F(ForwardTest, PassesOnNeitherItsOwnMessagesNorThoseOfTheExchange) {
  const std::string request =
      agencies_.Pass(*agencies_.io, *agencies_.bgc, ThreeAgencies::Asking(original_));
  EXPECT_EQ(FaultOf(agencies_, ThreeAgencies::Forwarding(request)), "NOT_FOUND");
  const std::string grant =
      agencies_.Pass(*agencies_.bgc, *agencies_.io, ThreeAgencies::Granting(request));
  EXPECT_EQ(FaultOf(agencies_, ThreeAgencies::Forwarding(grant)), "forward.message: TYPE");
}

TEST_F(ForwardTest, AskingAndGrantingReplyToTheRightMessages) {
  desk::v1::Draft asking = ThreeAgencies::Asking(original_);
  asking.clear_in_reply_to();
  EXPECT_EQ(FaultOf(agencies_, asking), "inReplyTo: REPLY");
  desk::v1::Draft granting = ThreeAgencies::Granting(original_);
  EXPECT_EQ(base::GetError(agencies_.Submit(*agencies_.bgc, granting).status())->fields[0].field,
            "inReplyTo");
  const std::string request =
      agencies_.Pass(*agencies_.io, *agencies_.bgc, ThreeAgencies::Asking(original_));
  granting = ThreeAgencies::Granting(request);
  granting.mutable_payload()->mutable_onward_sharing_decision()->set_message(std::string(32, '0'));
  EXPECT_EQ(base::GetError(agencies_.Submit(*agencies_.bgc, granting).status())->fields[0].rule,
            "OTHER_MESSAGE");
  // The original was asked about and not answered.
  EXPECT_EQ(agencies_.io->StateOf("bgc-example", original_.substr(original_.find('/') + 1)),
            desk::v1::NEW);
}

}  // namespace
}  // namespace liaison::outbox
