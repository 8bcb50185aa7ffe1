#include "daemon/outbox/sealing.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/journal/bodies.h"
#include "daemon/journal/duties.h"
#include "daemon/message/message.h"
#include "daemon/outbox/framing.h"

namespace liaison::outbox {
namespace {

constexpr absl::Duration kRetentionAfterExpiry = absl::Hours(365 * 24);
constexpr uint32_t kReceiptBytes = 4096;  // the courier adds the receipt of SENT

absl::Status TooLarge(uint32_t most_bytes) {
  base::ErrorText error;
  error.reason = base::Reason::kTooLarge;
  error.message = absl::StrCat("the sealed message is larger than ", most_bytes, " bytes");
  error.fix = "shorten it, or send it in parts";
  error.metadata = {{"limit", "limits.message_bytes"}};
  return base::MakeError(error);
}

}  // namespace

absl::StatusOr<store::SealedMessage> SealMessage(const Sealing& sealing) {
  message::Sealed sealed =
      message::Seal(sealing.statement, sealing.view.fields, sealing.message_key);
  store::SealedMessage message;
  message.digest = sealed.digest;
  message.bytes = sealed.envelope.ByteSizeLong();
  if (message.bytes + kReceiptBytes > sealing.most_bytes) return TooLarge(sealing.most_bytes);
  store::v1::KeptDraft kept;
  *kept.mutable_payload() = sealing.payload;
  for (auto& held : sealed.kept_back) *kept.add_kept_back() = std::move(held);
  kept.set_role(sealing.role);
  kept.mutable_derogations()->Assign(sealing.derogations.begin(), sealing.derogations.end());
  absl::StatusOr<store::Sealed> body =
      journal::SealBody(RowOf(sealing.statement).name, sealed.envelope, &kept,
                        RetainUntil(sealing.statement), sealing.at_rest);
  if (!body.ok()) return body.status();
  message.body = *std::move(body);
  message.head = sealed.envelope.SerializeAsString();
  return message;
}

void KeepNoLonger(const View& view, absl::Time created, exchange::v1::Statement& statement) {
  if (view.retention == absl::InfiniteDuration()) return;
  std::string& delete_by = *statement.mutable_handling()->mutable_delete_by();
  delete_by = journal::KeepUntil(delete_by, created, view.retention);
}

absl::Time RetainUntil(const exchange::v1::Statement& statement) {
  absl::Time day;
  std::string ignored;
  if (absl::ParseTime("%Y-%m-%d", statement.handling().delete_by(), &day, &ignored)) return day;
  return absl::FromUnixSeconds(statement.expires().seconds()) + kRetentionAfterExpiry;
}

}  // namespace liaison::outbox
