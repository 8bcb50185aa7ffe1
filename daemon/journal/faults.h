// What a check has found: the first fault of each kind in each log.
#ifndef LIAISON_DAEMON_JOURNAL_FAULTS_H_
#define LIAISON_DAEMON_JOURNAL_FAULTS_H_

#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "liaison/audit/v1/audit.pb.h"

namespace liaison::journal {

// Owned by one check.
class Faults {
 public:
  explicit Faults(audit::v1::VerifyResult& result) : result_(result) {}

  // `index` is of no meaning for rows and files. What was found of this kind in this log before
  // stays the only one.
  void Add(std::string_view kind, audit::v1::Log log, uint64_t index, std::string where,
           std::string what, std::string fix = "");
  // OK when `status` is, or was damage, which becomes a fault; the status itself when checking is
  // not possible.
  absl::Status Absorb(const absl::Status& status, audit::v1::Log log);

 private:
  audit::v1::VerifyResult& result_;
  std::set<std::pair<std::string, audit::v1::Log>> seen_;
};

}  // namespace liaison::journal

#endif  // LIAISON_DAEMON_JOURNAL_FAULTS_H_
