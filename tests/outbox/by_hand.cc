#include "tests/outbox/by_hand.h"

#include <gtest/gtest.h>

#include "daemon/crypto/secret.h"

namespace liaison::testing {

exchange::v1::Statement ReplyTo(const exchange::v1::Envelope& original,
                                payload::v1::MessageType type) {
  exchange::v1::Statement statement;
  EXPECT_TRUE(statement.ParseFromString(original.statement()));
  exchange::v1::ExchangeRef& ref = *statement.mutable_in_reply_to();
  ref.set_from(statement.from());
  ref.set_exchange_id(statement.exchange_id());
  ref.set_statement_digest(
      std::string(message::StatementDigest(original.type(), original.statement()).raw()));
  statement.set_exchange_id(crypto::RandomBytes(base::ExchangeId::kSize));
  statement.set_type(type);
  return statement;
}

audit::v1::Outward::Code DeliverSealed(TwoAgencies& agencies, message::Sealed sealed) {
  exchange::v1::Statement statement;
  EXPECT_TRUE(statement.ParseFromString(sealed.envelope.statement()));
  store::Append sent;
  audit::v1::Record& record = sent.record.record;
  record.set_event(audit::v1::SENT);
  record.set_exchange_from(statement.from());
  record.set_exchange_id(statement.exchange_id());
  record.set_partner(statement.to());
  record.set_statement_digest(std::string(sealed.digest.raw()));
  const auto outcomes = agencies.bgc->journal->Commit({std::move(sent)});
  EXPECT_TRUE(outcomes.ok()) << outcomes.status();
  const auto proofs = agencies.bgc->journal->Prove(audit::v1::EXCHANGE, {outcomes->front().index});
  EXPECT_TRUE(proofs.ok()) << proofs.status();
  *sealed.envelope.mutable_sender_receipt() = proofs->receipts[0];
  sealed.envelope.mutable_sender_receipt()->set_checkpoint(proofs->checkpoint);
  exchange::v1::DeliverRequest request;
  *request.add_envelopes() = sealed.envelope;
  const auto response = agencies.ho->inbox->Accept("bgc-example", request);
  EXPECT_TRUE(response.ok()) << response.status();
  return response.ok() ? response->results(0).code() : audit::v1::Outward::OUTWARD_UNSPECIFIED;
}

audit::v1::Outward::Code DeliverByHand(TwoAgencies& agencies,
                                       const exchange::v1::Statement& statement,
                                       const payload::v1::Payload& payload) {
  const auto leaves = payload::Cut(payload);
  EXPECT_TRUE(leaves.ok()) << leaves.status();
  std::vector<message::SealedField> fields;
  for (const payload::Leaf& leaf : *leaves) fields.push_back({leaf.path, leaf.value, false});
  return DeliverSealed(agencies, message::Seal(statement, fields, *agencies.bgc->message_key));
}

}  // namespace liaison::testing
