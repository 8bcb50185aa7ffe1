// What a passed-on message holds and proves, as rows for people.
#ifndef LIAISON_CLIENTS_CLI_FORWARDED_VIEW_H_
#define LIAISON_CLIENTS_CLI_FORWARDED_VIEW_H_

#include <vector>

#include "clients/cli/table.h"
#include "clients/cli/words.h"
#include "liaison/desk/v1/desk.pb.h"

namespace liaison::cli {

// The originator and its verdict first, then its labels, the permission, the fields, and those that
// are withheld.
void AddForwardedRows(const desk::v1::ShownMessage& message, Language language,
                      std::vector<Row>& rows);

}  // namespace liaison::cli

#endif  // LIAISON_CLIENTS_CLI_FORWARDED_VIEW_H_
