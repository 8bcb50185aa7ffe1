// Rules of a recall and of its confirmation.
#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "daemon/base/ids.h"
#include "daemon/payload/message_rules.h"

namespace liaison::payload {
namespace {

// What puts somebody in danger overtakes everything, and nothing else does: the time to act hangs
// on it.
void CheckRecallUrgency(const v1::Recall& recall, const Context& context) {
  if (!recall.has_reason() || !v1::RecallReason::Code_IsValid(recall.reason())) return;
  const bool safety = recall.reason() == v1::RecallReason::SAFETY;
  const v1::Urgency::Code urgency = context.frame.urgency;
  if (safety && urgency != v1::Urgency::U1) {
    context.faults.Add(FieldPath("urgency"), "RECALL", "a recall for SAFETY has urgency U1");
  }
  if (!safety && urgency != v1::Urgency::U2) {
    context.faults.Add(FieldPath("urgency"), "RECALL", "a recall has urgency U2, for SAFETY U1");
  }
}

// The handle of an officer, and no sentence.
bool IsHandle(std::string_view text) {
  constexpr size_t kLongest = 40;
  const auto may_stand = [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
           std::string_view("._@-").find(c) != std::string_view::npos;
  };
  return text.size() <= kLongest && std::all_of(text.begin(), text.end(), may_stand);
}

}  // namespace

void CheckSaysNoMore(const Context& context) {
  const FieldPath notes("notes");
  v1::HandlingNotes rest = context.payload.notes();
  rest.clear_named_recipients();
  if (rest.ByteSizeLong() > 0) {
    context.faults.Add(notes, "NOTES",
                       "leave all but named_recipients out: write another message for the rest");
  }
  constexpr int kMost = 8;
  const auto& names = context.payload.notes().named_recipients();
  if (names.size() > kMost) {
    context.faults.Add(FieldPath(notes, "named_recipients"), "NOTES", "name at most 8 recipients");
  }
  for (int i = 0; i < names.size(); ++i) {
    if (IsHandle(names[i])) continue;
    context.faults.Add(FieldPath(notes, "named_recipients", i), "NOTES",
                       "write a handle: a to z, A to Z, digits and . _ @ -, at most 40");
  }
}

void CheckRecall(const v1::Recall& recall, const FieldPath& at, const Context& context) {
  CheckRecallUrgency(recall, context);
  CheckSaysNoMore(context);
  absl::flat_hash_set<std::string_view> paths;
  for (int i = 0; i < recall.fields_size(); ++i) {
    const FieldPath field(at, "fields", i);
    if (!IsPathText(recall.fields(i))) {
      context.faults.Add(field, "PATH", "write the path of a field of the message");
    } else if (!paths.insert(recall.fields(i)).second) {
      context.faults.Add(field, "PATH_TWICE", "write each path once");
    }
  }
  if (!recall.has_replacement() || base::ParseExchangeId(recall.replacement()).ok()) return;
  context.faults.Add(FieldPath(at, "replacement"), "FORMAT",
                     "write an exchange id of 32 lower-case hex digits");
}

void CheckRecallConfirmation(const v1::RecallConfirmation& confirmation, const FieldPath& at,
                             const Context& context) {
  CheckSaysNoMore(context);
  const bool cannot = confirmation.action() == v1::RecallAction::CANNOT;
  if (context.draft() && cannot && !confirmation.has_cannot_reason()) {
    context.faults.Add(FieldPath(at, "cannot_reason"), "REQUIRED", "say why it cannot be done");
  }
  if (!cannot && confirmation.has_action() && confirmation.has_cannot_reason()) {
    context.faults.Add(FieldPath(at, "cannot_reason"), "CANNOT",
                       "leave it out: it goes with CANNOT only");
  }
}

}  // namespace liaison::payload
