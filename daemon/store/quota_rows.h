// The rows that policies' quotas are counted in. Private to the room.
#ifndef LIAISON_DAEMON_STORE_QUOTA_ROWS_H_
#define LIAISON_DAEMON_STORE_QUOTA_ROWS_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/store/rows.h"
#include "daemon/store/sqlite.h"

namespace liaison::store {

// How the quota stands, and which limit an attempt that counts as `use` would be over. Of distinct
// subjects the first of the day may go on being spoken of: a person is over the limit who came when
// it was full.
absl::StatusOr<QuotaStanding> ReadStanding(Connection& connection, const QuotaUse& use);

// Counts the attempt. The first of a day takes away the days that had ended when it began.
// REQUIRES: a write transaction.
absl::Status Count(Connection& connection, const QuotaUse& use);

absl::StatusOr<std::vector<QuotaCounter>> ReadCounters(Connection& connection);

}  // namespace liaison::store

#endif  // LIAISON_DAEMON_STORE_QUOTA_ROWS_H_
