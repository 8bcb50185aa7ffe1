// Whether the handling codes of a message fit together and fit what it carries. The same in both
// directions.
#ifndef LIAISON_DAEMON_POLICY_LABELS_H_
#define LIAISON_DAEMON_POLICY_LABELS_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/types/span.h"
#include "daemon/policy/fate.h"
#include "daemon/policy/policy.h"

namespace liaison::policy {

// The TLP that counts: AMBER_STRICT when none is set. A number that this version does not know
// stays as it is.
liaison::payload::v1::Tlp::Code EffectiveTlp(const liaison::payload::v1::Handling& handling);

// The widest onward sharing that a TLP bears.
liaison::payload::v1::OnwardSharing::Code WidestFor(liaison::payload::v1::Tlp::Code tlp);

// What is missing of an item that is passed on for more than it was received for (D-16).
inline constexpr std::string_view kOtherPurpose =
    "a purpose for which the originator did not give it";

// Where the instructions to the receiver stand.
inline constexpr std::string_view kInstructionsPath = "notes.instructions";
// Where the people stand who alone may read it.
inline constexpr std::string_view kRecipientsPath = "notes.named_recipients";
// Whether a needed field with this fate is there for the partner: it goes, and where labels speak
// of it (D-14, D-17), it goes as it was written.
bool IsThere(std::string_view schema_path, Action action);
// Whether a code asks for instructions beside it: handling code C, Europol H3.
bool AskForInstructions(const liaison::payload::v1::Handling& handling);

struct LabelFault {
  std::string_view rule;     // "builtin:D-14" ...
  std::string_view missing;  // in words
};

// D-14: handling code C needs action, sanitisation and instructions, and only C takes them. D-16:
// onward sharing is no wider than the TLP, for that would loosen it. D-17: TLP:RED names its
// recipients. TLP:CLEAR carries classes L0 and L1 alone (source fields aside, which never go).
// Europol codes: H0 alone, H1 without judicial use PERMITTED, H2 without wider onward sharing than
// WITH_PERMISSION, H3 with instructions. What is passed on is labelled no looser than it was
// received, and used for no other purpose (D-16). A code that this version does not know is
// refused, never guessed.
std::optional<LabelFault> FindLabelFault(const Facts& facts, absl::Span<const Field> fields);

}  // namespace liaison::policy

#endif  // LIAISON_DAEMON_POLICY_LABELS_H_
