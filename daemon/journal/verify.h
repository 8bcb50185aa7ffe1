// Checks an agency's logs and rows: its own while it runs, or a copy that nobody writes to.
#ifndef LIAISON_DAEMON_JOURNAL_VERIFY_H_
#define LIAISON_DAEMON_JOURNAL_VERIFY_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "daemon/audit/checkpoint.h"
#include "daemon/store/reader.h"
#include "liaison/audit/v1/audit.pb.h"

namespace liaison::journal {

struct VerifyOptions {
  bool full = false;
  std::vector<audit::v1::Log> logs;  // empty: both
  std::string guard_path;            // empty: not checked
  std::vector<audit::LogKey> keys;   // of both logs, for the guard's signed heads
  // Given each exchange whose body must be there: OK when it opens and is what its statement
  // commits to. Not called unless `full`; empty: bodies are not opened.
  std::function<absl::Status(const store::Exchange&, const store::StoredBody&)> check_body;
  // Given each record with openings: OK when they open and fit the record's commitments. Not called
  // unless `full`; empty: openings are not opened.
  std::function<absl::Status(const store::StoredRecord&)> check_opening;
  // Given the first record of an exchange: the ids of the quotas that it counted against. Not
  // called unless `full`; empty: quotas are not checked.
  std::function<std::vector<std::string>(const store::StoredRecord&)> quotas_counted;
  // What rows remember a person by, of the one whose act the record is. Not called unless `full`;
  // empty: persons are not compared.
  std::function<absl::StatusOr<base::Digest>(const store::StoredRecord&)> person_of;
  std::function<void(uint64_t checked, uint64_t total)> progress;
};

// Quick: heads against frontier, guard and the newest records. Full: every record re-hashed, every
// tile, every state row rebuilt from records and compared, every body and opening; names the first
// record or row of each kind that differs. The result says what was found; an error only when
// checking itself is not possible.
absl::StatusOr<audit::v1::VerifyResult> Verify(store::Reader& reader, const VerifyOptions& options);

}  // namespace liaison::journal

#endif  // LIAISON_DAEMON_JOURNAL_VERIFY_H_
