// Values that policy changes, from the draft to the wire.
#include "daemon/outbox/view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/journal/bodies.h"
#include "daemon/payload/tokens.h"
#include "tests/outbox/two_agencies.h"

namespace liaison::outbox {
namespace {

using exchange::v1::FieldRecord;
using ::testing::Contains;
using testing::TwoAgencies;

constexpr char kRequest[] = "victim_verification_request.";

class ViewTest : public ::testing::Test {
 protected:
  ViewTest() { agencies_.LetValuesChange(); }

  // What the partner received last, as it reads it.
  message::StoredBody Received() {
    const absl::StatusOr<message::StoredBody> body =
        message::ReadStored(agencies_.link->requests.back().envelopes(0));
    EXPECT_TRUE(body.ok()) << body.status();
    return body.value_or(message::StoredBody());
  }

  desk::v1::Preview Preview(const desk::v1::Draft& draft) {
    const auto preview = agencies_.bgc->outbox->Preview(agencies_.Officer(), draft);
    EXPECT_TRUE(preview.ok()) << preview.status();
    return preview.ok() ? preview->previews(0) : desk::v1::Preview();
  }

  // For ho-example, by an officer.
  View Decide(const desk::v1::Draft& draft) {
    const auto registry = agencies_.bgc->snapshots->Current();
    const partners::Frame frame = partners::FrameOf(draft);
    const auto view =
        DecideView({*registry, *registry->FindPartner("ho-example"), policy::v1::Rule::OFFICER,
                    frame, agencies_.bgc->mac_key, base::ExchangeId(), agencies_.clock.Now()},
                   draft.payload());
    EXPECT_TRUE(view.ok()) << view.status();
    return view.value_or(View());
  }

  std::string Deliver(const desk::v1::Draft& draft) {
    const auto sent = agencies_.Send(draft);
    EXPECT_TRUE(sent.ok()) << sent.status();
    agencies_.DeliverAll();
    return sent.ok() ? sent->id() : "";
  }

  // The state of a message that waited while `from` in the policy became `to`.
  desk::v1::State AfterWaiting(const std::string& from, const std::string& to) {
    agencies_.link->down = true;
    const auto sent = agencies_.Send(TwoAgencies::ChangedDraft());
    agencies_.bgc->Change("policy.textproto", from, to);
    agencies_.link->down = false;
    agencies_.clock.Advance(absl::Minutes(5));
    agencies_.DeliverAll();
    return sent.ok() ? agencies_.bgc->StateOf("bgc-example", sent->id())
                     : desk::v1::STATE_UNSPECIFIED;
  }

