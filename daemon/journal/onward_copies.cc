#include "daemon/journal/onward_copies.h"

#include <utility>

#include "daemon/base/error.h"
#include "daemon/journal/bodies.h"
#include "daemon/message/message.h"

namespace liaison::journal {
namespace {

constexpr size_t kPage = 256;

bool Counts(desk::v1::State state) {
  return state == desk::v1::QUEUED || state == desk::v1::DELIVERED || state == desk::v1::ANSWERED ||
         state == desk::v1::EXPIRED;
}

absl::StatusOr<exchange::v1::Envelope> EnvelopeOf(const store::ExchangeName& name,
                                                  store::Reader& reader,
                                                  const message::AtRestKeys& keys) {
  const absl::StatusOr<store::StoredBody> stored = reader.Body(name);
  if (!stored.ok()) return stored.status();
  absl::StatusOr<OpenedBody> body = OpenBody(name, *stored, keys);
  if (!body.ok()) return body.status();
  return std::move(body->envelope);
}

// The originator's envelope in a FORWARDED_ITEM. Who received it verified it; who sent it made it.
absl::StatusOr<exchange::v1::Envelope> EmbeddedIn(const store::ExchangeName& name,
                                                  store::Reader& reader,
                                                  const message::AtRestKeys& keys) {
  const absl::StatusOr<exchange::v1::Envelope> outer = EnvelopeOf(name, reader, keys);
  if (!outer.ok()) return outer.status();
  const absl::StatusOr<message::StoredBody> body = message::ReadStored(*outer);
  if (!body.ok()) return body.status();
  exchange::v1::Envelope embedded;
  if (embedded.ParseFromString(body->merged.payload.forwarded_item().original())) return embedded;
  return base::MakeError(base::Reason::kVerificationFailed, "an embedded message does not parse");
}

}  // namespace

absl::StatusOr<std::vector<store::Exchange>> OnwardCopiesOf(const store::ExchangeName& name,
                                                            store::Reader& reader) {
  std::vector<store::Exchange> copies;
  int64_t after = 0;
  do {
    auto page = reader.PassedOn(name, after, kPage);
    if (!page.ok()) return page.status();
    for (store::Exchange& copy : page->first) {
      if (Counts(copy.state)) copies.push_back(std::move(copy));
    }
    after = page->second;
  } while (after != 0);
  return copies;
}

absl::StatusOr<exchange::v1::Statement> OriginalOf(const store::Exchange& item,
                                                   store::Reader& reader,
                                                   const message::AtRestKeys& keys) {
  const absl::StatusOr<exchange::v1::Envelope> envelope = EmbeddedIn(item.name, reader, keys);
  if (!envelope.ok()) return envelope.status();
  exchange::v1::Statement statement;
  if (statement.ParseFromString(envelope->statement())) return statement;
  return base::MakeError(base::Reason::kVerificationFailed, "an embedded message does not parse");
}

absl::StatusOr<std::vector<std::string>> PathsOf(const store::Exchange& exchange,
                                                 store::Reader& reader,
                                                 const message::AtRestKeys& keys) {
  const absl::StatusOr<exchange::v1::Envelope> envelope =
      exchange.type == payload::v1::FORWARDED_ITEM ? EmbeddedIn(exchange.name, reader, keys)
                                                   : EnvelopeOf(exchange.name, reader, keys);
  if (!envelope.ok()) return envelope.status();
  std::vector<std::string> paths;
  for (const auto& record : envelope->records()) paths.push_back(record.path());
  for (const auto& leaf : envelope->withheld()) paths.push_back(leaf.path());
  return paths;
}

}  // namespace liaison::journal
