#include <gtest/gtest.h>

#include "tests/message/sealed_exchange.h"

namespace liaison::message {
namespace {

std::string Authenticated(const SealedExchange& exchange) {
  return ReasonOf(Authenticate(exchange.envelope, exchange.opener));
}

TEST(Authenticate, AcceptsWhatThePartnerSigned) {
  const SealedExchange exchange;
  const absl::StatusOr<AuthenticStatement> authentic =
      Authenticate(exchange.envelope, exchange.opener);
  ASSERT_TRUE(authentic.ok()) << authentic.status();
  EXPECT_EQ(authentic->digest(), exchange.sealed.digest);
  EXPECT_EQ(authentic->id().raw(), exchange.statement.exchange_id());
}

TEST(Authenticate, RefusesAnEnvelopeOverTheLimit) {
  SealedExchange exchange;
  exchange.opener.max_bytes = exchange.envelope.ByteSizeLong();
  EXPECT_EQ(Authenticated(exchange), "OK");
  --exchange.opener.max_bytes;
  EXPECT_EQ(Authenticated(exchange), "TOO_LARGE");
}

TEST(Authenticate, RefusesAStatementThatIsMissingOrTooLong) {
  SealedExchange exchange;
  exchange.envelope.set_statement("");
  EXPECT_EQ(Authenticated(exchange), "MALFORMED");
  exchange.envelope.set_statement(std::string(64 * 1024 + 1, 'x'));
  EXPECT_EQ(Authenticated(exchange), "MALFORMED");
}

TEST(Authenticate, RefusesAnotherType) {
  SealedExchange exchange;
  exchange.envelope.set_type("application/vnd.liaison.statement.v2+protobuf");
  exchange.SignAgain();
  EXPECT_EQ(Authenticated(exchange), "MALFORMED");
}

TEST(Authenticate, RefusesNoneAndMoreThanTwoSignatures) {
  SealedExchange exchange;
  const exchange::v1::Signature signature = exchange.envelope.signatures(0);
  exchange.envelope.clear_signatures();
  EXPECT_EQ(Authenticated(exchange), "MALFORMED");
  for (int i = 0; i < 3; ++i) *exchange.envelope.add_signatures() = signature;
  EXPECT_EQ(Authenticated(exchange), "MALFORMED");
}

TEST(Authenticate, AcceptsASecondSignatureByAnotherKeyOfThePartner) {
  SealedExchange exchange;
  const auto second = crypto::PrivateKey::Generate(crypto::KeyAlgorithm::kEcdsaP256);
  exchange.opener.message_keys.push_back({second->public_key(), false});
  exchange::v1::Signature& signature = *exchange.envelope.add_signatures();
  signature.set_key_id(std::string(second->public_key().spki_digest().raw()));
  signature.set_signature(second->Sign(Pae(kStatementType, exchange.envelope.statement())));
  EXPECT_EQ(Authenticated(exchange), "OK");
  exchange.envelope.mutable_signatures()->SwapElements(0, 1);
  EXPECT_EQ(Authenticated(exchange), "BAD_KEY");  // the statement names the other one
}

TEST(Authenticate, RefusesASecondSignatureThatDoesNotHold) {
  SealedExchange exchange;
  *exchange.envelope.add_signatures() = exchange.envelope.signatures(0);
  EXPECT_EQ(Authenticated(exchange), "MALFORMED");
  const auto second = crypto::PrivateKey::Generate(crypto::KeyAlgorithm::kEcdsaP256);
  exchange.envelope.mutable_signatures(1)->set_key_id(
      std::string(second->public_key().spki_digest().raw()));
  EXPECT_EQ(Authenticated(exchange), "BAD_KEY");
  exchange.opener.message_keys.push_back({second->public_key(), false});
  EXPECT_EQ(Authenticated(exchange), "BAD_SIGNATURE");
}

TEST(Authenticate, RefusesAKeyThatIsNotThePartners) {
  SealedExchange exchange;
  exchange.opener.message_keys.clear();
  EXPECT_EQ(Authenticated(exchange), "BAD_KEY");
}

TEST(Authenticate, RefusesARevokedKey) {
  SealedExchange exchange;
  exchange.opener.message_keys[0].revoked = true;
  EXPECT_EQ(Authenticated(exchange), "BAD_KEY");
}

TEST(Authenticate, RefusesASignatureByAnotherKeyUnderTheRightKeyId) {
  SealedExchange exchange;
  const auto other = crypto::PrivateKey::Generate(crypto::KeyAlgorithm::kEcdsaP256);
  exchange.envelope.mutable_signatures(0)->set_signature(
      other->Sign(Pae(kStatementType, exchange.envelope.statement())));
  EXPECT_EQ(Authenticated(exchange), "BAD_SIGNATURE");
}

TEST(Authenticate, RefusesASignatureOverTheStatementWithoutItsType) {
  SealedExchange exchange;
  exchange.envelope.mutable_signatures(0)->set_signature(
      exchange.key->Sign(exchange.envelope.statement()));
  EXPECT_EQ(Authenticated(exchange), "BAD_SIGNATURE");
}

// What is not parsed cannot attack the parser: the signature is looked at first.
TEST(Authenticate, LooksAtTheSignatureBeforeItParses) {
  SealedExchange exchange;
  exchange.envelope.set_statement("\xff not a statement");
  EXPECT_EQ(Authenticated(exchange), "BAD_SIGNATURE");
  exchange.SignAgain();
  EXPECT_EQ(Authenticated(exchange), "MALFORMED");
}

TEST(Authenticate, RefusesAStatementThatNamesAnotherKey) {
  SealedExchange exchange;
  EXPECT_EQ(
      ReasonOf(exchange.OpenChanged([](auto& s) { s.set_signing_key(std::string(32, 'k')); })),
      "BAD_KEY");
}

TEST(Authenticate, RefusesAnotherSenderThanThePeer) {
  SealedExchange exchange;
  exchange.opener.sender = "other-example";
  EXPECT_EQ(Authenticated(exchange), "WRONG_SENDER");
}

TEST(Authenticate, RefusesAnotherRecipientThanUs) {
  SealedExchange exchange;
  exchange.opener.recipient = "other-example";
  EXPECT_EQ(Authenticated(exchange), "WRONG_RECIPIENT");
}

TEST(Authenticate, RefusesAnExchangeIdOfTheWrongSize) {
  for (const size_t size : {0, 15, 17}) {
    SealedExchange exchange;
    EXPECT_EQ(
        ReasonOf(exchange.OpenChanged([&](auto& s) { s.set_exchange_id(std::string(size, 'x')); })),
        "MALFORMED");
  }
}

TEST(Authenticate, RefusesFieldsOfTheEnvelopeThatItDoesNotKnow) {
  const auto strange = [](google::protobuf::Message* message) {
    message->GetReflection()->MutableUnknownFields(message)->AddVarint(1000, 1);
  };
  const SealedExchange exchange;
  for (int part = 0; part < 5; ++part) {
    SealedExchange changed = SealedExchange();
    exchange::v1::Envelope& envelope = changed.envelope;
    google::protobuf::Message* const parts[] = {
        &envelope, envelope.mutable_signatures(0), envelope.mutable_records(0),
        envelope.mutable_withheld(0), envelope.mutable_sender_receipt()};
    strange(parts[part]);
    EXPECT_EQ(Authenticated(changed), "MALFORMED") << part;
  }
}

}  // namespace
}  // namespace liaison::message
