// With whom we shared a message that we received: what its recall must follow.
#ifndef LIAISON_DAEMON_JOURNAL_ONWARD_COPIES_H_
#define LIAISON_DAEMON_JOURNAL_ONWARD_COPIES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "daemon/message/at_rest.h"
#include "daemon/store/reader.h"

namespace liaison::journal {

// The messages of ours that pass the received message `name` on, oldest first: what went, or still
// may.
absl::StatusOr<std::vector<store::Exchange>> OnwardCopiesOf(const store::ExchangeName& name,
                                                            store::Reader& reader);

// The originator's statement in a FORWARDED_ITEM of ours. NOT_FOUND when no body is kept.
absl::StatusOr<exchange::v1::Statement> OriginalOf(const store::Exchange& item,
                                                   store::Reader& reader,
                                                   const message::AtRestKeys& keys);

// The paths of a message that was sealed or received, those that it withholds too; of a
// FORWARDED_ITEM those of the message that it embeds. NOT_FOUND when no body is kept.
absl::StatusOr<std::vector<std::string>> PathsOf(const store::Exchange& exchange,
                                                 store::Reader& reader,
                                                 const message::AtRestKeys& keys);

}  // namespace liaison::journal

#endif  // LIAISON_DAEMON_JOURNAL_ONWARD_COPIES_H_
