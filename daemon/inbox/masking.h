// Showing a payload to someone who did not ask to see identifiers: what is of class L3 and above is
// not printed.
#ifndef LIAISON_DAEMON_INBOX_MASKING_H_
#define LIAISON_DAEMON_INBOX_MASKING_H_

#include <string>
#include <vector>

#include "liaison/payload/v1/payload.pb.h"

namespace liaison::inbox {

// Replaces every string of class L3 and above by "[L3]" ... "[L8]" and clears other leaves of such
// classes. Returns the paths it touched, with list positions, in order of the schema.
std::vector<std::string> Mask(payload::v1::Payload& payload);

}  // namespace liaison::inbox

#endif  // LIAISON_DAEMON_INBOX_MASKING_H_
