// What a configuration means where it says nothing: the defaults that agency.proto documents.
#ifndef LIAISON_DAEMON_PARTNERS_DEFAULTS_H_
#define LIAISON_DAEMON_PARTNERS_DEFAULTS_H_

#include "liaison/config/v1/agency.pb.h"

namespace liaison::partners {

// Sets every field that is empty or 0 to its default. limits.connections stays 0: it depends on the
// process.
void FillDefaults(config::v1::Agency& agency);

}  // namespace liaison::partners

#endif  // LIAISON_DAEMON_PARTNERS_DEFAULTS_H_
