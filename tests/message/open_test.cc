#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/message/sealed_exchange.h"

namespace liaison::message {
namespace {

using exchange::v1::Statement;

TEST(Open, GivesBackWhatWasSentAndNamesWhatWasWithheld) {
  const SealedExchange exchange;
  const absl::StatusOr<VerifiedMessage> message = exchange.Open();
  ASSERT_TRUE(message.ok()) << message.status();
  EXPECT_EQ(message->statement().SerializeAsString(), exchange.envelope.statement());
  EXPECT_EQ(message->digest(), exchange.sealed.digest);
  EXPECT_EQ(message->payload().notice().title(), "Invented");
  ASSERT_EQ(message->payload().notice().persons_size(), 2);
  EXPECT_FALSE(message->payload().notice().persons(1).names(0).has_full_original());
  EXPECT_THAT(message->withheld(), testing::ElementsAreArray(exchange.withheld));
  EXPECT_EQ(message->sender_record().record().event(), audit::v1::SENT);
}

TEST(Seal, KeepsSaltAndValueOfWhatIsWithheld) {
  const SealedExchange exchange;
  ASSERT_EQ(exchange.sealed.kept_back.size(), 1u);
  const exchange::v1::FieldRecord& kept = exchange.sealed.kept_back[0];
  EXPECT_EQ(kept.path(), exchange.withheld[0]);
  const ExchangeId id = *ExchangeId::FromRaw(exchange.statement.exchange_id());
  EXPECT_EQ(ValueCommitment(id, exchange.statement.from(), kept.salt(), kept.value()).raw(),
            exchange.envelope.withheld(0).commitment());
  EXPECT_EQ(exchange.envelope.SerializeAsString().find(kept.value()), std::string::npos);
}

TEST(Seal, GivesEachFieldAndEachViewASaltOfItsOwn) {
  SealedExchange exchange;
  std::set<std::string> salts;
  for (int view = 0; view < 2; ++view) {
    for (const auto& record : exchange.envelope.records()) salts.insert(record.salt());
    for (const auto& record : exchange.sealed.kept_back) salts.insert(record.salt());
    exchange.Seal();
  }
  EXPECT_EQ(salts.size(), 10u);
  for (const std::string& salt : salts) EXPECT_EQ(salt.size(), 16u);
}

TEST(OpenBody, RefusesTimesThatAreNone) {
  const std::vector<std::function<void(Statement&)>> changes = {
      [](Statement& s) { s.clear_created(); },
      [](Statement& s) { s.clear_expires(); },
      [](Statement& s) { s.mutable_created()->set_seconds(-1); },
      [](Statement& s) { s.mutable_expires()->set_seconds(INT64_MAX); },
      [](Statement& s) { s.mutable_created()->set_nanos(-1); },
      [](Statement& s) { s.mutable_created()->set_nanos(1'000'000'000); },
      [](Statement& s) { *s.mutable_expires() = s.created(); },
  };
  for (size_t i = 0; i < changes.size(); ++i) {
    SealedExchange exchange;
    EXPECT_EQ(ReasonOf(exchange.OpenChanged(changes[i])), "MALFORMED") << i;
  }
}

TEST(OpenBody, RefusesALifeOfMoreThanNinetyDays) {
  SealedExchange exchange;
  const int64_t created = exchange.statement.created().seconds();
  const auto lives = [&](int64_t seconds) {
    return ReasonOf(exchange.OpenChanged(
        [&](Statement& s) { s.mutable_expires()->set_seconds(created + seconds); }));
  };
  EXPECT_EQ(lives(90 * 24 * 3600), "OK");
  EXPECT_EQ(lives(90 * 24 * 3600 + 1), "MALFORMED");
}

TEST(OpenBody, RefusesWhatWasCreatedInTheFuture) {
  SealedExchange exchange;
  exchange.opener.now = absl::FromUnixSeconds(exchange.statement.created().seconds()) - kMaxAhead;
  EXPECT_EQ(ReasonOf(exchange.Open()), "OK");
  exchange.opener.now -= absl::Milliseconds(1);
  EXPECT_EQ(ReasonOf(exchange.Open()), "MALFORMED");
}

TEST(OpenBody, RefusesWhatHasExpired) {
  SealedExchange exchange;
  exchange.opener.now = absl::FromUnixSeconds(exchange.statement.expires().seconds());
  EXPECT_EQ(ReasonOf(exchange.Open()), "EXPIRED");
  exchange.opener.now -= absl::Milliseconds(1);
  EXPECT_EQ(ReasonOf(exchange.Open()), "OK");
}

TEST(OpenBody, RefusesPartsOfTheWrongLength) {
  const std::vector<std::function<void(Statement&)>> changes = {
      [](Statement& s) { s.clear_type(); },
      [](Statement& s) { s.clear_schema_version(); },
      [](Statement& s) { s.set_conversation("short"); },
      [](Statement& s) { s.set_body_root("short"); },
      [](Statement& s) { s.mutable_in_reply_to(); },
      [](Statement& s) { s.mutable_supersedes()->set_from("bgc-example"); },
      [](Statement& s) {
        s.mutable_in_reply_to()->set_from("third-example");
        s.mutable_in_reply_to()->set_exchange_id(std::string(16, 'i'));
        s.mutable_in_reply_to()->set_statement_digest(std::string(32, 'd'));
      },
      [](Statement& s) { s.set_agreement_id(std::string(256, 'a')); },
      [](Statement& s) {
        for (int i = 0; i < 65; ++i) s.add_purposes(payload::v1::Purpose::AUDIT);
      },
      [](Statement& s) {
        for (int i = 0; i < 65; ++i) s.add_legal_bases();
      },
  };
  for (size_t i = 0; i < changes.size(); ++i) {
    SealedExchange exchange;
    EXPECT_EQ(ReasonOf(exchange.OpenChanged(changes[i])), "MALFORMED") << i;
  }
}

TEST(OpenBody, AcceptsAReplyToEitherAgency) {
  for (const char* from : {"bgc-example", "ukho-example"}) {
    SealedExchange exchange;
    EXPECT_EQ(ReasonOf(exchange.OpenChanged([&](Statement& s) {
                s.mutable_in_reply_to()->set_from(from);
                s.mutable_in_reply_to()->set_exchange_id(std::string(16, 'i'));
                s.mutable_in_reply_to()->set_statement_digest(std::string(32, 'd'));
              })),
              "OK");
  }
}

TEST(OpenBody, RefusesAMessageWithoutTheSendersReceipt) {
  SealedExchange exchange;
  exchange.envelope.clear_sender_receipt();
  EXPECT_EQ(ReasonOf(exchange.Open()), "BAD_RECEIPT");
}

TEST(OpenBody, RefusesAHeadThatIsNotTheSenders) {
  SealedExchange exchange;
  exchange.log_key = crypto::PrivateKey::Generate(crypto::KeyAlgorithm::kEd25519);
  exchange.Log();
  EXPECT_EQ(ReasonOf(exchange.Open()), "OK");
  const std::string ours = exchange.log_origin;
  exchange.log_origin = "other.example/liaison-log/1/1";
  exchange.Log();
  exchange.log_origin = ours;
  EXPECT_EQ(ReasonOf(exchange.Open()), "BAD_RECEIPT");
}

TEST(OpenBody, RefusesAReceiptOfAnotherRecord) {
  const std::vector<std::function<void(audit::v1::Record&)>> changes = {
      [](auto& r) { r.set_event(audit::v1::RECEIVED); },
      [](auto& r) { r.set_exchange_from("ukho-example"); },
      [](auto& r) { r.set_exchange_id(std::string(16, 'x')); },
      [](auto& r) { r.set_partner("third-example"); },
      [](auto& r) { r.set_statement_digest(std::string(32, 'x')); },
      [](auto& r) { r.set_origin("bgc.example/liaison-desk/1/1"); },
  };
  for (size_t i = 0; i < changes.size(); ++i) {
    SealedExchange exchange;
    exchange.Log(changes[i]);
    EXPECT_EQ(ReasonOf(exchange.Open()), "BAD_RECEIPT") << i;
  }
}

TEST(OpenBody, RefusesAnotherNumberOfRecords) {
  SealedExchange exchange;
  EXPECT_EQ(ReasonOf(exchange.OpenChanged([](Statement& s) { s.set_record_count(4); })),
            "BODY_MISMATCH");
}

TEST(OpenBody, RefusesRecordsThatTheStatementDoesNotCommitTo) {
  using Envelope = exchange::v1::Envelope;
  const std::vector<std::function<void(Envelope&)>> changes = {
      [](Envelope& e) { e.mutable_records()->RemoveLast(); },
      [](Envelope& e) { *e.add_records() = e.records(0); },
      [](Envelope& e) { e.clear_withheld(); },
      [](Envelope& e) { e.mutable_records()->SwapElements(0, 1); },
      [](Envelope& e) { e.mutable_records(0)->mutable_value()->back() ^= 1; },
      [](Envelope& e) { e.mutable_records(0)->mutable_salt()->back() ^= 1; },
      [](Envelope& e) { e.mutable_records(0)->set_salt("short"); },
      [](Envelope& e) { e.mutable_records(0)->clear_path(); },
      [](Envelope& e) { e.mutable_records(0)->set_path(std::string(256, 'p')); },
      [](Envelope& e) { e.mutable_records(0)->set_kind(exchange::v1::FieldRecord::MASKED); },
      [](Envelope& e) { e.mutable_withheld(0)->mutable_commitment()->back() ^= 1; },
      [](Envelope& e) { e.mutable_withheld(0)->set_commitment("short"); },
      [](Envelope& e) { e.mutable_withheld(0)->set_path("notice.title"); },
  };
  for (size_t i = 0; i < changes.size(); ++i) {
    SealedExchange exchange;
    changes[i](exchange.envelope);
    EXPECT_EQ(ReasonOf(exchange.Open()), "BODY_MISMATCH") << i;
    EXPECT_EQ(ReasonOf(ReadStored(exchange.envelope)), "VERIFICATION_FAILED") << i;
  }
}

// The body of one exchange is worth nothing in another, though the same leaves are in both.
TEST(OpenBody, RefusesTheRecordsOfAnotherExchange) {
  SealedExchange exchange, other;
  other.statement.set_exchange_id(std::string(16, '\x22'));
  other.Seal();
  exchange.envelope.mutable_records()->Swap(other.envelope.mutable_records());
  exchange.envelope.mutable_withheld()->Swap(other.envelope.mutable_withheld());
  EXPECT_EQ(ReasonOf(exchange.Open()), "BODY_MISMATCH");
}

// The root holds, because the sender made it so, and the records still do not make a payload.
TEST(OpenBody, RefusesCommittedRecordsThatDoNotMerge) {
  SealedExchange exchange;
  const SealedField hole = {"notice.persons[1].local_id", std::string("\x0a\x01x"), false};
  exchange.sealed = Seal(exchange.statement, std::vector<SealedField>{hole}, *exchange.key);
  exchange.envelope = exchange.sealed.envelope;
  exchange.Log();
  EXPECT_EQ(ReasonOf(exchange.Open()), "BODY_MISMATCH");
}

// Signed and committed to as it stands: only the kind is not one of this version.
TEST(OpenBody, RefusesACommittedRecordOfAKindThatThisVersionDoesNotHave) {
  using exchange::v1::FieldRecord;
  for (const int number : {1, 0, 6}) {
    const auto kind = static_cast<FieldRecord::Kind>(number);
    SealedExchange exchange;
    exchange.withheld.clear();
    exchange.payload.mutable_notice()->clear_persons();
    exchange.Seal();
    std::vector<Digest> leaves;
    const ExchangeId id = *ExchangeId::FromRaw(exchange.statement.exchange_id());
    for (FieldRecord& record : *exchange.envelope.mutable_records()) {
      record.set_kind(kind);
      leaves.push_back(
          FieldLeaf(kind, record.path(),
                    ValueCommitment(id, exchange.statement.from(), record.salt(), record.value())));
    }
    EXPECT_EQ(ReasonOf(exchange.OpenChanged([&](Statement& s) {
                s.set_body_root(std::string(audit::TreeRoot(leaves).raw()));
              })),
              kind == FieldRecord::ORIGINAL ? "OK" : "BODY_MISMATCH");
  }
}

TEST(OpenBody, RefusesAPayloadOfAnotherTypeThanTheStatementNames) {
  SealedExchange exchange;
  EXPECT_EQ(ReasonOf(exchange.OpenChanged([](Statement& s) { s.set_type(payload::v1::ALERT); })),
            "BODY_MISMATCH");
}

TEST(OpenBody, KeepsWhatOnlyANewerSchemaHas) {
  SealedExchange exchange;
  const SealedField field = {"notice.newer_field", std::string("\xba\x06\x01x"), false};
  for (const uint32_t version : {payload::kSchemaVersion, payload::kSchemaVersion + 1}) {
    exchange.statement.set_schema_version(version);
    exchange.sealed = Seal(exchange.statement, std::vector<SealedField>{field}, *exchange.key);
    exchange.envelope = exchange.sealed.envelope;
    exchange.Log();
    const absl::StatusOr<VerifiedMessage> message = exchange.Open();
    if (version == payload::kSchemaVersion) {
      EXPECT_EQ(ReasonOf(message), "BODY_MISMATCH");
      continue;
    }
    ASSERT_TRUE(message.ok()) << message.status();
    ASSERT_EQ(message->unknown().size(), 1u);
    EXPECT_EQ(message->unknown()[0].path, field.path);
  }
}

TEST(ReadStored, ReadsWhatEitherSideKeeps) {
  const SealedExchange exchange;
  const absl::StatusOr<StoredBody> stored = ReadStored(exchange.envelope);
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_EQ(stored->merged.payload.notice().title(), "Invented");
  EXPECT_EQ(stored->statement.from(), "bgc-example");
}

TEST(ReadStored, RefusesAStatementThatIsNone) {
  SealedExchange exchange;
  exchange.envelope.set_statement("\xff");
  EXPECT_EQ(ReasonOf(ReadStored(exchange.envelope)), "VERIFICATION_FAILED");
  exchange.envelope.set_statement("");
  EXPECT_EQ(ReasonOf(ReadStored(exchange.envelope)), "VERIFICATION_FAILED");
}

}  // namespace
}  // namespace liaison::message
