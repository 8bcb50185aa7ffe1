// What is inside a FORWARDED_ITEM: the originator's message and its permission, verified as whoever
// passed them on received them. The same for that agency, before it sends, and for the one that
// gets it.
#ifndef LIAISON_DAEMON_PARTNERS_PASSED_ON_H_
#define LIAISON_DAEMON_PARTNERS_PASSED_ON_H_

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/partners/facts.h"
#include "daemon/partners/registry.h"
#include "daemon/payload/records.h"
#include "daemon/policy/policy.h"
#include "liaison/exchange/v1/statement.pb.h"
#include "liaison/payload/v1/follow_up.pb.h"

namespace liaison::partners {

// The path of the field that holds the original, and of that which holds the permission.
inline constexpr std::string_view kOriginalPath = "forwarded_item.original";
inline constexpr std::string_view kGrantPath = "forwarded_item.grant";

struct PassedOn {
  bool verified = false;  // false: the originator is no partner, nothing could be verified
  exchange::v1::Statement statement;  // the originator's
  std::string id;                     // of the exchange, hex
  payload::Merged body;
  std::vector<payload::Leaf> leaves;  // that are there, in order of path; paths of the original
  std::vector<exchange::v1::WithheldLeaf> withheld;
  std::optional<payload::v1::OnwardSharingDecision> grant;
};

// `forwarder` passed it on at `when`. Of an originator that is a partner: signature, body_root,
// merge and the receipt of SENT under its log key, for message and permission alike. Errors by
// Reason, as message::Authenticate and OpenBody; MALFORMED for what is no envelope and for types
// that are not passed on (those above 99: they are the exchange's own); WRONG_SENDER for a message
// of ours or of the forwarder; VALIDATION_FAILED when its fields break the schema's rules.
absl::StatusOr<PassedOn> OpenPassedOn(const Registry& registry, const std::string& forwarder,
                                      const payload::v1::ForwardedItem& item, absl::Time when);

// `outer`, with the fields inside it in place of the original. Policy decides on each of those by
// its own schema path, class and bond; none of them is needed for the others to make sense.
std::vector<payload::Leaf> WithPassedOn(std::vector<payload::Leaf> outer,
                                        const std::vector<payload::Leaf>& inner);
// Whether a leaf of WithPassedOn is one from inside.
bool IsInside(const payload::Leaf& leaf);
// Its path in the original.
std::string_view PathInside(const payload::Leaf& leaf);

// The facts of a message that passes `item` on: labels, recipients and reasons are its own, persons
// those inside.
policy::Facts FactsForPassedOn(const policy::Facts& outer, const policy::Facts& inner,
                               const PassedOn& item);
// `payload` without the item: what FactsFor is asked for `outer` above.
payload::v1::Payload WithoutItem(const payload::v1::Payload& payload);

// The person of a bond that says what a person is (category, is_child, consent): its path; empty
// for any other bond.
std::string_view PersonOfBond(std::string_view bond);
// The longest of `paths` that `path` stands below; empty: none.
std::string_view LowestAbove(std::string_view path, const std::set<std::string_view>& paths);

// D-14: what is missing without them.
inline constexpr std::string_view kInstructionsMissing =
    "the originator's instructions, which its handling code asks for";

bool LacksInstructions(const PassedOn& item, const std::vector<payload::Leaf>& leaves);

// The chosen leaves of an item, and what goes along with them: the originator's instructions, where
// a code of it asks for them; of each person what the person is.
std::vector<payload::Leaf> WithWhatGoesAlong(const PassedOn& item,
                                             const std::vector<payload::Leaf>& chosen);

// D-14 and D-15, of these leaves of it for the agency `to`: what is missing, in words
// (policy::FindOnwardFault). A permission need not name what goes along with what it names.
std::string FindOnwardFault(const PassedOn& item, const Frame& frame, const std::string& to,
                            const std::vector<payload::Leaf>& leaves, absl::Time when);

}  // namespace liaison::partners

#endif  // LIAISON_DAEMON_PARTNERS_PASSED_ON_H_
