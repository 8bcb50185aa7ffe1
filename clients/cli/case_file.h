// A file of cases for `policy test`: read, checked, and every fault named by line and column.
#ifndef LIAISON_CLIENTS_CLI_CASE_FILE_H_
#define LIAISON_CLIENTS_CLI_CASE_FILE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "clients/cli/terminal.h"
#include "daemon/ruling/facts.h"
#include "liaison/policy/v1/case.pb.h"

namespace liaison::cli {

// One case, ready to be decided.
struct PolicyCase {
  policy::v1::Case proto;
  ruling::Parties parties;
  absl::Time at;
  desk::v1::Draft draft;  // also when the case names a file
};

struct CaseFile {
  std::string name;    // as it is told to people
  std::string agency;  // whose policy it is
  std::vector<PolicyCase> cases;
};

// Drafts that cases name are read from the folder of the file. USAGE when a file cannot be read;
// VALIDATION_FAILED with the place of each fault ("file:line:column: case[2].partner").
absl::StatusOr<CaseFile> ReadCaseFile(const Terminal& terminal, const std::string& path);

}  // namespace liaison::cli

#endif  // LIAISON_CLIENTS_CLI_CASE_FILE_H_
