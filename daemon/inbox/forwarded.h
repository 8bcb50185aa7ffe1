// What a partner passes on to us: verified as its originator sent it, decided field by field, shown
// with what it proves.
#ifndef LIAISON_DAEMON_INBOX_FORWARDED_H_
#define LIAISON_DAEMON_INBOX_FORWARDED_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "daemon/message/message.h"
#include "daemon/partners/passed_on.h"
#include "daemon/partners/registry.h"
#include "daemon/policy/policy.h"
#include "liaison/desk/v1/desk.pb.h"

namespace liaison::inbox {

// The item of a FORWARDED_ITEM; nullopt for any other message. Errors as partners::OpenPassedOn;
// VALIDATION_FAILED when there is none in it. REQUIRES: the statement is verified.
absl::StatusOr<std::optional<partners::PassedOn>> OpenItem(const partners::Registry& registry,
                                                           const message::VerifiedMessage& message);

// What policy decides on. `of` gives the facts of one payload.
policy::Facts FactsOf(const message::VerifiedMessage& message,
                      const std::optional<partners::PassedOn>& item,
                      const std::function<policy::Facts(const payload::v1::Payload& payload)>& of);
std::vector<payload::Leaf> LeavesOf(std::vector<payload::Leaf> sent,
                                    const std::optional<partners::PassedOn>& item);

// D-15, of what came: denies at step labels what its originator did not permit, or not at the time
// when it was passed on, or not to `own`. An earlier denial stays.
void CheckPermission(const message::VerifiedMessage& message,
                     const std::optional<partners::PassedOn>& item, const std::string& own,
                     policy::Decision& decision);

// Moves the item out of shown.payload into shown.forwarded, masked unless `reveal`. What does not
// verify any more is shown with a verdict that says so. REQUIRES: shown.statement.
absl::Status ShowItem(const partners::Registry& registry, bool reveal,
                      desk::v1::ShownMessage& shown);

}  // namespace liaison::inbox

#endif  // LIAISON_DAEMON_INBOX_FORWARDED_H_
