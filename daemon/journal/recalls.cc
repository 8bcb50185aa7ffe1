#include "daemon/journal/recalls.h"

#include <utility>

#include "daemon/journal/replies.h"
#include "liaison/audit/v1/record.pb.h"

namespace liaison::journal {

absl::StatusOr<std::vector<store::Exchange>> RecallsOf(const store::Exchange& message,
                                                       store::Reader& reader) {
  absl::StatusOr<std::vector<store::Exchange>> recalls =
      RepliesThatCount(message, payload::v1::RECALL, reader);
  if (!recalls.ok()) return recalls;
  std::erase_if(*recalls, [&](const store::Exchange& recall) {
    return recall.name.from != message.name.from;  // nobody takes back what another agency sent
  });
  return recalls;
}

absl::StatusOr<payload::v1::Recall> ReadRecall(const store::Exchange& recall, store::Reader& reader,
                                               const message::AtRestKeys& keys) {
  absl::StatusOr<payload::v1::Payload> payload = PayloadOf(recall.name, reader, keys);
  if (!payload.ok()) return payload.status();
  return std::move(*payload->mutable_recall());
}

absl::StatusOr<std::vector<KnownRecall>> ReadRecallsOf(const store::Exchange& message,
                                                       store::Reader& reader,
                                                       const message::AtRestKeys& keys) {
  absl::StatusOr<std::vector<store::Exchange>> recalls = RecallsOf(message, reader);
  if (!recalls.ok()) return recalls.status();
  std::vector<KnownRecall> read;
  for (store::Exchange& recall : *recalls) {
    absl::StatusOr<payload::v1::Recall> says = ReadRecall(recall, reader, keys);
    if (!says.ok()) return says.status();
    read.push_back({std::move(recall), *std::move(says)});
  }
  return read;
}

const KnownRecall* TheOneThatHolds(const std::vector<KnownRecall>& recalls) {
  const KnownRecall* held = nullptr;
  for (const KnownRecall& recall : recalls) {
    const bool all = recall.says.fields().empty();
    if (held == nullptr || all || !held->says.fields().empty()) held = &recall;
  }
  return held;
}

bool TakesBack(const payload::v1::Recall& recall, std::string_view path) {
  if (recall.fields().empty()) return true;
  for (const std::string& field : recall.fields()) {
    if (!path.starts_with(field)) continue;
    const char next = path.size() == field.size() ? '.' : path[field.size()];
    if (next == '.' || next == '[') return true;
  }
  return false;
}

absl::StatusOr<std::optional<KnownConfirmation>> ConfirmationOf(const store::Exchange& recall,
                                                                store::Reader& reader,
                                                                const message::AtRestKeys& keys) {
  absl::StatusOr<std::vector<store::Exchange>> replies =
      RepliesThatCount(recall, payload::v1::RECALL_CONFIRMATION, reader);
  if (!replies.ok()) return replies.status();
  std::erase_if(*replies, [&](const store::Exchange& reply) {
    return reply.name.from == recall.name.from || reply.partner != recall.partner;
  });
  if (replies->empty()) return std::nullopt;
  const store::Exchange& latest = replies->back();
  absl::StatusOr<payload::v1::Payload> payload = PayloadOf(latest.name, reader, keys);
  if (!payload.ok()) return payload.status();
  return KnownConfirmation{latest.name, latest.recorded,
                           std::move(*payload->mutable_recall_confirmation()), replies->size()};
}

absl::Duration TimeToConfirm(payload::v1::Urgency::Code urgency) {
  return urgency == payload::v1::Urgency::U1 ? absl::Hours(1) : absl::Hours(24);
}

absl::StatusOr<std::optional<absl::Time>> ConfirmBy(const store::Exchange& recall,
                                                    store::Reader& reader) {
  if (recall.direction == store::Direction::kIn) return recall.respond_by;
  const absl::StatusOr<store::StoredBody> stored = reader.Body(recall.name);
  if (!stored.ok()) return stored.status();
  audit::v1::Receipt receipt;
  audit::v1::Record record;
  if (stored->peer_receipt.empty() || !receipt.ParseFromString(stored->peer_receipt) ||
      !record.ParseFromString(receipt.record()) || record.event() != audit::v1::RECEIVED) {
    return std::nullopt;
  }
  return absl::FromUnixMillis(static_cast<int64_t>(record.time_ms())) +
         TimeToConfirm(recall.urgency);
}

absl::StatusOr<Unconfirmed> UnconfirmedRecalls(store::Reader& reader, absl::Time now) {
  Unconfirmed unconfirmed;
  store::ExchangeFilter filter;
  filter.direction = store::Direction::kOut;
  filter.types = {payload::v1::RECALL};
  filter.states = {desk::v1::DELIVERED};
  do {
    const auto page = reader.List(filter);
    if (!page.ok()) return page.status();
    for (const store::Exchange& recall : page->first) {
      const absl::StatusOr<std::optional<absl::Time>> by = ConfirmBy(recall, reader);
      if (!by.ok()) return by.status();
      ++unconfirmed.waiting;
      if (*by && **by < now) ++unconfirmed.overdue;
    }
    filter.before_row = page->second;
  } while (filter.before_row != 0);
  return unconfirmed;
}

}  // namespace liaison::journal
