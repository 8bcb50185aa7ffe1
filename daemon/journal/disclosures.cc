#include "daemon/journal/disclosures.h"

#include "daemon/journal/bodies.h"

namespace liaison::journal {
namespace {

constexpr size_t kPage = 256;

absl::Status AddFrom(const store::Exchange& opening, store::Reader& reader,
                     const message::AtRestKeys& keys, Disclosures& disclosures) {
  const absl::StatusOr<store::StoredBody> stored = reader.Body(opening.name);
  if (!stored.ok()) return stored.status();
  const absl::StatusOr<OpenedBody> body = OpenBody(opening.name, *stored, keys);
  if (absl::IsNotFound(body.status())) return absl::OkStatus();
  if (!body.ok()) return body.status();
  const absl::StatusOr<message::StoredBody> read = message::ReadStored(body->envelope);
  if (!read.ok()) return read.status();
  for (const payload::v1::OpenedField& field : read->merged.payload.field_opening().fields()) {
    disclosures.emplace(field.path(), Disclosure{field.value(), opening.name});
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Disclosures> DisclosuresOf(const store::Exchange& original, store::Reader& reader,
                                          const message::AtRestKeys& keys,
                                          absl::FunctionRef<bool(desk::v1::State)> counts) {
  Disclosures disclosures;
  int64_t after = 0;
  do {
    const auto page = reader.RepliesTo(original, payload::v1::FIELD_OPENING, after, kPage);
    if (!page.ok()) return page.status();
    for (const store::Exchange& opening : page->first) {
      if (opening.name.from != original.name.from || !counts(opening.state)) continue;
      const absl::Status added = AddFrom(opening, reader, keys, disclosures);
      if (!added.ok()) return added;
    }
    after = page->second;
  } while (after != 0);
  return disclosures;
}

std::vector<message::OpenedLeaf> LeavesOf(const Disclosures& disclosures) {
  std::vector<message::OpenedLeaf> leaves;
  leaves.reserve(disclosures.size());
  for (const auto& [path, disclosure] : disclosures) leaves.push_back({path, disclosure.value});
  return leaves;
}

}  // namespace liaison::journal
