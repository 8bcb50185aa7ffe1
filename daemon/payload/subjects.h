// Who the persons of a payload are, as far as telling them apart for a quota asks.
#ifndef LIAISON_DAEMON_PAYLOAD_SUBJECTS_H_
#define LIAISON_DAEMON_PAYLOAD_SUBJECTS_H_

#include <string>
#include <vector>

#include "liaison/payload/v1/payload.pb.h"

namespace liaison::payload {

// One text for each Person, in order of place: name and birth. Two persons with one text count as
// one. The name is the legal one, else the first, in any case and any order of its words; of the
// birth what is written but for the marks of doubt (? ~ %). Empty for a person without a name, who
// cannot be told from another. Personal data: for a MAC, not for keeping.
std::vector<std::string> SubjectsOf(const v1::Payload& payload);

}  // namespace liaison::payload

#endif  // LIAISON_DAEMON_PAYLOAD_SUBJECTS_H_
