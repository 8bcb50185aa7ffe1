#include "tests/clients/fake_log.h"

#include "absl/strings/escaping.h"
#include "daemon/audit/checkpoint.h"
#include "daemon/audit/tree.h"

namespace liaison::clients_test {

audit::v1::Receipt FakeLog::ReceiptFor(const std::string& id) const {
  audit::v1::Record record;
  record.set_time_ms(1'770'000'000'000);
  record.set_origin(origin_);
  record.set_event(audit::v1::SENT);
  record.set_exchange_from("bgc-example");
  record.set_exchange_id(absl::HexStringToBytes(id));
  audit::v1::Receipt receipt;
  receipt.set_record(record.SerializeAsString());
  const audit::Checkpoint head = {origin_, 1, audit::LeafHash(receipt.record())};
  receipt.set_checkpoint(audit::SignCheckpoint(head, *key_));
  return receipt;
}

std::string FakeLog::verifier_key() const {
  return audit::LogKey::Make(origin_, key_->public_key()).Text();
}

}  // namespace liaison::clients_test
