// The tables, as the steps that lead to them. Private to the room.
#ifndef LIAISON_DAEMON_STORE_SCHEMA_H_
#define LIAISON_DAEMON_STORE_SCHEMA_H_

#include "absl/status/status.h"
#include "daemon/store/sqlite.h"

namespace liaison::store {

// Brings an older or empty database to this version, each step in a transaction of its own.
// FAILED_PRECONDITION when it was written by a newer version.
absl::Status Migrate(Connection& connection);
// FAILED_PRECONDITION unless the database has this version's tables.
absl::Status CheckVersion(Connection& connection);

}  // namespace liaison::store

#endif  // LIAISON_DAEMON_STORE_SCHEMA_H_
