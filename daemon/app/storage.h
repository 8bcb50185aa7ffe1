// Where a daemon keeps things: the folder, the database, the keys at rest; and what is wrong with
// them.
#ifndef LIAISON_DAEMON_APP_STORAGE_H_
#define LIAISON_DAEMON_APP_STORAGE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "daemon/message/at_rest.h"
#include "daemon/partners/registry.h"
#include "daemon/store/store.h"

namespace liaison::app {

struct Storage {
  std::unique_ptr<store::Store> store;
  std::unique_ptr<message::AtRestKeys> at_rest;
  std::string guard_path;
  std::vector<std::string> warnings;  // for start-up and status
};

// Makes the data folder (0700) when it is missing. Errors: VALIDATION_FAILED when, with
// `production: true`, the wrapping keys lie on the data's file system without a systemd credential;
// those of the store and the keys.
absl::StatusOr<Storage> OpenStorage(const partners::Registry& registry, bool read_only);

}  // namespace liaison::app

#endif  // LIAISON_DAEMON_APP_STORAGE_H_
