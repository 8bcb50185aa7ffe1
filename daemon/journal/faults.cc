#include "daemon/journal/faults.h"

#include "daemon/base/error.h"

namespace liaison::journal {
namespace {

constexpr int kMost = 100;
constexpr char kRestore[] =
    "keep this copy for inspection; do not go on with it: restore as a new epoch";

}  // namespace

void Faults::Add(std::string_view kind, audit::v1::Log log, uint64_t index, std::string where,
                 std::string what, std::string fix) {
  if (result_.faults_size() >= kMost) return;
  if (!seen_.emplace(std::string(kind), log).second) return;
  audit::v1::Fault* const fault = result_.add_faults();
  fault->set_log(log);
  fault->set_index(index);
  fault->set_where(std::move(where));
  fault->set_what(std::move(what));
  fault->set_fix(fix.empty() ? kRestore : std::move(fix));
}

absl::Status Faults::Absorb(const absl::Status& status, audit::v1::Log log) {
  if (status.ok()) return status;
  if (base::GetReason(status) != base::Reason::kVerificationFailed) return status;
  Add("database", log, 0, "database", std::string(status.message()));
  return absl::OkStatus();
}

}  // namespace liaison::journal
