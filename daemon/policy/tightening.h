// Whether what is passed on, or opens fields of a message later, keeps to the labels of its
// original: tightened, never loosened.
#ifndef LIAISON_DAEMON_POLICY_TIGHTENING_H_
#define LIAISON_DAEMON_POLICY_TIGHTENING_H_

#include <string_view>

#include "liaison/payload/v1/handling.pb.h"

namespace liaison::policy {

// What of `handling` is looser than in `received`, in words; empty when nothing is. A code that is
// not set counts as Handling's comments say. REQUIRES: codes that this version knows.
std::string_view FindLooser(const liaison::payload::v1::Handling& handling,
                            const liaison::payload::v1::Handling& received);

}  // namespace liaison::policy

#endif  // LIAISON_DAEMON_POLICY_TIGHTENING_H_
