// Proofs from the rows, each checked before it is given away: rows can rot.
#ifndef LIAISON_DAEMON_JOURNAL_PROVE_H_
#define LIAISON_DAEMON_JOURNAL_PROVE_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "daemon/audit/checkpoint.h"
#include "daemon/journal/tree_reader.h"
#include "daemon/store/reader.h"
#include "liaison/audit/v1/record.pb.h"

namespace liaison::journal {

// Receipts against `head`, without checkpoints. NOT_FOUND for an index beyond it;
// VERIFICATION_FAILED when a record does not lead to it.
absl::StatusOr<std::vector<audit::v1::Receipt>> ProveRecords(store::Reader& reader,
                                                             TreeReader& tree, audit::v1::Log log,
                                                             const audit::Checkpoint& head,
                                                             absl::Span<const uint64_t> indexes);

// From the tree of `from` leaves to `head`. NOT_FOUND when `from` is larger.
absl::StatusOr<audit::v1::ConsistencyProof> ProveConsistency(TreeReader& tree, audit::v1::Log log,
                                                             uint64_t from,
                                                             const audit::Checkpoint& head);

}  // namespace liaison::journal

#endif  // LIAISON_DAEMON_JOURNAL_PROVE_H_
