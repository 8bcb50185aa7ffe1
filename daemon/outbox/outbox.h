// What our own people and systems send: validated, decided, sealed and committed for each
// recipient. One straight line from a draft to a durable, signed message; delivery is the
// courier's.
#ifndef LIAISON_DAEMON_OUTBOX_OUTBOX_H_
#define LIAISON_DAEMON_OUTBOX_OUTBOX_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "daemon/base/clock.h"
#include "daemon/base/metrics.h"
#include "daemon/crypto/keys.h"
#include "daemon/journal/journal.h"
#include "daemon/message/at_rest.h"
#include "daemon/outbox/person.h"
#include "daemon/partners/registry.h"
#include "liaison/desk/v1/desk.pb.h"

namespace liaison::outbox {

// Thread-safe. Everything it is given outlives it.
class Outbox {
 public:
  struct Parts {
    partners::Snapshots& snapshots;
    journal::Journal& journal;
    message::AtRestKeys& at_rest;
    const crypto::PrivateKey& message_key;
    const crypto::Secret& mac_key;
    base::Clock& clock;
    base::Metrics& metrics;
    std::function<void(std::string_view partner)> wake;  // something is queued for this partner
  };
  explicit Outbox(const Parts& parts) : parts_(parts) {}

  // One result for each recipient, in order, when all of it is durable. The same key and draft
  // again: the first results, whatever has changed since. Errors, nothing stored: VALIDATION_FAILED
  // with every field at fault; UNKNOWN_PARTNER; NOT_FOUND (in_reply_to, supersedes);
  // IDEMPOTENCY_CONFLICT; QUEUE_FULL, DISK_LOW, CLOCK_UNSURE, STOPPED. OVER_QUOTA: nothing is
  // stored for the recipients at their quota; the same again sends to these alone. A denial is a
  // result, committed and audited; so is what is held for a second person, which is not sealed yet
  // (holds.h).
  absl::StatusOr<std::vector<desk::v1::SubmitResult>> Submit(const Submitter& submitter,
                                                             const desk::v1::Draft& draft,
                                                             std::string_view idempotency_key);

  // The same for many at a time, in one commit: the way of streams. REQUIRES: at most kMostAtOnce.
  struct Submission {
    const desk::v1::Draft* draft;
    std::string_view idempotency_key;
  };
  using Results = absl::StatusOr<std::vector<desk::v1::SubmitResult>>;
  static constexpr size_t kMostAtOnce = 16;
  std::vector<Results> SubmitAll(const Submitter& submitter,
                                 absl::Span<const Submission> submissions);

  // The same decisions, nothing stored. Errors: VALIDATION_FAILED, UNKNOWN_PARTNER, NOT_FOUND.
  absl::StatusOr<desk::v1::PreviewResponse> Preview(const Submitter& submitter,
                                                    const desk::v1::Draft& draft);

 private:
  struct Fresh;
  struct Prepared;
  struct Job;
  // The answer that does not depend on what holds now: the first results, or a conflict; nullopt
  // when the submission is new, as far as a reader sees: the writer looks again.
  std::optional<Results> Earlier(const Submitter& submitter, const Fresh& fresh);
  // Decides and commits; returns what must be decided again.
  std::vector<Fresh> Attempt(const Submitter& submitter, absl::Span<const Fresh> fresh,
                             std::vector<Results>& results);
  absl::StatusOr<Job> ToJob(const Submitter& submitter, const Fresh& fresh,
                            const partners::Registry& registry,
                            std::vector<store::Change>& changes);
  Results ToResults(const Job& job, absl::Span<const store::Outcome> outcomes);
  absl::StatusOr<std::vector<Prepared>> Prepare(const Submitter& submitter,
                                                const desk::v1::Draft& draft,
                                                const partners::Registry& registry);
  absl::StatusOr<Prepared> PrepareOpening(const Submitter& submitter, const desk::v1::Draft& draft,
                                          const partners::Registry& registry);
  absl::StatusOr<store::AddExchange> ToChange(const Submitter& submitter, const Fresh& fresh,
                                              const Prepared& prepared,
                                              const partners::Registry& registry);
  // What it counts against, in the store's terms.
  std::vector<store::QuotaUse> UsesOf(const Submitter& submitter, const Prepared& prepared) const;
  // Commits, instead of what the writer found over a policy's quota, the denials that it is.
  absl::Status DenySpent(const Submitter& submitter, const partners::Registry& registry,
                         std::vector<Job>& jobs, std::vector<store::Outcome>& outcomes);
  absl::Status AddSealed(const Submitter& submitter, const Prepared& prepared, uint32_t most_bytes,
                         store::AddExchange& add);
  absl::Status AddHeld(const Submitter& submitter, const Prepared& prepared,
                       store::AddExchange& add);
  absl::StatusOr<desk::v1::SubmitResult> ToResult(const Prepared& prepared,
                                                  const store::Outcome& outcome);
  absl::StatusOr<desk::v1::SubmitResult> EarlierResult(const std::string& to,
                                                       const store::Outcome& outcome);
  absl::StatusOr<desk::v1::SubmitResult> WithReceipt(desk::v1::SubmitResult result,
                                                     const store::Outcome& outcome);

  const Parts parts_;
};

}  // namespace liaison::outbox

#endif  // LIAISON_DAEMON_OUTBOX_OUTBOX_H_
