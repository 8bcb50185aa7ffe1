// What a third agency makes of a message that is passed on to it: the originator's signature and
// its permission are what counts, not the word of who passes it on.
#include "daemon/inbox/forwarded.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "daemon/journal/openings.h"
#include "tests/outbox/three_agencies.h"

namespace liaison::inbox {
namespace {

using audit::v1::Outward;
using exchange::v1::Envelope;
using exchange::v1::Statement;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::ThreeAgencies;

constexpr char kName[] = "victim_verification_request.subject.names[0].full_original";

class ForwardedTest : public ::testing::Test {
 protected:
  // The item, as it left io and has not arrived.
  Envelope Captured() {
    const auto sent = agencies_.Submit(*agencies_.io, ThreeAgencies::Forwarding(original_, grant_));
    EXPECT_TRUE(sent.ok() && sent->state() == desk::v1::QUEUED) << sent.status();
    agencies_.Deliver(*agencies_.io, *agencies_.ho,
                      [](exchange::v1::DeliverRequest& request) { request.clear_envelopes(); });
    EXPECT_EQ(agencies_.delivered.envelopes_size(), 1);
    return agencies_.delivered.envelopes(0);
  }

  // What io would send were it dishonest: statement and item changed, sealed and logged anew under
  // its own keys.
  Envelope Forged(const Envelope& honest, const std::function<void(Statement&)>& change_statement,
                  const std::function<void(payload::v1::ForwardedItem&)>& change_item) {
    const auto stored = message::ReadStored(honest);
    EXPECT_TRUE(stored.ok()) << stored.status();
    Statement statement = stored->statement;
    payload::v1::Payload payload = stored->merged.payload;
    statement.set_exchange_id(std::string(16, static_cast<char>(++forged_)));
    change_statement(statement);
    change_item(*payload.mutable_forwarded_item());
    std::vector<message::SealedField> fields;
    const auto leaves = payload::Cut(payload);
    EXPECT_TRUE(leaves.ok()) << leaves.status();
    for (const payload::Leaf& leaf : *leaves) {
      fields.push_back({leaf.path, leaf.value});
    }
    message::Sealed sealed = message::Seal(statement, fields, *agencies_.io->message_key);
    Log(statement, sealed);
    return sealed.envelope;
  }

  // SENT, in io's own log.
  void Log(const Statement& statement, message::Sealed& sealed) {
    store::Append sent;
    audit::v1::Record& record = sent.record.record;
    record.set_event(audit::v1::SENT);
    record.set_exchange_from(statement.from());
    record.set_exchange_id(statement.exchange_id());
    record.set_partner(statement.to());
    record.set_statement_digest(std::string(sealed.digest.raw()));
    const auto committed = agencies_.io->journal->Commit({sent});
    ASSERT_TRUE(committed.ok()) << committed.status();
    const auto proofs =
        agencies_.io->journal->Prove(audit::v1::EXCHANGE, {committed->front().index});
    ASSERT_TRUE(proofs.ok()) << proofs.status();
    *sealed.envelope.mutable_sender_receipt() = proofs->receipts[0];
    sealed.envelope.mutable_sender_receipt()->set_checkpoint(proofs->checkpoint);
  }

  Outward::Code Accept(const Envelope& envelope) {
    exchange::v1::DeliverRequest request;
    *request.add_envelopes() = envelope;
    const auto response = agencies_.ho->inbox->Accept("io-example", request);
    EXPECT_TRUE(response.ok()) << response.status();
    return response.ok() ? response->results(0).code() : Outward::OUTWARD_UNSPECIFIED;
  }

  // Of the last record of ho's exchange log.
  audit::v1::DecisionOpening LastOpening() {
    const auto head = agencies_.ho->store->Head(audit::v1::EXCHANGE);
    const auto record = agencies_.ho->store->Record(audit::v1::EXCHANGE, head->size - 1);
    const auto openings = journal::Open(*record, *agencies_.ho->at_rest);
    EXPECT_TRUE(openings.ok()) << openings.status();
    return openings->decision;
  }
  // "REASON at step: what is missing".
  std::string LastDecision() {
    const audit::v1::DecisionOpening decision = LastOpening();
    return absl::StrCat(decision.reason(), " at ", decision.step(), ": ", decision.missing());
  }

  std::string RefusalOf(const Envelope& envelope) {
    if (Accept(envelope) != Outward::REFUSED) return "not refused";
    return LastDecision();
  }

  static void ChangeOriginal(payload::v1::ForwardedItem& item,
                             const std::function<void(Envelope&)>& change) {
    Envelope original;
    ASSERT_TRUE(original.ParseFromString(item.original()));
    change(original);
    item.set_original(original.SerializeAsString());
  }

