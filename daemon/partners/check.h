// Whether a configuration means something, as far as its own text tells: ids, codes, addresses,
// duplicates.
#ifndef LIAISON_DAEMON_PARTNERS_CHECK_H_
#define LIAISON_DAEMON_PARTNERS_CHECK_H_

#include <vector>

#include "daemon/base/error.h"
#include "liaison/config/v1/agency.pb.h"

namespace liaison::partners {

// REQUIRES: defaults filled in. Every fault, with the path of the element at fault
// ("partner[2].endpoint"). Files are not looked at.
std::vector<base::FieldFault> FindFaults(const config::v1::Agency& agency);

}  // namespace liaison::partners

#endif  // LIAISON_DAEMON_PARTNERS_CHECK_H_
