// The writing half of the store. Only journal and app include this header: there is no other door
// to state.
//
// Written so that a database shared by several daemons can fulfil it: each daemon instance has its
// own two logs, whose head rows are fenced by a number that each start raises; exchanges are unique
// across instances; nothing is kept in memory that another instance could change.
#ifndef LIAISON_DAEMON_STORE_STORE_H_
#define LIAISON_DAEMON_STORE_STORE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "daemon/store/reader.h"

namespace liaison::store {

// Gives time, index and leaf to the records of one transaction. Implemented by the journal.
class Sequencer {
 public:
  struct Sequenced {
    uint64_t index = 0;
    absl::Time time;
    std::string bytes;  // the record, serialised once
    Digest leaf;
  };
  virtual ~Sequencer() = default;
  // The head rows as this transaction has locked them. An error ends the commit without a trace.
  virtual absl::Status Begin(absl::Span<const LogHead> heads) = 0;
  // The time that the next record of this log gets.
  virtual absl::Time TimeOf(audit::v1::Log log) const = 0;
  // `previous`: 1 + index of this log's last record of the same exchange, 0 for none.
  virtual Sequenced Next(const RecordDraft& draft, uint64_t previous) = 0;
  // The heads to write.
  virtual std::vector<LogHead> End() = 0;
};

class Store : public Reader {
 public:
  // One transaction. For each change, in order, asks whether its preconditions hold, seeing the
  // changes before it; only for those that hold calls the sequencer and writes. Returns one outcome
  // for each, in order, after the fsync. FAILED_PRECONDITION when the fence was raised by another
  // daemon. Any other error: the state on disk is not known; the caller must stop.
  virtual absl::StatusOr<std::vector<Outcome>> Commit(absl::Span<const Change> changes,
                                                      Sequencer& sequencer) = 0;

  // Makes the head rows of both logs when there are none (with these origins) and raises the fence.
  // Called at start. FAILED_PRECONDITION when the rows name other origins.
  virtual absl::StatusOr<std::vector<LogHead>> Acquire(const std::string& exchange_origin,
                                                       const std::string& desk_origin) = 0;
};

struct SqliteOptions {
  std::string path;        // of the database file; made with mode 0600 when missing
  bool read_only = false;  // for checking a copy: takes no lock, changes nothing
};

// One daemon a database: takes a lock beside it (FAILED_PRECONDITION with the holder's pid when
// taken). WAL, synchronous=FULL (checked), DEFENSIVE, trusted_schema off; applies migrations.
absl::StatusOr<std::unique_ptr<Store>> OpenSqlite(const SqliteOptions& options);

}  // namespace liaison::store

#endif  // LIAISON_DAEMON_STORE_STORE_H_
