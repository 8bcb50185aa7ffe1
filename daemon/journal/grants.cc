#include "daemon/journal/grants.h"

#include <algorithm>
#include <vector>

#include "daemon/journal/replies.h"

namespace liaison::journal {
namespace {

using payload::v1::OnwardSharingOutcome;

absl::StatusOr<bool> AsksFor(const store::Exchange& request, std::string_view third,
                             store::Reader& reader, const message::AtRestKeys& keys) {
  const absl::StatusOr<payload::v1::Payload> says = PayloadOf(request.name, reader, keys);
  if (!says.ok()) return says.status();
  const auto& agencies = says->onward_sharing_request().agencies();
  return std::find(agencies.begin(), agencies.end(), third) != agencies.end();
}

// Whether `request` was refused after `grant`, by whoever gave that.
absl::StatusOr<bool> IsRefused(const store::Exchange& request, const store::Exchange& grant,
                               store::Reader& reader, const message::AtRestKeys& keys) {
  const absl::StatusOr<std::vector<store::Exchange>> decisions =
      RepliesThatCount(request, payload::v1::ONWARD_SHARING_DECISION, reader);
  if (!decisions.ok()) return decisions.status();
  for (const store::Exchange& decision : *decisions) {
    const bool later =
        decision.name.from == grant.name.from && decision.first_index > grant.first_index;
    if (!later) continue;
    const absl::StatusOr<payload::v1::Payload> says = PayloadOf(decision.name, reader, keys);
    if (!says.ok()) return says.status();
    if (says->onward_sharing_decision().outcome() == OnwardSharingOutcome::REFUSED) return true;
  }
  return false;
}

}  // namespace

absl::StatusOr<bool> IsRefusedSince(const store::Exchange& grant, std::string_view third,
                                    store::Reader& reader, const message::AtRestKeys& keys) {
  if (!grant.in_reply_to) return false;
  const absl::StatusOr<store::Exchange> granted = reader.Find(*grant.in_reply_to);
  if (!granted.ok()) return granted.status();
  if (!granted->in_reply_to) return false;
  const absl::StatusOr<store::Exchange> original = reader.Find(*granted->in_reply_to);
  if (!original.ok()) return original.status();
  const absl::StatusOr<std::vector<store::Exchange>> requests =
      RepliesThatCount(*original, payload::v1::ONWARD_SHARING_REQUEST, reader);
  if (!requests.ok()) return requests.status();
  for (const store::Exchange& request : *requests) {
    absl::StatusOr<bool> refused = IsRefused(request, grant, reader, keys);
    if (refused.ok() && *refused && request.name != granted->name) {
      refused = AsksFor(request, third, reader, keys);
    }
    if (!refused.ok() || *refused) return refused;
  }
  return false;
}

}  // namespace liaison::journal
