// A policy from the text of its file: read, checked, and every fault and warning named by line and
// column.
#ifndef LIAISON_DAEMON_POLICY_TEXT_H_
#define LIAISON_DAEMON_POLICY_TEXT_H_

#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "daemon/base/text_places.h"
#include "daemon/policy/policy.h"

namespace liaison::policy {

struct PolicyText {
  v1::PolicyFile file;
  base::TextPlaces places;
  std::shared_ptr<const Policy> policy;
};

// VALIDATION_FAILED otherwise: of a text that cannot be read the field is "file:line:column"; of
// one that means nothing, every fault at once, "file:line:column: policy.rule[2].purposes". The
// rest as Policy::Create.
absl::StatusOr<PolicyText> ReadPolicy(std::string_view text, std::string_view file_name,
                                      std::string_view own_agency, PathLookup find_path);

// Lint, each `where` with its place before it.
std::vector<Warning> LintText(const PolicyText& text, LeavesOf leaves_of, absl::Time now);

}  // namespace liaison::policy

#endif  // LIAISON_DAEMON_POLICY_TEXT_H_
