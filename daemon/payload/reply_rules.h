// What a message of some types must be in reply to. The same for who sends it and who receives it.
#ifndef LIAISON_DAEMON_PAYLOAD_REPLY_RULES_H_
#define LIAISON_DAEMON_PAYLOAD_REPLY_RULES_H_

#include <optional>
#include <string_view>

#include "liaison/payload/v1/handling.pb.h"

namespace liaison::payload {

// A message that an agency writes and another may pass on; the others are the exchange's own.
bool IsOfTheDomain(v1::MessageType type);

// The message that Statement.in_reply_to names, as far as the receiver of the reply and its sender
// both know it.
struct Replied {
  v1::MessageType type = v1::MESSAGE_TYPE_UNSPECIFIED;
  bool of_replier = false;  // sent by the agency that now replies, not to it
};

// What is wrong with a reply of type `type` to `replied` (nullopt: to nothing that is known), in
// words; empty when nothing is. Most types may stand alone and reply to anything. A request to pass
// something on replies to the message that would be passed on; its decision to the request.
std::string_view ReplyFault(v1::MessageType type, const std::optional<Replied>& replied);

}  // namespace liaison::payload

#endif  // LIAISON_DAEMON_PAYLOAD_REPLY_RULES_H_
