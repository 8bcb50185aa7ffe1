#include "daemon/journal/replies.h"

#include <utility>

#include "daemon/journal/bodies.h"
#include "daemon/message/message.h"

namespace liaison::journal {
namespace {

constexpr size_t kPage = 256;

// Whether a reply in this state counts: it came, or it went or may still go.
bool Counts(desk::v1::State state) {
  return state != desk::v1::DENIED && state != desk::v1::HELD && state != desk::v1::REFUSED;
}

}  // namespace

absl::StatusOr<std::vector<store::Exchange>> RepliesThatCount(const store::Exchange& original,
                                                              payload::v1::MessageType type,
                                                              store::Reader& reader) {
  std::vector<store::Exchange> all;
  int64_t after = 0;
  do {
    auto page = reader.RepliesTo(original, type, after, kPage);
    if (!page.ok()) return page.status();
    for (store::Exchange& reply : page->first) {
      if (Counts(reply.state)) all.push_back(std::move(reply));
    }
    after = page->second;
  } while (after != 0);
  return all;
}

absl::StatusOr<payload::v1::Payload> PayloadOf(const store::ExchangeName& name,
                                               store::Reader& reader,
                                               const message::AtRestKeys& keys) {
  const absl::StatusOr<store::StoredBody> stored = reader.Body(name);
  if (!stored.ok()) return stored.status();
  const absl::StatusOr<OpenedBody> body = OpenBody(name, *stored, keys);
  if (absl::IsNotFound(body.status())) return payload::v1::Payload();  // not kept any more
  if (!body.ok()) return body.status();
  absl::StatusOr<message::StoredBody> read = message::ReadStored(body->envelope);
  if (!read.ok()) return read.status();
  return std::move(read->merged.payload);
}

}  // namespace liaison::journal
