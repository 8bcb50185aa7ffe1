#include "daemon/journal/kept_row.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "liaison/store/v1/kept.pb.h"

namespace liaison::journal {
namespace {

using store::v1::KeptRow;

KeptRow KeptOf(const store::WholeRow& row) {
  const store::Exchange& exchange = row.exchange;
  KeptRow kept;
  kept.set_type(exchange.type);
  kept.set_urgency(exchange.urgency);
  kept.set_tlp(exchange.tlp);
  kept.set_created_ms(absl::ToUnixMillis(exchange.created));
  kept.set_expires_ms(absl::ToUnixMillis(exchange.expires));
  kept.set_conversation(std::string(exchange.conversation.raw()));
  if (exchange.in_reply_to) {
    kept.set_reply_from(exchange.in_reply_to->from);
    kept.set_reply_id(std::string(exchange.in_reply_to->id.raw()));
  }
  kept.set_exercise(exchange.exercise);
  kept.set_submitter(std::string(exchange.submitter.raw()));
  kept.set_idempotency_key(std::string(row.idempotency_key.raw()));
  kept.set_idempotency_draft(std::string(row.idempotency_draft.raw()));
  if (row.passes_on) {
    kept.set_passed_on_from(row.passes_on->from);
    kept.set_passed_on_id(std::string(row.passes_on->id.raw()));
  }
  return kept;
}

}  // namespace

std::string KeptRowOf(const store::AddExchange& add) {
  return KeptOf({add.exchange, false, add.idempotency_key, add.idempotency_draft, add.passes_on})
      .SerializeAsString();
}

absl::Status AttachFirst(Openings openings, message::AtRestKeys& keys, absl::Time now,
                         store::AddExchange& add) {
  openings.decision.set_kept(KeptRowOf(add));
  return Attach(openings, keys, now, add.record);
}

std::string DifferenceOf(const store::WholeRow& row, const audit::v1::DecisionOpening& first) {
  KeptRow told;
  if (first.kept().empty() || !told.ParseFromString(first.kept())) {
    return "its first record does not say what it was";
  }
  const KeptRow kept = KeptOf(row);
  const auto same = [&](auto field) { return (kept.*field)() == (told.*field)(); };
  const std::pair<const char*, bool> columns[] = {
      {"type", same(&KeptRow::type)},
      {"urgency", same(&KeptRow::urgency)},
      {"TLP label", same(&KeptRow::tlp)},
      {"time of creation", same(&KeptRow::created_ms)},
      {"expiry", same(&KeptRow::expires_ms)},
      {"conversation", same(&KeptRow::conversation)},
      {"original", same(&KeptRow::reply_from) && same(&KeptRow::reply_id)},
      {"mark as an exercise", same(&KeptRow::exercise)},
      {"submitter", same(&KeptRow::submitter)},
      {"idempotency key", same(&KeptRow::idempotency_key)},
      {"draft under its idempotency key", same(&KeptRow::idempotency_draft)},
      {"message inside", same(&KeptRow::passed_on_from) && same(&KeptRow::passed_on_id)},
  };
  for (const auto& [name, is_same] : columns) {
    if (!is_same) return absl::StrCat("its ", name, " is not the one recorded");
  }
  return "";
}

}  // namespace liaison::journal
