// Decides cases of `policy test` with the daemon's own rooms and says what is not as expected.
#ifndef LIAISON_CLIENTS_CLI_CASE_RUN_H_
#define LIAISON_CLIENTS_CLI_CASE_RUN_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/case_file.h"
#include "daemon/policy/policy.h"

namespace liaison::cli {

// Each difference is "what: expected this, got that"; none: the case passes. VALIDATION_FAILED when
// its draft cannot be cut.
absl::StatusOr<std::vector<std::string>> DifferencesOf(const policy::Policy& policy,
                                                       const PolicyCase& one);

}  // namespace liaison::cli

#endif  // LIAISON_CLIENTS_CLI_CASE_RUN_H_
