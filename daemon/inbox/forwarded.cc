#include "daemon/inbox/forwarded.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/inbox/masking.h"
#include "daemon/policy/onward.h"

namespace liaison::inbox {
namespace {

using base::Reason;

absl::Time TimeOf(const google::protobuf::Timestamp& stamp) {
  return absl::FromUnixSeconds(stamp.seconds()) + absl::Nanoseconds(stamp.nanos());
}

// When it was passed on: the later of what its sender writes and of what stands in its log, where
// time only grows.
absl::Time PassedOnAt(const message::VerifiedMessage& message) {
  const auto recorded = static_cast<int64_t>(message.sender_record().record().time_ms());
  return std::max(TimeOf(message.statement().created()), absl::FromUnixMillis(recorded));
}

// The item with its verdict, also where the originator's keys do not verify it any more.
struct Shown {
  partners::PassedOn item;
  std::string verdict;
};

absl::StatusOr<Shown> ReadItem(const partners::Registry& registry,
                               const exchange::v1::Statement& statement,
                               const payload::v1::ForwardedItem& item) {
  absl::StatusOr<partners::PassedOn> opened =
      partners::OpenPassedOn(registry, statement.from(), item, TimeOf(statement.created()));
  if (opened.ok()) {
    std::string verdict = opened->verified ? "verified" : "no key";
    return Shown{*std::move(opened), std::move(verdict)};
  }
  exchange::v1::Envelope envelope;
  envelope.ParseFromString(item.original());
  absl::StatusOr<message::StoredBody> stored =
      message::ReadStored(envelope, message::Extent::kExcerpt);
  if (!stored.ok()) return opened.status();
  Shown shown;
  const Reason reason = base::GetReason(opened.status()).value_or(Reason::kInternal);
  shown.verdict = absl::StrCat("failed: ", std::string(base::ReasonName(reason)));
  const absl::StatusOr<base::ExchangeId> id =
      base::ExchangeId::FromRaw(stored->statement.exchange_id());
  if (id.ok()) shown.item.id = id->hex();
  shown.item.statement = std::move(stored->statement);
  shown.item.body = std::move(stored->merged);
  shown.item.withheld.assign(envelope.withheld().begin(), envelope.withheld().end());
  return shown;
}

}  // namespace

absl::StatusOr<std::optional<partners::PassedOn>> OpenItem(
    const partners::Registry& registry, const message::VerifiedMessage& message) {
  if (message.statement().type() != payload::v1::FORWARDED_ITEM) return std::nullopt;
  if (!message.payload().forwarded_item().has_original()) {
    base::ErrorText error;
    error.reason = Reason::kValidationFailed;
    error.message = "nothing is passed on";
    error.fields = {{std::string(partners::kOriginalPath), "REQUIRED", "write this field"}};
    return base::MakeError(error);
  }
  absl::StatusOr<partners::PassedOn> item =
      partners::OpenPassedOn(registry, message.statement().from(),
                             message.payload().forwarded_item(), PassedOnAt(message));
  if (!item.ok()) return item.status();
  return *std::move(item);
}

policy::Facts FactsOf(const message::VerifiedMessage& message,
                      const std::optional<partners::PassedOn>& item,
                      const std::function<policy::Facts(const payload::v1::Payload& payload)>& of) {
  if (!item) return of(message.payload());
  return partners::FactsForPassedOn(of(partners::WithoutItem(message.payload())),
                                    of(item->body.payload), *item);
}

std::vector<payload::Leaf> LeavesOf(std::vector<payload::Leaf> sent,
                                    const std::optional<partners::PassedOn>& item) {
  if (!item) return sent;
  return partners::WithPassedOn(std::move(sent), item->leaves);
}

void CheckPermission(const message::VerifiedMessage& message,
                     const std::optional<partners::PassedOn>& item, const std::string& own,
                     policy::Decision& decision) {
  // What ends at one of these steps is a denial.
  if (!item || decision.step <= policy::Step::kLabels) return;
  std::string fault = partners::FindOnwardFault(*item, partners::FrameOf(message.statement()), own,
                                                item->leaves, PassedOnAt(message));
  if (!fault.empty()) decision = policy::DenyOnward(std::move(fault));
}

absl::Status ShowItem(const partners::Registry& registry, bool reveal,
                      desk::v1::ShownMessage& shown) {
  if (!shown.payload().forwarded_item().has_original()) return absl::OkStatus();
  absl::StatusOr<Shown> read =
      ReadItem(registry, shown.statement(), shown.payload().forwarded_item());
  if (!read.ok()) return read.status();
  partners::PassedOn& item = read->item;
  desk::v1::Forwarded& forwarded = *shown.mutable_forwarded();
  forwarded.set_originator(item.statement.from());
  forwarded.set_id(absl::StrCat(item.statement.from(), "/", item.id));
  forwarded.set_verdict(read->verdict);
  if (!reveal) {
    for (const std::string& path : Mask(item.body.payload)) {
      shown.add_masked(absl::StrCat(std::string(partners::kOriginalPath), ".", path));
    }
  }
  for (const payload::ChangedLeaf& leaf : item.body.changed) {
    desk::v1::ChangedField& changed = *shown.add_changed();
    changed.set_path(absl::StrCat(std::string(partners::kOriginalPath), ".", leaf.path));
    changed.set_kind(leaf.kind);
  }
  *forwarded.mutable_payload() = std::move(item.body.payload);
  *forwarded.mutable_statement() = std::move(item.statement);
  for (exchange::v1::WithheldLeaf& leaf : item.withheld) {
    desk::v1::WithheldField& field = *forwarded.add_withheld();
    field.set_path(leaf.path());
    field.set_commitment(leaf.commitment());
  }
  if (item.grant) *forwarded.mutable_grant() = *std::move(item.grant);
  shown.mutable_payload()->clear_forwarded_item();
  return absl::OkStatus();
}

}  // namespace liaison::inbox
