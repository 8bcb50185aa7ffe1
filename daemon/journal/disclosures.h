// What was disclosed of a message after it was sent: read from the FIELD_OPENINGs that followed it.
// The message itself is never changed.
#ifndef LIAISON_DAEMON_JOURNAL_DISCLOSURES_H_
#define LIAISON_DAEMON_JOURNAL_DISCLOSURES_H_

#include <map>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "daemon/message/at_rest.h"
#include "daemon/message/message.h"
#include "daemon/store/reader.h"

namespace liaison::journal {

// A field that was withheld and opened.
struct Disclosure {
  std::string value;  // as FieldRecord.value
  store::ExchangeName opening;
};
using Disclosures = std::map<std::string, Disclosure, std::less<>>;  // by path

// Of openings by the sender of `original` alone, whose state `counts`; of two for one field the
// first. An opening whose body is not kept any more discloses nothing.
absl::StatusOr<Disclosures> DisclosuresOf(const store::Exchange& original, store::Reader& reader,
                                          const message::AtRestKeys& keys,
                                          absl::FunctionRef<bool(desk::v1::State)> counts);

// Views into `disclosures`, in order of path.
std::vector<message::OpenedLeaf> LeavesOf(const Disclosures& disclosures);

}  // namespace liaison::journal

#endif  // LIAISON_DAEMON_JOURNAL_DISCLOSURES_H_
