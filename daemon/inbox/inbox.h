// What partners send us: authenticated, opened, decided and committed, a whole batch in one commit.
// No receipt of ours is given before it is durable; no message is processed without the sender's.
#ifndef LIAISON_DAEMON_INBOX_INBOX_H_
#define LIAISON_DAEMON_INBOX_INBOX_H_

#include <functional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/base/clock.h"
#include "daemon/base/metrics.h"
#include "daemon/base/mutex.h"
#include "daemon/crypto/secret.h"
#include "daemon/inbox/sender_heads.h"
#include "daemon/journal/journal.h"
#include "daemon/message/at_rest.h"
#include "daemon/message/message.h"
#include "daemon/partners/registry.h"
#include "liaison/exchange/v1/exchange.pb.h"

namespace liaison::inbox {

// Thread-safe. Everything it is given outlives it.
class Inbox {
 public:
  struct Parts {
    partners::Snapshots& snapshots;
    journal::Journal& journal;
    message::AtRestKeys& at_rest;
    const crypto::Secret& mac_key;
    base::Clock& clock;
    base::Metrics& metrics;
    std::function<void()> recalled = [] {};  // a recall came
  };
  explicit Inbox(const Parts& parts) : parts_(parts) {}

  // One answer for each envelope, in order: a receipt (RECEIVED, DENIED_IN, REJECTED), or a code
  // without one (TRY_AGAIN, also beyond limits.denied_per_hour; NOT_AUTHENTIC beyond
  // limits.rejected_per_hour). The same message again gets the
  // same record's receipt and has no second effect, for ever. Errors, when nothing of the call was
  // served: UNKNOWN_PARTNER, TOO_LARGE (batch), QUEUE_FULL, DISK_LOW, CLOCK_UNSURE, STOPPED.
  absl::StatusOr<exchange::v1::DeliverResponse> Accept(const std::string& partner_id,
                                                       const exchange::v1::DeliverRequest& request);

 private:
  struct Ruling;
  struct Judged;
  struct Verdict;
  struct Matter;
  Judged Judge(const partners::Registry& registry, const partners::Partner& partner,
               const exchange::v1::Envelope& envelope);
  Judged JudgeAuthentic(const partners::Registry& registry, const partners::Partner& partner,
                        const exchange::v1::Envelope& envelope,
                        const message::AuthenticStatement& authentic,
                        const message::Opener& opener);
  // What policy decides on. Errors: final with a reason, else to be tried again.
  absl::StatusOr<Matter> MatterOf(const partners::Registry& registry,
                                  const partners::Partner& partner,
                                  const exchange::v1::Envelope& envelope,
                                  const message::VerifiedMessage& verified);
  void Report(const message::VerifiedMessage& opening, const absl::Status& why);
  Judged Accepted(const partners::Registry& registry, const exchange::v1::Envelope& envelope,
                  const message::VerifiedMessage& verified, Ruling ruling);
  Judged Denied(const partners::Registry& registry, const message::AuthenticStatement& authentic,
                const absl::Status& why, audit::v1::DecisionOpening decision);
  Judged Rejected(const partners::Registry& registry, const partners::Partner& partner,
                  const exchange::v1::Envelope& envelope, const absl::Status& why);
  // Denies what was found over a policy's quota, and counts it.
  absl::Status RecordSpent(const partners::Registry& registry, std::vector<Verdict>& verdicts,
                           std::vector<store::Outcome>& outcomes);
  absl::Status RecordReusedIds(const partners::Registry& registry,
                               const std::vector<Verdict>& verdicts,
                               std::vector<store::Outcome>& outcomes);
  absl::StatusOr<exchange::v1::DeliverResponse> Answer(const std::vector<Verdict>& verdicts,
                                                       const std::vector<store::Outcome>& outcomes,
                                                       uint64_t known_size);
  // Counts a rejection; false beyond the hourly limit.
  bool MayRecordRejection(const std::string& partner, uint32_t most, uint64_t& untold);

  // Counts a denial, which costs a row for ever; false beyond the hourly limit. What is on record
  // already is answered and not counted.
  bool MayDeny(const store::ExchangeName& name, uint32_t most);

  const Parts parts_;
  SenderHeads sender_heads_;

  struct Rejections {
    absl::Time hour;
    uint32_t recorded = 0;
    uint64_t untold = 0;  // of the hour before that nobody recorded
  };
  struct Denials {
    absl::Time hour;
    uint32_t recorded = 0;
  };
  base::Mutex mu_;
  absl::flat_hash_map<std::string, Denials> denials_ ABSL_GUARDED_BY(mu_);
  absl::flat_hash_map<std::string, Rejections> rejections_ ABSL_GUARDED_BY(mu_);
};

}  // namespace liaison::inbox

#endif  // LIAISON_DAEMON_INBOX_INBOX_H_
