// Whether a message was taken back, by which recall, and what became of that: read from the rows of
// the RECALLs that followed it and of their confirmations. Nothing is stored twice.
#ifndef LIAISON_DAEMON_JOURNAL_RECALLS_H_
#define LIAISON_DAEMON_JOURNAL_RECALLS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/message/at_rest.h"
#include "daemon/store/reader.h"
#include "liaison/payload/v1/follow_up.pb.h"

namespace liaison::journal {

// The recalls of `message` by its sender, oldest first: those that came, or that went or still may.
absl::StatusOr<std::vector<store::Exchange>> RecallsOf(const store::Exchange& message,
                                                       store::Reader& reader);

// What a recall says; nothing when its body is not kept any more.
absl::StatusOr<payload::v1::Recall> ReadRecall(const store::Exchange& recall, store::Reader& reader,
                                               const message::AtRestKeys& keys);

// One of them with what it says.
struct KnownRecall {
  store::Exchange exchange;
  payload::v1::Recall says;
};
absl::StatusOr<std::vector<KnownRecall>> ReadRecallsOf(const store::Exchange& message,
                                                       store::Reader& reader,
                                                       const message::AtRestKeys& keys);

// What holds of several: the newest of those that take back most.
const KnownRecall* TheOneThatHolds(const std::vector<KnownRecall>& recalls);

// Whether a field is taken back: by a recall of all, or of the field or what it lies in.
bool TakesBack(const payload::v1::Recall& recall, std::string_view path);

// What a holder did, as it said last: "cannot" may follow "quarantined", and "deleted" either.
// Nullopt: not confirmed yet.
struct KnownConfirmation {
  store::ExchangeName name;
  absl::Time recorded;
  payload::v1::RecallConfirmation says;
  size_t among = 1;  // how many confirmations there are
};
absl::StatusOr<std::optional<KnownConfirmation>> ConfirmationOf(const store::Exchange& recall,
                                                                store::Reader& reader,
                                                                const message::AtRestKeys& keys);

// How long a holder has, from reception: one hour when somebody is in danger (U1), else a day.
absl::Duration TimeToConfirm(payload::v1::Urgency::Code urgency);

// When the holder of what `recall` takes back must have confirmed, reckoned from its record of
// RECEIVED. Nullopt before it is delivered.
absl::StatusOr<std::optional<absl::Time>> ConfirmBy(const store::Exchange& recall,
                                                    store::Reader& reader);

// Recalls of ours that are delivered and not confirmed, and those of them that are overdue.
struct Unconfirmed {
  size_t waiting = 0;
  size_t overdue = 0;
};
absl::StatusOr<Unconfirmed> UnconfirmedRecalls(store::Reader& reader, absl::Time now);

}  // namespace liaison::journal

#endif  // LIAISON_DAEMON_JOURNAL_RECALLS_H_
