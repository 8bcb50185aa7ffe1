// The facts that rules can tell apart, each with the choices that they tell apart. For the finite
// domain of a policy (domain.h).
#ifndef LIAISON_DAEMON_POLICY_AXES_H_
#define LIAISON_DAEMON_POLICY_AXES_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "daemon/policy/policy.h"

namespace liaison::policy {

// What is in no list of a policy.
inline constexpr std::string_view kNoneNamed = "(any other)";

inline constexpr char kPersonalDataAxis[] = "personal data";

// What of all policies can matter to some messages.
struct Relevant {
  std::vector<const v1::Rule*> rules;
  std::vector<const v1::Agreement*> agreements;  // with the partner
};

// Values of one fact that no rule of the policies tells apart, in words, and how a case gets one of
// them.
struct Choice {
  std::string label;
  std::function<void(Facts&)> set;
  std::vector<Sensitivity::Class> absent;  // classes of which the message has no field
};

// A list of which the rules tell more values apart has no choices: there would be too many.
inline constexpr size_t kMostClasses = 12;

// One fact with all its choices. The choices of all axes together make every case.
struct Axis {
  std::string name;       // "role", "purposes", ...
  std::string condition;  // the field of v1::Rule that looks at it; empty: none does
  std::vector<Choice> choices;
  bool decides_itself = false;  // the decision looks at it beside rules and agreements
  bool content = false;         // which classes the message has fields of
};

using Lists = std::vector<const google::protobuf::RepeatedField<int>*>;

// Whether a message can have number 0, which no list holds.
enum class Zero { kNever, kToo };

// Numbers of `type` that the lists do not tell apart; in order of their first.
std::vector<std::vector<int>> ClassesOf(const google::protobuf::EnumDescriptor& type,
                                        const Lists& lists, Zero zero);

std::string NamesOf(const google::protobuf::EnumDescriptor& type, absl::Span<const int> numbers);

// The axes of messages of one direction. Protective ones are decided without an agreement.
std::vector<Axis> AxesOf(const Relevant& relevant, Direction direction, bool protective);

}  // namespace liaison::policy

#endif  // LIAISON_DAEMON_POLICY_AXES_H_
