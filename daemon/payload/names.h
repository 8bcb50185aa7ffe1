// Names of persons in lines that travel further than names do.
#ifndef LIAISON_DAEMON_PAYLOAD_NAMES_H_
#define LIAISON_DAEMON_PAYLOAD_NAMES_H_

#include <string>

#include "daemon/payload/message_rules.h"

namespace liaison::payload {

// A line of class L1 goes where names do not: TITLE_NAME when one of a draft holds a name of one of
// `persons`. A name of several words: when they stand together in any order, however they are cased
// and whatever separates them or is written inside them (spaces of any kind, punctuation, soft
// hyphens, full-width letters, "E.X.A.M.P.L.E"). A name of a single word, of 4 bytes or more: as it
// is cased. Not found: a name with another word inside it, one without its accents, one in
// look-alikes of another script, and one in a script without spaces amid other words.
void CheckNamesNobody(const std::string& line, const FieldPath& field,
                      const google::protobuf::RepeatedPtrField<v1::Person>& persons,
                      const Context& context);

}  // namespace liaison::payload

#endif  // LIAISON_DAEMON_PAYLOAD_NAMES_H_
