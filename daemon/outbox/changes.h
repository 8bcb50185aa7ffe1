// What the fate of a field makes of its value: kept, withheld, or changed and its original
// withheld.
#ifndef LIAISON_DAEMON_OUTBOX_CHANGES_H_
#define LIAISON_DAEMON_OUTBOX_CHANGES_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "daemon/base/ids.h"
#include "daemon/crypto/secret.h"
#include "daemon/message/message.h"
#include "daemon/partners/registry.h"
#include "daemon/payload/generalise.h"
#include "daemon/payload/records.h"
#include "daemon/payload/tokens.h"
#include "daemon/policy/fate.h"

namespace liaison::outbox {

// Makes the values of one message to one partner.
class Changes {
 public:
  // Everything outlives it. `leaves`: of the whole message, in order of path.
  struct Parts {
    const partners::Partner& partner;
    const crypto::Secret& mac_key;  // the agency's, for pseudonyms
    base::ExchangeId conversation;
    absl::Time created;  // ages are reckoned in its year
    const std::vector<payload::Leaf>& leaves;
  };
  explicit Changes(const Parts& parts);

  // REQUIRES: the fate is not kOmit, and one that the leaf's form can have. VALIDATION_FAILED for a
  // date that its calendar does not have.
  absl::StatusOr<message::SealedField> Apply(const payload::Leaf& leaf,
                                             const policy::Fate& fate) const;

 private:
  absl::StatusOr<std::string> Generalised(const payload::Leaf& leaf, std::string_view text,
                                          policy::v1::Generalise::Level level) const;
  absl::StatusOr<message::ChangedValue> Changed(const payload::Leaf& leaf,
                                                const policy::Fate& fate) const;

  const Parts parts_;
  const payload::Pseudonyms pseudonyms_;
};

// A leaf as it was sealed.
struct SealedLeaf {
  bool withheld = false;
  payload::Kind kind = exchange::v1::FieldRecord::ORIGINAL;  // of what was sent
  std::string text;                                          // with another kind
  payload::Reckoning reckoning;                              // of a date
};

// Whether what was sealed shows no more than `fate` lets go now.
bool IsWithin(const SealedLeaf& sealed, const policy::Fate& fate);

// How dates of this message are reckoned: the calendar that stands beside the leaf `edtf` among
// `leaves`, which are in order of path.
payload::Reckoning ReckoningOf(const payload::Leaf& edtf, const std::vector<payload::Leaf>& leaves,
                               absl::Time created);

}  // namespace liaison::outbox

#endif  // LIAISON_DAEMON_OUTBOX_CHANGES_H_