  TwoAgencies agencies_;
};

TEST_F(ViewTest, SendsEachValueAsPolicyChangesIt) {
  Deliver(TwoAgencies::ChangedDraft());
  const message::StoredBody body = Received();
  const auto& request = body.merged.payload.victim_verification_request();
  EXPECT_EQ(request.subject().birth().edtf(), "1999");
  EXPECT_EQ(request.subject().names(0).latin_form(), "*********20");
  EXPECT_TRUE(payload::IsPseudonym(request.subject().local_id()));
  EXPECT_TRUE(payload::IsMatchToken(request.documents_seen(0).number()));
  std::vector<std::pair<std::string, int>> changed;
  for (const auto& leaf : body.merged.changed) changed.emplace_back(leaf.path, leaf.kind);
  EXPECT_THAT(changed, ::testing::ElementsAre(
                           std::pair(kRequest + std::string("documents_seen[0].number"), 5),
                           std::pair(kRequest + std::string("subject.birth.edtf"), 2),
                           std::pair(kRequest + std::string("subject.local_id"), 4),
                           std::pair(kRequest + std::string("subject.names[0].latin_form"), 3)));
}

TEST_F(ViewTest, NoOriginalOfAChangedValueIsInWhatLeaves) {
  Deliver(TwoAgencies::ChangedDraft());
  const std::string wire = agencies_.link->requests.back().SerializeAsString();
  for (const char* original : {"canary-7319", "1999-03-07", "Canary", "CANARY7321"}) {
    EXPECT_EQ(wire.find(original), std::string::npos) << original;
  }
}

// In a conversation that is there already, down to the pseudonyms.
TEST_F(ViewTest, TheDryRunShowsExactlyWhatGoes) {
  desk::v1::Draft draft = TwoAgencies::ChangedDraft();
  draft.set_in_reply_to(Deliver(draft));
  const desk::v1::Preview preview = Preview(draft);
  Deliver(draft);
  ASSERT_EQ(agencies_.link->requests.size(), 2u);
  const message::StoredBody body = Received();
  EXPECT_EQ(preview.view().SerializeAsString(), body.merged.payload.SerializeAsString());
  ASSERT_EQ(preview.changed_size(), 4);
  for (int i = 0; i < 4; ++i) {
    const payload::ChangedLeaf& leaf = body.merged.changed[static_cast<size_t>(i)];
    EXPECT_EQ(preview.changed(i).path(), leaf.path);
    EXPECT_EQ(preview.changed(i).kind(), leaf.kind);
  }
  std::vector<std::string> withheld;
  for (const auto& leaf : agencies_.link->requests.back().envelopes(0).withheld()) {
    withheld.push_back(leaf.path());
  }
  EXPECT_THAT(preview.withheld(), ::testing::ElementsAreArray(withheld));
}

// A label that speaks of names or instructions does not go without them.
TEST_F(ViewTest, WhatTheLabelsSpeakOfGoesOrNothingDoes) {
  using payload::v1::EuropolHandling;
  const std::vector<std::pair<std::string, std::function<void(desk::v1::Draft&)>>> labels = {
      {"notes.named_recipients",
       [](desk::v1::Draft& draft) {
         draft.mutable_handling()->set_tlp(payload::v1::Tlp::RED);
         draft.mutable_payload()->mutable_notes()->add_named_recipients("ho-officer-03");
       }},
      {"notes.instructions",
       [](desk::v1::Draft& draft) {
         draft.mutable_handling()->set_code(payload::v1::HandlingCode::C);
         draft.mutable_handling()->set_action(payload::v1::ActionCode::A1);
         draft.mutable_handling()->set_sanitisation(payload::v1::SanitisationCode::S2);
         draft.mutable_payload()->mutable_notes()->set_instructions("example: ask first");
       }},
      {"notes.instructions", [](desk::v1::Draft& draft) {
         draft.mutable_handling()->add_europol(EuropolHandling::H3);
         draft.mutable_payload()->mutable_notes()->set_instructions("example: ask first");
       }}};
  for (const auto& [path, label] : labels) {
    SCOPED_TRACE(path);
    TwoAgencies agencies;
    desk::v1::Draft draft = TwoAgencies::Draft("intelligence_notice");
    label(draft);
    const auto outcome = [&] {
      const auto preview = agencies.bgc->outbox->Preview(agencies.Officer(), draft);
      EXPECT_TRUE(preview.ok()) << preview.status();
      return preview.ok() ? preview->previews(0).decision() : desk::v1::Decision();
    };
    EXPECT_EQ(outcome().outcome(), "ALLOW") << outcome().missing();
    agencies.bgc->Change(
        "policy.textproto", "omit_class: [L5, L7]\n      # Identifiers of things",
        absl::StrCat("omit_class: [L5, L7] omit: '", path, "'\n      # Identifiers of things"));
    EXPECT_EQ(outcome().reason(), "FIELD_NEEDED");
    EXPECT_THAT(outcome().missing(), ::testing::HasSubstr(path));
  }
}

TEST_F(ViewTest, APseudonymHoldsForOneConversation) {
  const desk::v1::Draft draft = TwoAgencies::ChangedDraft();
  const auto pseudonym = [&] {
    return Received().merged.payload.victim_verification_request().subject().local_id();
  };
  desk::v1::Draft reply = draft;
  reply.set_in_reply_to(Deliver(draft));
  const std::string first = pseudonym();
  Deliver(reply);
  EXPECT_EQ(pseudonym(), first);
  Deliver(draft);
  EXPECT_NE(pseudonym(), first);
}

TEST_F(ViewTest, TheOriginalsAreKeptToBeOpenedLater) {
  const std::string id = Deliver(TwoAgencies::ChangedDraft());
  const auto stored = agencies_.bgc->store->Body({"bgc-example", *base::ParseExchangeId(id)});
  ASSERT_TRUE(stored.ok()) << stored.status();
  const auto body = journal::OpenBody({"bgc-example", *base::ParseExchangeId(id)}, *stored,
                                      *agencies_.bgc->at_rest);
  ASSERT_TRUE(body.ok()) << body.status();
  ASSERT_TRUE(body->draft.has_value());
  std::vector<std::string> texts;
  for (const FieldRecord& kept : body->draft->kept_back()) {
    texts.emplace_back(payload::TextOf(kept.value()).value_or(""));
  }
  for (const char* original : {"canary-7319", "1999-03-07", "Canary 7320", "CANARY7321"}) {
    EXPECT_THAT(texts, Contains(original));
  }
}

// --- Decided again before delivery

TEST_F(ViewTest, AChangedValueGoesUnderAPolicyThatWouldShowMore) {
  EXPECT_EQ(AfterWaiting("to: YEAR", "to: MONTH"), desk::v1::DELIVERED);
}

TEST_F(ViewTest, AYearDoesNotGoWhenPolicyAsksForAgeBands) {
  EXPECT_EQ(AfterWaiting("to: YEAR", "to: AGE_BAND"), desk::v1::DENIED);
  EXPECT_TRUE(agencies_.link->requests.empty());
}

TEST_F(ViewTest, AMaskDoesNotGoWhenFewerCharactersMayStay) {
  EXPECT_EQ(AfterWaiting("keep_last: 2", "keep_last: 1"), desk::v1::DENIED);
}

TEST_F(ViewTest, APseudonymDoesNotGoWhenPolicyAsksForAMatchToken) {
  EXPECT_EQ(AfterWaiting("pseudonymise: \"victim_verification_request.subject.local_id\"",
                         "match_token: \"victim_verification_request.subject.local_id\""),
            desk::v1::DENIED);
}

TEST_F(ViewTest, AChangedValueDoesNotGoWhenPolicyWithholdsTheField) {
  EXPECT_EQ(AfterWaiting("match_token: \"victim_verification_request.documents_seen.number\"", ""),
            desk::v1::DENIED);
}

TEST(SetDecisionTest, ADenialAsksForNothingBesideIt) {
  policy::Decision decision;
  decision.outcome = policy::Outcome::kAllow;
  decision.notice = true;
  decision.retention = absl::Hours(24);
  View view;
  SetDecision(decision, {}, {}, view);
  EXPECT_TRUE(view.notice);
  EXPECT_EQ(view.retention, absl::Hours(24));
  decision.outcome = policy::Outcome::kDeny;
  SetDecision(decision, {}, {}, view);
  EXPECT_FALSE(view.notice);
  EXPECT_EQ(view.retention, absl::InfiniteDuration());
  SetDecision({}, {}, {}, view);
  EXPECT_FALSE(view.notice);
  decision = {};
  decision.outcome = policy::Outcome::kAllow;
  SetDecision(decision, {}, {}, view);
  EXPECT_FALSE(view.notice) << "nobody asks for it";
}

// What a decision was made on is kept where it does not go, or may not when a quota is spent.
TEST_F(ViewTest, SaysWhatADenialAHoldAndAQuotaWereDecidedOn) {
  desk::v1::Draft draft = TwoAgencies::ChangedDraft();
  const View allowed = Decide(draft);
  ASSERT_TRUE(allowed.allowed());
  EXPECT_EQ(allowed.decided_on, "");
  EXPECT_EQ(allowed.opening.decided_on(), "");
  desk::v1::Draft machine = draft;
  machine.mutable_payload()->mutable_notes()->set_origin(payload::v1::Origin::AI_GENERATED);
  const View held = Decide(machine);
  ASSERT_TRUE(held.held());
  EXPECT_NE(held.decided_on, "");
  EXPECT_EQ(held.opening.decided_on(), held.decided_on);
  draft.clear_purposes();
  const View denied = Decide(draft);
  ASSERT_TRUE(denied.denied());
  EXPECT_NE(denied.decided_on, "");
  EXPECT_EQ(denied.opening.decided_on(), denied.decided_on);
  draft.mutable_payload()->mutable_forwarded_item()->set_original("no envelope");
  const View forwarded = Decide(draft);
  ASSERT_TRUE(forwarded.denied());
  EXPECT_EQ(forwarded.decided_on, "") << "it does not hold what is inside";
}

TEST_F(ViewTest, ASpentQuotaDeniesWhatItIsSpentFor) {
  const std::string rule = "id: \"ho-verification-request-out\"";
  agencies_.bgc->Change("policy.textproto", "version: 1",
                        "version: 1 quota { id: \"q\" per_day: 1 }");
  agencies_.bgc->Change("policy.textproto", rule, rule + " obligations { quota: \"q\" }");
  View view = Decide(TwoAgencies::ChangedDraft());
  ASSERT_TRUE(view.allowed());
  EXPECT_NE(view.decided_on, "");
  EXPECT_EQ(view.opening.decided_on(), "");
  View other = view;
  DenySpent("another", "per_day", other);
  EXPECT_TRUE(other.allowed());
  DenySpent("q", "per_day", view);
  EXPECT_TRUE(view.denied());
  EXPECT_EQ(view.opening.decided_on(), view.decided_on);
  EXPECT_TRUE(view.fields.empty());
}

// A changed value counts twice: original and value.
TEST_F(ViewTest, HasAtMostAsManyFieldsAsABodyHolds) {
  desk::v1::Draft draft = TwoAgencies::ChangedDraft();
  auto& request = *draft.mutable_payload()->mutable_victim_verification_request();
  const auto registry = agencies_.bgc->snapshots->Current();
  const partners::Frame frame = partners::FrameOf(draft);
  const auto decide = [&] {
    return DecideView({*registry, *registry->FindPartner("ho-example"), policy::v1::Rule::OFFICER,
                       frame, agencies_.bgc->mac_key, base::ExchangeId(), agencies_.clock.Now()},
                      draft.payload());
  };
  const auto few = decide();
  ASSERT_TRUE(few.ok() && few->allowed()) << few.status();
  size_t count = 0;
  for (const message::SealedField& field : few->fields) count += field.changed ? 2 : 1;
  for (; count < payload::kMaxRecords; count += 2) request.add_documents_seen()->set_number("1");
  ASSERT_EQ(count, payload::kMaxRecords);
  EXPECT_TRUE(decide().ok());
  request.add_documents_seen()->set_number("1");
  EXPECT_EQ(base::GetReason(decide().status()), base::Reason::kTooLarge);
}

}  // namespace
}  // namespace liaison::outbox
