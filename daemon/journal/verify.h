// Checks an agency's logs and rows: its own while it runs, or a copy that nobody writes to.
#ifndef LIAISON_DAEMON_JOURNAL_VERIFY_H_
#define LIAISON_DAEMON_JOURNAL_VERIFY_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "daemon/audit/checkpoint.h"
#include "daemon/journal/openings.h"
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
  // Given each record with openings: the openings, or why they do not open or do not fit the
  // record's commitments. Not called unless `full`; empty: nothing that stands in them is checked.
  std::function<absl::StatusOr<Openings>(const store::StoredRecord&)> open;
  // What rows remember a person of this registered name by.
  std::function<base::Digest(std::string_view name)> mark;
  std::function<void(uint64_t checked, uint64_t total)> progress;
};

// Quick: heads against frontier, guard and the newest records. Full: every record re-hashed, every
// tile, every state row rebuilt from records and compared, every body and opening; names the first
// record or row of each kind that differs. Sees the state of one moment (Reader::Snapshot). The
// result says what was found; an error only when checking itself is not possible.
absl::StatusOr<audit::v1::VerifyResult> Verify(store::Reader& reader, const VerifyOptions& options);

}  // namespace liaison::journal

#endif  // LIAISON_DAEMON_JOURNAL_VERIFY_H_
