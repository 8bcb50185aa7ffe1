// What a person gives as the reason for a deed that is recorded with it.
#ifndef LIAISON_DAEMON_JOURNAL_REASON_H_
#define LIAISON_DAEMON_JOURNAL_REASON_H_

#include <optional>
#include <string_view>

#include "daemon/base/error.h"

namespace liaison::journal {

// What is wrong with it: not UTF-8, over 500 characters, or one that does not belong into a line of
// text. Empty is none.
std::optional<base::FieldFault> ReasonFault(std::string_view reason);

// The same, and that it is blank.
std::optional<base::FieldFault> NeededReasonFault(std::string_view reason);

}  // namespace liaison::journal

#endif  // LIAISON_DAEMON_JOURNAL_REASON_H_
