// The local ids of a message: each once, and every reference to one that is there.
#ifndef LIAISON_DAEMON_PAYLOAD_REFERENCES_H_
#define LIAISON_DAEMON_PAYLOAD_REFERENCES_H_

#include <string>
#include <string_view>

#include "absl/container/flat_hash_set.h"
#include "daemon/payload/message_rules.h"

namespace liaison::payload {

// Owned by the check of one message.
class References {
 public:
  References(const FieldPath& at, const Context& context) : at_(at), context_(context) {}

  // Takes in the ids of a list of persons, organisations or objects; LOCAL_ID for one that is there
  // already.
  template <typename List>
  void Add(const List& list, std::string_view name) {
    for (int i = 0; i < list.size(); ++i) {
      if (!list.Get(i).has_local_id()) continue;
      const FieldPath element(at_, name, i);
      AddId(list.Get(i).local_id(), FieldPath(element, "local_id"));
    }
  }

  // REFERENCE when no element has the id. Asked of drafts only: a partner's policy may have taken
  // the element out.
  void Check(const std::string& id, const FieldPath& field) const;

 private:
  void AddId(const std::string& id, const FieldPath& field);

  const FieldPath& at_;
  const Context& context_;
  absl::flat_hash_set<std::string> ids_;
};

}  // namespace liaison::payload

#endif  // LIAISON_DAEMON_PAYLOAD_REFERENCES_H_
