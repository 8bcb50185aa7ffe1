// A small policy, facts that it allows, and fields to ask about. Agencies and agreements are
// invented.
#ifndef LIAISON_TESTS_POLICY_SAMPLE_H_
#define LIAISON_TESTS_POLICY_SAMPLE_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/policy/policy.h"

namespace liaison::policy {

// The text of a policy of "bgc-example" with one agreement and two permits with "ho-example".
std::string SampleText();

// The file that a text says; fails the test when it does not parse.
v1::PolicyFile FileOf(std::string_view text);

// A schema of every path but none at all and those that begin with "nowhere"; a path that ends in
// "birth" is a date, one that ends in "place" a place.
absl::StatusOr<Whole::Kind> AnyPath(std::string_view path);

// Of every type that there is: its notes, "a" to "d" and what the schema has of a recall; of ALERT
// a headline, too. None of ALERT_CANCEL, as of a type that is to come.
std::vector<SchemaLeaf> AnyLeaves(liaison::payload::v1::MessageType type);

// The policy; fails the test when it is refused.
std::shared_ptr<const Policy> PolicyOf(const v1::PolicyFile& file);
std::shared_ptr<const Policy> PolicyOf(std::string_view text);

// An ALERT to "ho-example" that SampleText allows.
Facts SampleFacts();

// A field of its own path.
Field FieldOf(std::string_view path, Sensitivity::Class sens);

// One L1 field that SampleText keeps.
std::vector<Field> SampleFields();

absl::Time At(std::string_view rfc3339);

}  // namespace liaison::policy

#endif  // LIAISON_TESTS_POLICY_SAMPLE_H_
