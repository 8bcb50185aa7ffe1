// A message as a list of its leaf fields, for people, and what became of those that were changed.
#ifndef LIAISON_CLIENTS_CLI_PAYLOAD_VIEW_H_
#define LIAISON_CLIENTS_CLI_PAYLOAD_VIEW_H_

#include <google/protobuf/message.h>

#include <string>
#include <string_view>
#include <vector>

#include "clients/cli/table.h"
#include "clients/cli/words.h"
#include "liaison/desk/v1/desk.pb.h"

namespace liaison::cli {

// {path with list positions, value} for every field that is set, in order of the schema.
std::vector<Row> PayloadRows(const google::protobuf::Message& message);

// What was done to a value, and how much of a date is left in `value`; without it nobody can tell.
Word WordFor(exchange::v1::FieldRecord::Kind kind, std::string_view value = "");

// Says behind each value that was changed what became of it: "1990 (year only)".
void NoteChanges(const google::protobuf::RepeatedPtrField<desk::v1::ChangedField>& changed,
                 Language language, std::vector<Row>& rows);

// Puts what people read in the place of the bytes that an opening discloses.
void ReadOpenedValues(const payload::v1::FieldOpening& opening, std::vector<Row>& rows);

// The list whose element a row shows: "mrz" of "mrz[0]"; else the path itself. A list of texts is
// one field to policy, and has a row for each element.
std::string ListOf(const std::string& path);

// Says behind each value that was opened later by which message.
void NoteOpenings(const google::protobuf::RepeatedPtrField<desk::v1::OpenedLater>& opened,
                  Language language, std::vector<Row>& rows);

}  // namespace liaison::cli

#endif  // LIAISON_CLIENTS_CLI_PAYLOAD_VIEW_H_
