#include "tests/message/sealed_exchange.h"

#include <algorithm>

#include "daemon/base/invariant.h"

namespace liaison::message {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'767'225'600);  // 2026-01-01, UTC

}  // namespace

SealedExchange::SealedExchange()
    : key(crypto::PrivateKey::Generate(crypto::KeyAlgorithm::kEcdsaP256)),
      log_key(crypto::PrivateKey::Generate(crypto::KeyAlgorithm::kEd25519)) {
  statement.set_exchange_id(std::string(16, '\x11'));
  statement.set_from("bgc-example");
  statement.set_to("ukho-example");
  statement.set_type(payload::v1::INTELLIGENCE_NOTICE);
  statement.set_schema_version(payload::kSchemaVersion);
  statement.set_conversation(statement.exchange_id());
  statement.set_urgency(payload::v1::Urgency::U3);
  statement.mutable_created()->set_seconds(absl::ToUnixSeconds(kNow));
  statement.mutable_expires()->set_seconds(absl::ToUnixSeconds(kNow + absl::Hours(24 * 7)));
  payload::v1::IntelligenceNotice& notice = *payload.mutable_notice();
  notice.set_title("Invented");
  notice.set_title_lang("en");
  notice.set_intelligence_confidence(payload::v1::Band::MEDIUM);
  notice.add_persons()->set_local_id("p1");
  notice.add_persons()->add_names()->set_full_original("Người Ví Dụ");
  withheld = {"notice.persons[1].names[0].full_original"};
  opener.sender = statement.from();
  opener.recipient = statement.to();
  opener.message_keys = {{key->public_key(), false}};
  opener.now = kNow + absl::Minutes(1);
  opener.sender_head = [this](std::string_view note) {
    return audit::LogKey::Make(log_origin, log_key->public_key()).Verify(note);
  };
  Seal();
}

void SealedExchange::Seal() {
  const absl::StatusOr<std::vector<payload::Leaf>> leaves = payload::Cut(payload);
  base::Invariant(leaves.ok(), "the test's payload can be cut");
  std::vector<SealedField> fields;
  for (const payload::Leaf& leaf : *leaves) {
    const bool keep_back = std::find(withheld.begin(), withheld.end(), leaf.path) != withheld.end();
    fields.push_back({leaf.path, leaf.value, keep_back});
    const auto change = changed.find(leaf.path);
    if (change == changed.end()) continue;
    fields.back().withhold = true;
    fields.back().changed = change->second;
  }
  sealed = message::Seal(statement, fields, *key);
  envelope = sealed.envelope;
  Log();
}

void SealedExchange::SignAgain() {
  envelope.mutable_signatures(0)->set_signature(
      key->Sign(Pae(envelope.type(), envelope.statement())));
  Log();
}

void SealedExchange::Log(const std::function<void(audit::v1::Record&)>& change) {
  audit::v1::Record record;
  record.set_time_ms(static_cast<uint64_t>(absl::ToUnixMillis(kNow)));
  record.set_origin(log_origin);
  record.set_event(audit::v1::SENT);
  record.set_exchange_from(statement.from());
  record.set_exchange_id(statement.exchange_id());
  record.set_partner(statement.to());
  record.set_statement_digest(
      std::string(StatementDigest(envelope.type(), envelope.statement()).raw()));
  if (change) change(record);
  audit::v1::Receipt& receipt = *envelope.mutable_sender_receipt();
  receipt.set_record(record.SerializeAsString());
  receipt.set_index(0);
  receipt.set_checkpoint(
      audit::SignCheckpoint({log_origin, 1, audit::LeafHash(receipt.record())}, *log_key));
}

absl::StatusOr<VerifiedMessage> SealedExchange::Open() const {
  const absl::StatusOr<AuthenticStatement> authentic = Authenticate(envelope, opener);
  if (!authentic.ok()) return authentic.status();
  return OpenBody(*authentic, envelope, opener);
}

absl::StatusOr<VerifiedMessage> SealedExchange::OpenChanged(
    const std::function<void(exchange::v1::Statement&)>& change) {
  exchange::v1::Statement altered;
  base::Invariant(altered.ParseFromString(envelope.statement()), "the test's statement parses");
  change(altered);
  envelope.set_statement(altered.SerializeAsString());
  statement = altered;
  SignAgain();
  return Open();
}

}  // namespace liaison::message
