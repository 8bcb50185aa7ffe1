// Rules of the request to pass something on and of its originator's answer.
#include <algorithm>
#include <string_view>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "daemon/base/ids.h"
#include "daemon/payload/message_rules.h"

namespace liaison::payload {
namespace {

constexpr std::string_view kEverything = "*";

// Each element once. `elements` is a list of strings or of codes.
template <typename Element, typename List>
void CheckOnce(const List& elements, const FieldPath& at, std::string_view name,
               const Context& context) {
  absl::flat_hash_set<Element> seen;
  for (int i = 0; i < elements.size(); ++i) {
    if (seen.insert(elements[i]).second) continue;
    context.faults.Add(FieldPath(at, name, i), "TWICE", "write each one once");
  }
}

void CheckPaths(const google::protobuf::RepeatedPtrField<std::string>& paths, const FieldPath& at,
                const Context& context) {
  CheckOnce<absl::string_view>(paths, at, "fields", context);
  if (!context.draft()) return;  // a newer partner knows more fields
  for (int i = 0; i < paths.size(); ++i) {
    if (paths[i] == kEverything || Describe(WithoutPositions(paths[i])).ok()) continue;
    context.faults.Add(FieldPath(at, "fields", i), "PATH",
                       "write the path of a field as `liaison message show` names it");
  }
}

void Require(bool is_set, std::string_view name, const FieldPath& at, const Context& context) {
  if (is_set || !context.draft()) return;
  context.faults.Add(FieldPath(at, name), "REQUIRED", "a grant holds what it lists: write this");
}

void LeaveOut(bool is_set, std::string_view name, const FieldPath& at, const Context& context) {
  if (!is_set) return;
  context.faults.Add(FieldPath(at, name), "REFUSED", "leave it out: a refusal grants nothing");
}

// What a grant lists, and a refusal does not. The message, which the daemon writes when the draft
// does not, is checked apart.
template <typename Check>
void ForEachCondition(const v1::OnwardSharingDecision& decision, Check check) {
  check(!decision.agencies().empty(), "agencies");
  check(!decision.purposes().empty(), "purposes");
  check(decision.has_tlp(), "tlp");
  check(!decision.fields().empty(), "fields");
  check(decision.has_until(), "until");
}

void CheckGranted(const v1::OnwardSharingDecision& decision, const FieldPath& at,
                  const Context& context) {
  if (decision.has_message() && !base::ParseExchangeId(decision.message()).ok()) {
    context.faults.Add(FieldPath(at, "message"), "EXCHANGE_ID",
                       "write the id of the message, 32 lower-case hex digits");
  }
  const auto& fields = decision.fields();
  if (fields.size() > 1 && std::find(fields.begin(), fields.end(), kEverything) != fields.end()) {
    context.faults.Add(FieldPath(at, "fields"), "PATH", "write \"*\" alone, or paths");
  }
}

}  // namespace

void CheckOnwardRequest(const v1::OnwardSharingRequest& request, const FieldPath& at,
                        const Context& context) {
  CheckOnce<absl::string_view>(request.agencies(), at, "agencies", context);
  CheckOnce<int>(request.purposes(), at, "purposes", context);
  CheckPaths(request.fields(), at, context);
  for (int i = 0; context.draft() && i < request.agencies_size(); ++i) {
    if (request.agencies(i) != context.frame.recipient_agency) continue;
    context.faults.Add(FieldPath(at, "agencies", i), "ORIGINATOR",
                       "leave it out: the originator has the message already");
  }
  for (int i = 0; i < request.fields_size(); ++i) {
    if (request.fields(i) != kEverything) continue;
    context.faults.Add(FieldPath(at, "fields", i), "PATH", "leave `fields` out to ask for all");
  }
}

void CheckOnwardDecision(const v1::OnwardSharingDecision& decision, const FieldPath& at,
                         const Context& context) {
  CheckOnce<absl::string_view>(decision.agencies(), at, "agencies", context);
  CheckOnce<int>(decision.purposes(), at, "purposes", context);
  CheckPaths(decision.fields(), at, context);
  CheckGranted(decision, at, context);
  const v1::OnwardSharingOutcome::Code outcome = decision.outcome();
  if (outcome == v1::OnwardSharingOutcome::REFUSED) {
    LeaveOut(decision.has_message(), "message", at, context);
  }
  ForEachCondition(decision, [&](bool is_set, std::string_view name) {
    if (outcome == v1::OnwardSharingOutcome::GRANTED) Require(is_set, name, at, context);
    if (outcome == v1::OnwardSharingOutcome::REFUSED) LeaveOut(is_set, name, at, context);
  });
}

void CheckOnwardNotice(const v1::OnwardSharingNotice& notice, const FieldPath& at,
                       const Context& context) {
  CheckSaysNoMore(context);
  if (!notice.has_item() || base::ParseExchangeId(notice.item()).ok()) return;
  context.faults.Add(FieldPath(at, "item"), "FORMAT",
                     "write an exchange id of 32 lower-case hex digits");
}

}  // namespace liaison::payload
