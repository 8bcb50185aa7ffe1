#include "daemon/inbox/openings.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/journal/bodies.h"
#include "daemon/journal/disclosures.h"
#include "daemon/partners/facts.h"
#include "daemon/payload/generalise.h"
#include "daemon/payload/mask.h"
#include "daemon/payload/tokens.h"
#include "daemon/payload/validate.h"

namespace liaison::inbox {
namespace {

using base::Reason;
using exchange::v1::FieldRecord;
using payload::v1::OpenedField;

absl::Status NotRight(std::string_view field, std::string_view rule, std::string_view text) {
  base::ErrorText error;
  error.reason = Reason::kBodyMismatch;
  error.message = absl::StrCat("the opening is not right: ", std::string(text));
  error.fields = {{std::string(field), std::string(rule), std::string(text)}};
  return base::MakeError(error);
}

// The same whatever it is that we do not have: a partner learns nothing of others' messages.
absl::Status UnknownMessage() {
  return NotRight("in_reply_to", "UNKNOWN_MESSAGE", "it opens no message that was received");
}

// A status of our own disk or keys, without a reason: no fault of the partner's.
absl::Status OurTrouble(const absl::Status& status) {
  return absl::InternalError(status.message());
}

absl::StatusOr<store::Exchange> FindOriginal(const message::VerifiedMessage& opening,
                                             const Earlier& earlier) {
  const exchange::v1::Statement& statement = opening.statement();
  const exchange::v1::ExchangeRef& ref = statement.in_reply_to();
  const absl::StatusOr<base::ExchangeId> id = base::ExchangeId::FromRaw(ref.exchange_id());
  if (!id.ok()) return UnknownMessage();
  // Under the partner's name stands what came from it.
  absl::StatusOr<store::Exchange> found = earlier.reader.Find({statement.from(), *id});
  if (absl::IsNotFound(found.status())) return UnknownMessage();
  if (!found.ok()) return OurTrouble(found.status());
  const bool named = ref.from() == statement.from() &&
                     found->digest.raw() == ref.statement_digest() &&
                     found->conversation.raw() == statement.conversation();
  if (!named) return UnknownMessage();
  return found;
}

struct Original {
  exchange::v1::Envelope envelope;
  message::StoredBody body;
};

absl::StatusOr<Original> OpenOriginal(const store::Exchange& exchange, const Earlier& earlier) {
  const absl::StatusOr<store::StoredBody> stored = earlier.reader.Body(exchange.name);
  if (!stored.ok()) return OurTrouble(stored.status());
  absl::StatusOr<journal::OpenedBody> body =
      journal::OpenBody(exchange.name, *stored, earlier.at_rest);
  // It was denied, or is not kept any more.
  if (absl::IsNotFound(body.status())) return UnknownMessage();
  if (!body.ok()) return OurTrouble(body.status());
  absl::StatusOr<message::StoredBody> read = message::ReadStored(body->envelope);
  if (!read.ok()) return OurTrouble(read.status());
  return Original{std::move(body->envelope), *std::move(read)};
}

// Each value is the one that was committed to.
absl::Status CheckCommitments(const payload::v1::FieldOpening& opening,
                              const store::ExchangeName& name,
                              const exchange::v1::Envelope& envelope) {
  absl::flat_hash_map<std::string_view, std::string_view> commitments;
  for (const exchange::v1::WithheldLeaf& leaf : envelope.withheld()) {
    commitments.emplace(leaf.path(), leaf.commitment());
  }
  for (const OpenedField& field : opening.fields()) {
    const auto withheld = commitments.find(field.path());
    if (withheld == commitments.end()) {
      return NotRight(field.path(), "NOT_WITHHELD", "the message withholds no such field");
    }
    const base::Digest commitment =
        message::ValueCommitment(name.id, name.from, field.salt(), field.value());
    if (commitment.raw() == withheld->second) continue;
    return NotRight(field.path(), "COMMITMENT", "it is not the value that was committed to");
  }
  return absl::OkStatus();
}

// What was opened before, and what is opened now.
absl::StatusOr<journal::Disclosures> AllOpened(const message::VerifiedMessage& opening,
                                               const store::Exchange& original,
                                               const Earlier& earlier) {
  absl::StatusOr<journal::Disclosures> all =
      journal::DisclosuresOf(original, earlier.reader, earlier.at_rest,
                             [](desk::v1::State state) { return state != desk::v1::DENIED; });
  if (!all.ok()) return OurTrouble(all.status());
  for (const OpenedField& field : opening.payload().field_opening().fields()) {
    // What was opened before was opened with the same value: one alone was committed to.
    all->emplace(field.path(),
                 journal::Disclosure{field.value(), {opening.statement().from(), opening.id()}});
  }
  return all;
}

// A value that was shown, and the one that was committed to beside it.
struct Pair {
  const FieldRecord& shown;
  std::string_view opened;
};

bool IsTrueOf(const Pair& pair, const std::vector<payload::Leaf>& leaves,
              const partners::Partner& partner) {
  // What is no text is not changed, and what was opened fits into its field.
  const std::string_view shown = payload::TextOf(pair.shown.value()).value_or("");
  const std::string_view text = payload::TextOf(pair.opened).value_or("");
  const std::string schema_path = payload::WithoutPositions(pair.shown.path());
  switch (pair.shown.kind()) {
    case FieldRecord::GENERALISED: {
      const std::optional<payload::Years> years = payload::YearsBeside(pair.shown.path(), leaves);
      if (years) return payload::Generalises(text, shown, *years);
      // The calendar may be withheld: either is possible then.
      return payload::Generalises(text, shown, payload::Years::kGregorian) ||
             payload::Generalises(text, shown, payload::Years::kBuddhist);
    }
    case FieldRecord::MASKED:
      return payload::Masks(text, shown);
    case FieldRecord::MATCH_TOKEN:
      return !partner.match_key ||
             payload::MatchToken(*partner.match_key, {schema_path, text}) == shown;
    default:
      return true;  // a pseudonym only its maker can check
  }
}

// What was shown in place of a value is true of it.
absl::Status CheckShown(const payload::v1::FieldOpening& opening,
                        const exchange::v1::Envelope& envelope,
                        const std::vector<payload::Leaf>& leaves,
                        const partners::Partner& partner) {
  std::map<std::string_view, std::string_view> opened;
  for (const OpenedField& field : opening.fields()) opened.emplace(field.path(), field.value());
  for (const FieldRecord& record : envelope.records()) {
    const auto value = opened.find(record.path());
    if (value == opened.end() || IsTrueOf({record, value->second}, leaves, partner)) continue;
    return NotRight(record.path(), "NOT_TRUE", "what was shown in its place is not true of it");
  }
  return absl::OkStatus();
}

absl::Status CheckForm(const payload::Merged& merged, const exchange::v1::Statement& statement,
                       const partners::Registry& registry) {
  std::vector<base::FieldFault> faults = payload::ValidateView(
      merged, partners::ValidationFrame(partners::FrameOf(statement), registry.agency().id(),
                                        registry.agency().country()));
  if (faults.empty()) return absl::OkStatus();
  base::ErrorText error;
  error.reason = Reason::kValidationFailed;
  error.message = "an opened field does not follow the schema's rules";
  error.fields = std::move(faults);
  return base::MakeError(error);
}

}  // namespace

absl::StatusOr<Opened> CheckOpening(const message::VerifiedMessage& opening,
                                    const Earlier& earlier) {
  const payload::v1::FieldOpening& proto = opening.payload().field_opening();
  if (proto.fields().empty()) return NotRight("fields", "REQUIRED", "it opens nothing");
  const absl::StatusOr<store::Exchange> exchange = FindOriginal(opening, earlier);
  if (!exchange.ok()) return exchange.status();
  const absl::StatusOr<Original> original = OpenOriginal(*exchange, earlier);
  if (!original.ok()) return original.status();
  absl::Status status = CheckCommitments(proto, exchange->name, original->envelope);
  if (!status.ok()) return status;
  const absl::StatusOr<journal::Disclosures> all = AllOpened(opening, *exchange, earlier);
  if (!all.ok()) return all.status();
  absl::StatusOr<payload::Merged> merged =
      message::MergeOpened(original->body.statement, original->envelope, journal::LeavesOf(*all));
  if (!merged.ok()) {
    return NotRight(proto.fields(0).path(), "NOT_OF_FIELD",
                    "the values do not fit into the message");
  }
  absl::StatusOr<std::vector<payload::Leaf>> leaves = payload::Cut(merged->payload);
  if (!leaves.ok()) return OurTrouble(leaves.status());
  status = CheckShown(proto, original->envelope, *leaves, earlier.partner);
  if (!status.ok()) return status;
  status = CheckForm(*merged, original->body.statement, earlier.registry);
  if (!status.ok()) return status;
  std::set<std::string_view> now;
  for (const OpenedField& field : proto.fields()) now.insert(field.path());
  std::erase_if(*leaves, [&](const payload::Leaf& leaf) { return !now.contains(leaf.path); });
  return Opened{std::move(merged->payload), original->body.statement.type(), *std::move(leaves)};
}

}  // namespace liaison::inbox
