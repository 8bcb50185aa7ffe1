#include "tests/outbox/by_hand.h"

#include <gtest/gtest.h>

#include "daemon/crypto/secret.h"
#include "daemon/journal/bodies.h"
#include "daemon/outbox/framing.h"

namespace liaison::testing {
namespace {

std::vector<message::SealedField> FieldsOf(const payload::v1::Payload& payload) {
  const auto leaves = payload::Cut(payload);
  EXPECT_TRUE(leaves.ok()) << leaves.status();
  std::vector<message::SealedField> fields;
  for (const payload::Leaf& leaf : *leaves) fields.push_back({leaf.path, leaf.value, false});
  return fields;
}

}  // namespace

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

message::Sealed SealByHand(TwoAgencies& agencies, const exchange::v1::Statement& statement,
                           const payload::v1::Payload& payload) {
  return message::Seal(statement, FieldsOf(payload), *agencies.bgc->message_key);
}

audit::v1::Outward::Code DeliverByHand(TwoAgencies& agencies,
                                       const exchange::v1::Statement& statement,
                                       const payload::v1::Payload& payload) {
  return DeliverSealed(agencies, SealByHand(agencies, statement, payload));
}

exchange::v1::Envelope RecordByHand(Agency& agency, const exchange::v1::Statement& statement,
                                    const payload::v1::Payload& payload, audit::v1::Event event) {
  const message::Sealed sealed = message::Seal(statement, FieldsOf(payload), *agency.message_key);
  store::AddExchange add;
  add.exchange = outbox::RowOf(statement);
  add.exchange.digest = sealed.digest;
  audit::v1::Record& record = add.record.record;
  record.set_event(event);
  record.set_exchange_from(statement.from());
  record.set_exchange_id(statement.exchange_id());
  record.set_partner(statement.to());
  record.set_statement_digest(std::string(sealed.digest.raw()));
  const auto outcomes = agency.journal->Commit({std::move(add)});
  EXPECT_TRUE(outcomes.ok()) << outcomes.status();
  return sealed.envelope;
}

store::ExchangeName PassOnByHand(Agency& agency, const exchange::v1::Envelope& original,
                                 const std::string& partner) {
  exchange::v1::Statement statement = ReplyTo(original, payload::v1::FORWARDED_ITEM);
  statement.clear_in_reply_to();
  statement.set_from(agency.id());
  statement.set_to(partner);
  statement.set_conversation(statement.exchange_id());
  payload::v1::Payload payload;
  payload.mutable_forwarded_item()->set_original(original.SerializeAsString());
  message::Sealed sealed = message::Seal(statement, FieldsOf(payload), *agency.message_key);
  store::AddExchange add;
  add.exchange = outbox::RowOf(statement);
  add.exchange.digest = sealed.digest;
  add.record.record.set_event(audit::v1::SENT);
  exchange::v1::Statement embedded;
  EXPECT_TRUE(embedded.ParseFromString(original.statement()));
  add.passes_on =
      store::ExchangeName{embedded.from(), *base::ExchangeId::FromRaw(embedded.exchange_id())};
  store::v1::KeptDraft kept;
  auto body = journal::SealBody(add.exchange.name, sealed.envelope, &kept, add.exchange.expires,
                                *agency.at_rest);
  EXPECT_TRUE(body.ok()) << body.status();
  add.body = *body;
  add.head = sealed.envelope.SerializeAsString();
  store::Advance delivered;
  delivered.name = add.exchange.name;
  delivered.from = {desk::v1::QUEUED};
  delivered.record.record.set_event(audit::v1::DELIVERED);
  for (audit::v1::Record* record : {&add.record.record, &delivered.record.record}) {
    record->set_exchange_from(add.exchange.name.from);
    record->set_exchange_id(std::string(add.exchange.name.id.raw()));
    record->set_partner(partner);
    record->set_statement_digest(std::string(sealed.digest.raw()));
  }
  const store::ExchangeName name = add.exchange.name;
  const auto outcomes = agency.journal->Commit({std::move(add), std::move(delivered)});
  EXPECT_TRUE(outcomes.ok()) << outcomes.status();
  return name;
}

}  // namespace liaison::testing