  desk::v1::ShownMessage Show(bool reveal) {
    desk::v1::GetRequest request;
    const std::string id = base::ExchangeId::FromRaw(IdOf(shown_))->hex();
    request.set_id(absl::StrCat("io-example/", id));
    request.set_reveal(reveal);
    if (reveal) request.set_reason("example");
    const auto shown = agencies_.ho->mailbox->Show(agencies_.Viewer(), request);
    EXPECT_TRUE(shown.ok()) << shown.status();
    return shown.ok() ? *shown : desk::v1::ShownMessage();
  }

  static std::string IdOf(const Envelope& envelope) {
    Statement statement;
    EXPECT_TRUE(statement.ParseFromString(envelope.statement()));
    return statement.exchange_id();
  }

  ThreeAgencies agencies_;
  const std::string original_ = agencies_.Received();
  const std::string grant_ = agencies_.Granted(original_);
  const std::function<void(Statement&)> same_statement_ = [](Statement&) {};
  const std::function<void(payload::v1::ForwardedItem&)> same_item_ = [](auto&) {};
  Envelope shown_;
  int forged_ = 0;
};

TEST_F(ForwardedTest, AcceptsWhatItsOriginatorSignedAndPermitted) {
  shown_ = Captured();
  EXPECT_EQ(Accept(shown_), Outward::ACCEPTED);
  const desk::v1::ShownMessage message = Show(true);
  const desk::v1::Forwarded& item = message.forwarded();
  EXPECT_EQ(item.originator(), "bgc-example");
  EXPECT_EQ(item.id(), original_);
  EXPECT_EQ(item.verdict(), "verified");
  EXPECT_EQ(item.payload().victim_verification_request().subject().names(0).full_original(),
            "VÍ DỤ Thị Mai");
  EXPECT_EQ(item.grant().agencies(0), "ho-example");
  EXPECT_FALSE(message.payload().has_forwarded_item());
  std::vector<std::string> withheld;
  for (const auto& field : item.withheld()) withheld.push_back(field.path());
  EXPECT_THAT(withheld, Contains("victim_verification_request.indicators[0].code"));
}

TEST_F(ForwardedTest, MasksWhatIsInsideUntilAReasonIsGiven) {
  shown_ = Captured();
  EXPECT_EQ(Accept(shown_), Outward::ACCEPTED);
  const desk::v1::ShownMessage covered = Show(false);
  EXPECT_THAT(covered.masked(),
              Contains("forwarded_item.original.victim_verification_request.present_situation"));
  EXPECT_FALSE(covered.forwarded().payload().victim_verification_request().has_present_situation());
  EXPECT_TRUE(
      Show(true).forwarded().payload().victim_verification_request().has_present_situation());
}

// The forgery below is refused for what it changes and not because it is one.
TEST_F(ForwardedTest, AForgeryThatChangesNothingIsAccepted) {
  EXPECT_EQ(Accept(Forged(Captured(), same_statement_, same_item_)), Outward::ACCEPTED);
}

TEST_F(ForwardedTest, RefusesAChangedValue) {
  const Envelope forged = Forged(Captured(), same_statement_, [](payload::v1::ForwardedItem& item) {
    ChangeOriginal(item, [](Envelope& original) {
      for (auto& record : *original.mutable_records()) {
        if (record.path() == kName) {
          record.set_value(absl::StrReplaceAll(record.value(), {{"Mai", "Lan"}}));
        }
      }
    });
  });
  EXPECT_THAT(RefusalOf(forged), HasSubstr("BODY_MISMATCH"));
}

TEST_F(ForwardedTest, RefusesAChangedStatement) {
  const Envelope forged = Forged(Captured(), same_statement_, [](payload::v1::ForwardedItem& item) {
    ChangeOriginal(item, [](Envelope& original) {
      Statement statement;
      ASSERT_TRUE(statement.ParseFromString(original.statement()));
      statement.mutable_handling()->set_onward(payload::v1::OnwardSharing::PUBLIC);
      statement.mutable_handling()->set_tlp(payload::v1::Tlp::CLEAR);
      original.set_statement(statement.SerializeAsString());
    });
  });
  EXPECT_THAT(RefusalOf(forged), HasSubstr("BAD_SIGNATURE"));
}

TEST_F(ForwardedTest, RefusesAChangedCommitment) {
  const Envelope forged = Forged(Captured(), same_statement_, [](payload::v1::ForwardedItem& item) {
    ChangeOriginal(item, [](Envelope& original) {
      std::string& commitment = *original.mutable_withheld(0)->mutable_commitment();
      commitment[0] = static_cast<char>(commitment[0] ^ 1);
    });
  });
  EXPECT_THAT(RefusalOf(forged), HasSubstr("BODY_MISMATCH"));
}

TEST_F(ForwardedTest, RefusesAnOriginalWithoutItsOriginatorsReceipt) {
  const Envelope forged = Forged(Captured(), same_statement_, [](payload::v1::ForwardedItem& item) {
    ChangeOriginal(item, [](Envelope& original) { original.clear_sender_receipt(); });
  });
  EXPECT_THAT(RefusalOf(forged), HasSubstr("BAD_RECEIPT"));
}

TEST_F(ForwardedTest, RefusesWhatIsNoEnvelopeAndNothing) {
  const Envelope honest = Captured();
  EXPECT_THAT(RefusalOf(Forged(honest, same_statement_,
                               [](auto& item) { item.set_original("not an envelope"); })),
              HasSubstr("MALFORMED"));
  EXPECT_THAT(RefusalOf(Forged(honest, same_statement_, [](auto& item) { item.clear_original(); })),
              HasSubstr("VALIDATION_FAILED"));
}

TEST_F(ForwardedTest, RefusesAMissingPermission) {
  const Envelope forged =
      Forged(Captured(), same_statement_, [](auto& item) { item.clear_grant(); });
  EXPECT_THAT(RefusalOf(forged), HasSubstr("POLICY_DENIED at labels: the originator's permission"));
}

TEST_F(ForwardedTest, RefusesAForgedPermission) {
  const Envelope forged = Forged(Captured(), same_statement_, [](payload::v1::ForwardedItem& item) {
    Envelope grant;
    ASSERT_TRUE(grant.ParseFromString(item.grant()));
    for (auto& record : *grant.mutable_records()) {
      if (record.path() == "onward_sharing_decision.until") {
        record.set_value(absl::StrReplaceAll(record.value(), {{"2026", "2029"}}));
      }
    }
    item.set_grant(grant.SerializeAsString());
  });
  EXPECT_THAT(RefusalOf(forged), HasSubstr("BODY_MISMATCH"));
}

TEST_F(ForwardedTest, RefusesAnotherMessageInPlaceOfThePermission) {
  const Envelope forged =
      Forged(Captured(), same_statement_, [](auto& item) { item.set_grant(item.original()); });
  EXPECT_THAT(RefusalOf(forged), HasSubstr("MALFORMED"));
}

TEST_F(ForwardedTest, RefusesAPermissionThatEndedBeforeItWasPassedOn) {
  const Envelope honest = Captured();
  agencies_.clock.Advance(absl::Hours(24 * 60));  // into January
  const auto now = [&](Statement& statement) {
    statement.mutable_created()->set_seconds(absl::ToUnixSeconds(agencies_.clock.Now()));
    statement.mutable_expires()->set_seconds(
        absl::ToUnixSeconds(agencies_.clock.Now() + absl::Hours(24)));
  };
  EXPECT_THAT(RefusalOf(Forged(honest, now, same_item_)), HasSubstr("its time is over"));
  // Its log gives it away when it writes an earlier time.
  const auto earlier = [&](Statement& statement) {
    statement.mutable_expires()->set_seconds(statement.created().seconds() + 80 * 24 * 3600);
  };
  EXPECT_THAT(RefusalOf(Forged(honest, earlier, same_item_)), HasSubstr("its time is over"));
}

TEST_F(ForwardedTest, RefusesLabelsAndPurposesThatAreLooserThanTheOriginators) {
  const Envelope honest = Captured();
  const auto looser = [](Statement& statement) {
    statement.mutable_handling()->set_tlp(payload::v1::Tlp::GREEN);
  };
  EXPECT_THAT(RefusalOf(Forged(honest, looser, same_item_)),
              HasSubstr("the TLP is looser than the original's"));
  const auto further = [](Statement& statement) {
    statement.add_purposes(payload::v1::Purpose::VICTIM_RESCUE);
  };
  EXPECT_THAT(RefusalOf(Forged(honest, further, same_item_)), HasSubstr("a purpose for which"));
}

TEST_F(ForwardedTest, RefusesAFieldThatItsPolicyDoesNotTake) {
  const Envelope honest = Captured();
  agencies_.ho->Change("policy.textproto",
                       "keep_class: [L0, L1, L2, L4, L8]\n    }\n  }\n\n  # ---",
                       "keep_class: [L0, L1, L4, L8]\n    }\n  }\n\n  # ---");
  EXPECT_THAT(RefusalOf(honest), HasSubstr("POLICY_DENIED at fields"));
}

// Whether it was decided on rightly, policy alone cannot say.
TEST_F(ForwardedTest, ADenialIsKeptWithoutWhatItWasDecidedOn) {
  const Envelope honest = Captured();
  agencies_.ho->Change("policy.textproto", "partner: \"io-example\"",
                       "suspended: true partner: \"io-example\"");
  EXPECT_THAT(RefusalOf(honest), HasSubstr("AGREEMENT_NOT_IN_FORCE at agreement"));
  EXPECT_EQ(LastOpening().decided_on(), "");
}

TEST_F(ForwardedTest, TheFirstStepThatDeniesIsTheOneThatIsNamed) {
  const Envelope honest = Captured();
  agencies_.ho->Change("policy.textproto",
                       "keep_class: [L0, L1, L2, L4, L8]\n    }\n  }\n\n  # ---",
                       "keep_class: [L0, L1, L4, L8]\n    }\n  }\n\n  # ---");
  const auto without_grant = [](payload::v1::ForwardedItem& item) { item.clear_grant(); };
  EXPECT_THAT(RefusalOf(Forged(honest, same_statement_, without_grant)),
              HasSubstr("POLICY_DENIED at labels: the originator's permission"));
  const auto looser = [](Statement& statement) {
    statement.mutable_handling()->set_tlp(payload::v1::Tlp::GREEN);
  };
  EXPECT_THAT(RefusalOf(Forged(honest, looser, without_grant)),
              HasSubstr("POLICY_DENIED at labels: the TLP is looser"));
  agencies_.ho->Change("policy.textproto", "partner: \"io-example\"",
                       "suspended: true partner: \"io-example\"");
  EXPECT_THAT(RefusalOf(Forged(honest, looser, without_grant)),
              HasSubstr("AGREEMENT_NOT_IN_FORCE at agreement"));
}

TEST_F(ForwardedTest, ShowsThatAnOriginatorWithoutAKeyWasNotVerified) {
  shown_ = Captured();
  agencies_.ho->Change("agency.textproto", "id: \"bgc-example\"", "id: \"fia-example\"");
  EXPECT_EQ(Accept(shown_), Outward::ACCEPTED) << LastDecision();
  EXPECT_EQ(Show(true).forwarded().verdict(), "no key");
}

TEST_F(ForwardedTest, StillAsksForAPermissionWhereNothingCanBeVerified) {
  const Envelope honest = Captured();
  agencies_.ho->Change("agency.textproto", "id: \"bgc-example\"", "id: \"fia-example\"");
  const Envelope forged = Forged(honest, same_statement_, [](auto& item) { item.clear_grant(); });
  EXPECT_THAT(RefusalOf(forged), HasSubstr("the originator's permission"));
}

TEST_F(ForwardedTest, ShowsThatItDoesNotHoldUnderARevokedKey) {
  shown_ = Captured();
  EXPECT_EQ(Accept(shown_), Outward::ACCEPTED);
  agencies_.ho->Change("agency.textproto",
                       "certificate_file: \"pki/partners/bgc-example.crt\"\n    state: ACTIVE",
                       "certificate_file: \"pki/partners/bgc-example.crt\"\n    state: REVOKED");
  const desk::v1::ShownMessage message = Show(true);
  EXPECT_EQ(message.forwarded().verdict(), "failed: BAD_KEY");
  EXPECT_EQ(message.forwarded().id(), original_);
}

TEST_F(ForwardedTest, RefusesAMessageOfWhoPassesItOn) {
  const Envelope honest = Captured();
  const Envelope forged = Forged(honest, same_statement_, [&](auto& item) {
    item.set_original(honest.SerializeAsString());
    item.clear_grant();
  });
  EXPECT_THAT(RefusalOf(forged), HasSubstr("WRONG_SENDER"));
}

TEST_F(ForwardedTest, RefusesARequestAndADecisionThatReplyToNothing) {
  // As an agency with another program would send them.
  const desk::v1::Draft asking = ThreeAgencies::Asking(original_);
  const auto sent = agencies_.Submit(*agencies_.io, asking);
  ASSERT_TRUE(sent.ok()) << sent.status();
  agencies_.Deliver(*agencies_.io, *agencies_.bgc,
                    [](exchange::v1::DeliverRequest& request) { request.clear_envelopes(); });
  const auto stored = message::ReadStored(agencies_.delivered.envelopes(0));
  ASSERT_TRUE(stored.ok()) << stored.status();
  Statement statement = stored->statement;
  statement.clear_in_reply_to();
  statement.set_exchange_id(std::string(16, 'x'));
  std::vector<message::SealedField> fields;
  const auto leaves = payload::Cut(stored->merged.payload);
  ASSERT_TRUE(leaves.ok()) << leaves.status();
  for (const payload::Leaf& leaf : *leaves) {
    fields.push_back({leaf.path, leaf.value});
  }
  message::Sealed sealed = message::Seal(statement, fields, *agencies_.io->message_key);
  Log(statement, sealed);
  exchange::v1::DeliverRequest request;
  *request.add_envelopes() = sealed.envelope;
  const auto response = agencies_.bgc->inbox->Accept("io-example", request);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->results(0).code(), Outward::REFUSED);
}

}  // namespace
}  // namespace liaison::inbox
