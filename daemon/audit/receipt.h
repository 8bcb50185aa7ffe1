// A receipt proves that a record stands in a log. It is checked in one place: here.
#ifndef LIAISON_DAEMON_AUDIT_RECEIPT_H_
#define LIAISON_DAEMON_AUDIT_RECEIPT_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "daemon/audit/checkpoint.h"
#include "daemon/audit/tree.h"
#include "liaison/audit/v1/record.pb.h"

namespace liaison::audit {

// A record that is proved to stand in the log it names. Only VerifyReceipt makes one.
class ProvenRecord {
 public:
  const v1::Record& record() const { return record_; }
  uint64_t index() const { return index_; }
  const Digest& leaf() const { return leaf_; }
  const Checkpoint& head() const { return head_; }
  // (origin, index, leaf): what a record of ours says of this receipt.
  v1::PeerReceipt Identity() const;

 private:
  friend absl::StatusOr<ProvenRecord> VerifyReceipt(const v1::Receipt&, const Checkpoint&);
  ProvenRecord() = default;
  v1::Record record_;
  uint64_t index_ = 0;
  Digest leaf_;
  Checkpoint head_;
};

// `head` must come from LogKey::Verify of the log that the receipt should be from. Checks path,
// root, index and that the record names that log's origin. DATA_LOSS otherwise.
// `receipt.checkpoint` is not looked at.
absl::StatusOr<ProvenRecord> VerifyReceipt(const v1::Receipt& receipt, const Checkpoint& head);
// Verifies receipt.checkpoint with `key` first.
absl::StatusOr<ProvenRecord> VerifyReceipt(const v1::Receipt& receipt, const LogKey& key);

// SHA-256(tag || salt || bytes), e.g. Record.decision with tag "liaison/decision/v1\0". REQUIRES:
// salt of 16 bytes.
Digest Commit(std::string_view tag, std::string_view salt, std::string_view bytes);
inline constexpr std::string_view kDecisionTag("liaison/decision/v1\0", 20);
inline constexpr std::string_view kActorTag("liaison/actor/v1\0", 17);
inline constexpr std::string_view kRejectedTag("liaison/rejected/v1\0", 20);

}  // namespace liaison::audit

#endif  // LIAISON_DAEMON_AUDIT_RECEIPT_H_
