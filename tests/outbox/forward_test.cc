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
constexpr char kNames[] = "victim_verification_request.subject.names.full_original";
constexpr char kScopes[] = "victim_verification_request.scopes";

// "POLICY_DENIED at labels" and what is missing, of a submission that is denied.
std::string Denial(ThreeAgencies& agencies, const desk::v1::Draft& draft) {
  const auto result = agencies.Submit(*agencies.io, draft);
  EXPECT_TRUE(result.ok()) << result.status();
  if (!result.ok() || result->decision().outcome() != "DENY") return "";
  return absl::StrCat(result->decision().reason(), " at ", result->decision().step(), ": ",
                      result->decision().missing());
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

TEST_F(ForwardTest, KeepsBondsOfWhateverIsInsideWhole) {
  const std::string grant = agencies_.Granted(original_);
  const std::string part = "victim_verification_request.subject.names[0].parts[0]";
  desk::v1::Draft draft = Draft(grant);
  draft.mutable_forward()->add_paths(part);
  agencies_.Pass(*agencies_.io, *agencies_.ho, draft);
  EXPECT_THAT(agencies_.PathsInside(), Contains(part + ".value"));
  draft.mutable_forward()->set_paths(0, part + ".value");
  agencies_.Pass(*agencies_.io, *agencies_.ho, draft);
  EXPECT_THAT(agencies_.PathsInside(), Not(Contains(part + ".value")));
}

// Of the original, so its signature would not cover what a rule makes of it.
TEST_F(ForwardTest, WithholdsWhatARuleWouldChangeAndNamesTheRule) {
  const std::string grant = agencies_.Granted(original_);
  agencies_.io->Change("policy.textproto", "version: 1\n",
                       absl::StrCat(R"(version: 1
    rule { id: "shy" effect: RESTRICT direction: OUT types: [FORWARDED_ITEM] fields { mask { path: ")",
                                    kNames, "\" } } }"));
  const auto sent = agencies_.Submit(*agencies_.io, Draft(grant));
  ASSERT_TRUE(sent.ok()) << sent.status();
  std::vector<std::string> fates;
  for (const desk::v1::DecidedField& field : sent->decision().fields()) {
    if (field.path() == absl::StrCat("forwarded_item.original.", kName)) {
      fates.push_back(field.action() + " by " + field.rule());
    }
  }
  EXPECT_THAT(fates, ElementsAre("WITHHOLD by shy"));
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
  EXPECT_THAT(Denial(agencies_, draft), HasSubstr("the TLP is looser than the original's"));
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

TEST_F(ForwardTest, NamesTheFirstStepThatDenies) {
  agencies_.io->Change("policy.textproto", "version: 1\n", R"(version: 1
    rule { id: "none" effect: FORBID direction: OUT types: [FORWARDED_ITEM] } )");
  EXPECT_THAT(Denial(agencies_, Draft()), HasSubstr("at labels: the originator's permission"));
  desk::v1::Draft draft = Draft();
  draft.mutable_handling()->set_tlp(payload::v1::Tlp::AMBER);
  draft.mutable_handling()->set_code(payload::v1::HandlingCode::P);
  EXPECT_THAT(Denial(agencies_, draft), HasSubstr("at labels: the TLP is looser"));
  draft.add_purposes(payload::v1::Purpose::MIGRANT_SMUGGLING);
  EXPECT_THAT(Denial(agencies_, draft), HasSubstr("at agreement"));
}

TEST_F(ForwardTest, DeniesWhatAnAgencySentThatIsNoPartnerAnyMore) {
  const std::string grant = agencies_.Granted(original_);
  agencies_.io->Change("agency.textproto", "id: \"bgc-example\"", "id: \"other-example\"");
  EXPECT_THAT(Denial(agencies_, Draft(grant)),
              HasSubstr("at labels: the originator's key: it is no partner of ours any more"));
}

TEST_F(ForwardTest, DeniesWithoutThePermissionThatItAskedFor) {
  const std::string grant = agencies_.Granted(original_);
  agencies_.io->Change("policy.textproto", "version: 1\n", R"(version: 1
    rule { id: "no-grant" effect: RESTRICT direction: OUT types: [FORWARDED_ITEM]
           fields { omit: "forwarded_item.grant" } } )");
  EXPECT_THAT(Denial(agencies_, Draft(grant)), HasSubstr("forwarded_item.grant"));
}

// What is passed on tells of the persons inside it.
TEST_F(ForwardTest, AQuotaCountsThePersonsInside) {
  agencies_.io->Change("policy.textproto", "version: 1\n",
                       "version: 1 quota { id: \"q\" distinct_subjects_per_day: 1 } ");
  agencies_.io->Change("policy.textproto", "id: \"ho-passed-on-out\"",
                       "id: \"ho-passed-on-out\" obligations { quota: \"q\" }");
  const std::string grant = agencies_.Granted(original_);
  agencies_.Pass(*agencies_.io, *agencies_.ho, Draft(grant));
  agencies_.Pass(*agencies_.io, *agencies_.ho, Draft(grant));
  desk::v1::Draft original = ThreeAgencies::Original();
  original.mutable_payload()
      ->mutable_victim_verification_request()
      ->mutable_subject()
      ->mutable_names(0)
      ->set_full_original("KHÁC VÍ DỤ");
  const std::string other = agencies_.Pass(*agencies_.bgc, *agencies_.io, original);
  EXPECT_THAT(Denial(agencies_, ThreeAgencies::Forwarding(other, agencies_.Granted(other))),
              HasSubstr("at quota: quota q is spent"));
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
  EXPECT_EQ(agencies_.FaultOf(Draft(grant)), "WRONG_STATE");
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

TEST_F(ForwardTest, APreviewNamesFieldsAndShowsNoValue) {
  const Submitter officer = {"officer-1", "", policy::v1::Rule::OFFICER};
  const auto preview = agencies_.io->outbox->Preview(officer, Draft(agencies_.Granted(original_)));
  ASSERT_TRUE(preview.ok()) << preview.status();
  EXPECT_EQ(preview->previews(0).decision().outcome(), "ALLOW");
  EXPECT_THAT(preview->SerializeAsString(), Not(HasSubstr("VÍ DỤ")));
  EXPECT_FALSE(preview->previews(0).view().has_forwarded_item());
  std::vector<std::string> changed;
  for (const auto& leaf : preview->previews(0).changed()) changed.push_back(leaf.path());
  const std::string request = "forwarded_item.original.victim_verification_request";
  EXPECT_THAT(changed, ElementsAre(request + ".claimed_by_subject.birth.edtf",
                                   request + ".subject.birth.edtf"));
  EXPECT_THAT(preview->previews(0).withheld(),
              Contains("forwarded_item.original.victim_verification_request.indicators[0].code"));
}

}  // namespace
}  // namespace liaison::outbox
