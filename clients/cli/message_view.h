// A message that is shown, as a list for people.
#ifndef LIAISON_CLIENTS_CLI_MESSAGE_VIEW_H_
#define LIAISON_CLIENTS_CLI_MESSAGE_VIEW_H_

#include <vector>

#include "clients/cli/table.h"
#include "clients/cli/words.h"
#include "liaison/desk/v1/desk.pb.h"

namespace liaison::cli {

// {name or path, value}: the statement, who must still agree, the fields, and what became of those
// that are hidden, changed, withheld or unknown.
std::vector<Row> MessageRows(const desk::v1::ShownMessage& message, Language language);

}  // namespace liaison::cli

#endif  // LIAISON_CLIENTS_CLI_MESSAGE_VIEW_H_
