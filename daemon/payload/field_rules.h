// What each field must be, as one table: adding a message type means adding its rows here.
#ifndef LIAISON_DAEMON_PAYLOAD_FIELD_RULES_H_
#define LIAISON_DAEMON_PAYLOAD_FIELD_RULES_H_

#include <google/protobuf/descriptor.h>

#include <string_view>

#include "absl/types/span.h"
#include "daemon/payload/formats.h"

namespace liaison::payload {

enum class Need { kOptional, kRequired };

struct FieldRule {
  std::string_view message;  // without the package
  std::string_view field;
  Need need = Need::kOptional;
  Format format = Format::kLine;  // of text fields
};

// All rows; those of one message stand together.
absl::Span<const FieldRule> AllFieldRules();

// The rows of one message; empty when it needs none.
absl::Span<const FieldRule> FieldRulesOf(const google::protobuf::Descriptor& message);

// The rule of a field: its row, or what its class and name say (L8 is prose, `x_other` one line
// beside OTHER, else a line).
FieldRule RuleOf(absl::Span<const FieldRule> rows, const google::protobuf::FieldDescriptor& field);

}  // namespace liaison::payload

#endif  // LIAISON_DAEMON_PAYLOAD_FIELD_RULES_H_
