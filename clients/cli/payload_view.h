// A message as a list of its leaf fields, for people.
#ifndef LIAISON_CLIENTS_CLI_PAYLOAD_VIEW_H_
#define LIAISON_CLIENTS_CLI_PAYLOAD_VIEW_H_

#include <google/protobuf/message.h>

#include <vector>

#include "clients/cli/table.h"

namespace liaison::cli {

// {path with list positions, value} for every field that is set, in order of the schema.
std::vector<Row> PayloadRows(const google::protobuf::Message& message);

}  // namespace liaison::cli

#endif  // LIAISON_CLIENTS_CLI_PAYLOAD_VIEW_H_
