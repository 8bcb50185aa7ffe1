// Whether a policy file means something: ids, dates, codes, references, paths.
#ifndef LIAISON_DAEMON_POLICY_CHECK_H_
#define LIAISON_DAEMON_POLICY_CHECK_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "daemon/base/error.h"
#include "daemon/policy/policy.h"
#include "liaison/policy/v1/policy.pb.h"

namespace liaison::policy {

inline constexpr int kMaxRules = 10'000;
// 2^63 - 1 and 2^64 - 1, which are easily written by mistake, leave no number for a later edition.
inline constexpr uint64_t kMaxVersion = 1'000'000'000'000'000'000;
inline constexpr int kMaxAgreements = 1'000;

// Every fault, with the path of the element at fault ("policy.rule[2].purposes"); empty when there
// is none.
std::vector<base::FieldFault> FindFaults(const v1::PolicyFile& file, std::string_view own_agency,
                                         PathLookup find_path);

}  // namespace liaison::policy

#endif  // LIAISON_DAEMON_POLICY_CHECK_H_
