// What the row of an exchange says and its records do not. The opening of the first record commits
// to it, so that a row that somebody changed is found.
#ifndef LIAISON_DAEMON_JOURNAL_KEPT_ROW_H_
#define LIAISON_DAEMON_JOURNAL_KEPT_ROW_H_

#include <string>

#include "absl/status/status.h"
#include "daemon/journal/openings.h"
#include "daemon/store/rows.h"

namespace liaison::journal {

// For DecisionOpening.kept.
std::string KeptRowOf(const store::AddExchange& add);

// Attach, for the first record of an exchange. REQUIRES: the rest of `add` is as it will be
// committed.
absl::Status AttachFirst(Openings openings, message::AtRestKeys& keys, absl::Time now,
                         store::AddExchange& add);

// What of the row is not what its first record committed to; empty: nothing.
std::string DifferenceOf(const store::WholeRow& row, const audit::v1::DecisionOpening& first);

}  // namespace liaison::journal

#endif  // LIAISON_DAEMON_JOURNAL_KEPT_ROW_H_
