#include "daemon/outbox/idempotency.h"

#include "daemon/base/error.h"
#include "daemon/crypto/digest.h"

namespace liaison::outbox {
namespace {

constexpr size_t kMostKeyBytes = 128;

}  // namespace

absl::Status CheckKey(std::string_view key) {
  if (!key.empty() && key.size() <= kMostKeyBytes) return absl::OkStatus();
  base::ErrorText error;
  error.reason = base::Reason::kValidationFailed;
  error.message = "the idempotency key is missing or too long";
  error.fields = {{"idempotencyKey", "REQUIRED", "give 1 to 128 bytes"}};
  return base::MakeError(error);
}

base::Digest KeyMark(const crypto::Secret& mac_key, const KeyOwner& owner, std::string_view key) {
  constexpr std::string_view kEnd("\0", 1);
  return crypto::HmacSha256(mac_key,
                            {"idempotency", kEnd, owner.submitter, kEnd, owner.to, kEnd, key});
}

base::Digest DraftMark(const crypto::Secret& mac_key, const desk::v1::Draft& draft) {
  desk::v1::Draft alone = draft;
  alone.clear_to();
  return crypto::HmacSha256(mac_key, {"draft", alone.SerializeAsString()});
}

absl::Status KeyConflict() {
  return base::MakeError(base::Reason::kIdempotencyConflict,
                         "this idempotency key was used for another draft",
                         "take a new key for a new message");
}

}  // namespace liaison::outbox
