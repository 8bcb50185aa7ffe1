#include "daemon/policy/text.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/base/text_format.h"

namespace liaison::policy {

absl::StatusOr<PolicyText> ReadPolicy(std::string_view text, std::string_view file_name,
                                      std::string_view own_agency, PathLookup find_path) {
  PolicyText read;
  absl::Status status = base::ParseTextFormat(text, file_name, read.file, &read.places);
  if (!status.ok()) return status;
  absl::StatusOr<std::shared_ptr<const Policy>> policy =
      Policy::Create(read.file, own_agency, find_path, read.places);
  if (!policy.ok()) return policy.status();
  read.policy = *std::move(policy);
  return read;
}

std::vector<Warning> LintText(const PolicyText& text, LeavesOf leaves_of, absl::Time now) {
  std::vector<Warning> warnings = Lint(text.file, leaves_of, now);
  for (Warning& warning : warnings) {
    warning.where = absl::StrCat(text.places.Find(warning.where), ": ", warning.where);
  }
  return warnings;
}

}  // namespace liaison::policy
