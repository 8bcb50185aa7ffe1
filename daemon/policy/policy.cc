#include "daemon/policy/policy.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/policy/check.h"
#include "daemon/policy/rules.h"

namespace liaison::policy {

absl::StatusOr<std::shared_ptr<const Policy>> Policy::Create(const v1::PolicyFile& file,
                                                             std::string_view own_agency,
                                                             PathLookup find_path,
                                                             const base::TextPlaces& places) {
  std::vector<base::FieldFault> faults = FindFaults(file, own_agency, find_path);
  if (faults.empty()) {
    return std::shared_ptr<const Policy>(new Policy(std::make_shared<const Rep>(file.policy())));
  }
  places.Locate(faults);
  base::ErrorText error;
  error.reason = base::Reason::kValidationFailed;
  error.message =
      absl::StrCat("the policy has ", faults.size(), " fault", faults.size() == 1 ? "" : "s",
                   ", the first at ", faults[0].field, ": ", faults[0].description);
  error.fix = "correct the policy and check it again";
  error.fields = std::move(faults);
  return base::MakeError(error);
}

Policy::Policy(std::shared_ptr<const Rep> rep) : rep_(std::move(rep)) {}
Policy::~Policy() = default;

const std::string& Policy::id() const { return rep_->id; }
uint64_t Policy::version() const { return rep_->version; }

std::vector<std::string> Policy::AgreementsWith(std::string_view partner) const {
  std::vector<std::string> ids;
  for (const auto& [id, agreement] : rep_->agreements) {
    if (agreement.proto.partner() == partner) ids.push_back(id);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

}  // namespace liaison::policy
