// What most files include, compiled once. Never gRPC, OpenSSL or SQL: those belong to single rooms.
#ifndef LIAISON_DAEMON_PRECOMPILED_H_
#define LIAISON_DAEMON_PRECOMPILED_H_

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

#endif  // LIAISON_DAEMON_PRECOMPILED_H_
