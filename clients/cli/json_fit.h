// What a message of ours asks of each place in JSON, in words for whoever wrote something else.
// What is a draft the protobuf parser decides; but it names no line, and of a code not those there
// are.
#ifndef LIAISON_CLIENTS_CLI_JSON_FIT_H_
#define LIAISON_CLIENTS_CLI_JSON_FIT_H_

#include <google/protobuf/descriptor.h>

#include <string>
#include <string_view>

namespace liaison::cli {

// The field that a member stands for, by its name in either spelling; null when there is none.
const google::protobuf::FieldDescriptor* FieldNamed(const google::protobuf::Descriptor& message,
                                                    std::string_view name);

// That there is no such field, and which there are.
std::string NoSuchField(const google::protobuf::Descriptor& message);

// The message whose members stand in an object in this place; null when it has none that are named.
const google::protobuf::Descriptor* MessageIn(const google::protobuf::FieldDescriptor* field);

// What to write in the place of `json`, a whole value; empty when it is of the right kind.
std::string MisfitOf(const google::protobuf::FieldDescriptor& field, std::string_view json);

}  // namespace liaison::cli

#endif  // LIAISON_CLIENTS_CLI_JSON_FIT_H_
