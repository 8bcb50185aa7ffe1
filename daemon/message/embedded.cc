#include "daemon/message/embedded.h"

#include <algorithm>
#include <string>
#include <utility>

#include "daemon/base/error.h"
#include "daemon/message/body.h"

namespace liaison::message {
namespace {

using exchange::v1::Envelope;
using exchange::v1::FieldRecord;
using exchange::v1::WithheldLeaf;

absl::Time ToTime(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

}  // namespace

Envelope Excerpt(const Envelope& whole, const ExchangeId& id, std::string_view from,
                 const std::function<bool(std::string_view path)>& goes) {
  Envelope excerpt = whole;
  excerpt.clear_records();
  for (const FieldRecord& record : whole.records()) {
    if (goes(record.path()) || IsCommitmentAlone(record)) {
      *excerpt.add_records() = record;
      continue;
    }
    std::string commitment(ValueCommitment(id, from, record.salt(), record.value()).raw());
    if (record.kind() != FieldRecord::ORIGINAL) {
      FieldRecord& committed = *excerpt.add_records();
      committed.set_path(record.path());
      committed.set_kind(record.kind());
      committed.set_value(std::move(commitment));
      continue;
    }
    WithheldLeaf& withheld = *excerpt.add_withheld();
    withheld.set_path(record.path());
    withheld.set_commitment(std::move(commitment));
  }
  std::sort(excerpt.mutable_withheld()->begin(), excerpt.mutable_withheld()->end(),
            [](const WithheldLeaf& a, const WithheldLeaf& b) { return a.path() < b.path(); });
  return excerpt;
}

absl::StatusOr<VerifiedMessage> OpenEmbedded(const Envelope& envelope, Opener opener,
                                             absl::Time passed_on) {
  const absl::StatusOr<AuthenticStatement> authentic = Authenticate(envelope, opener);
  if (!authentic.ok()) return authentic.status();
  // It was received in its time: its own time is the one at which it is opened here.
  opener.now = ToTime(authentic->statement().created());
  opener.extent = Extent::kExcerpt;
  if (opener.now > passed_on + kMaxAhead) {
    return base::MakeError(base::Reason::kMalformed, "a message inside was made after it was sent");
  }
  return OpenBody(*authentic, envelope, opener);
}

}  // namespace liaison::message
