// What becomes of one field, and which of two fates is the stricter: v1::FieldRules says it in
// words.
#ifndef LIAISON_DAEMON_POLICY_FATE_H_
#define LIAISON_DAEMON_POLICY_FATE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "liaison/options.pb.h"
#include "liaison/policy/v1/policy.pb.h"

namespace liaison::policy {

// What becomes of a field. Those from kGeneralise to kMatchToken change its value; the original is
// withheld beside them. Which is stricter: Meet; only kKeep, kWithhold and kOmit are in one line
// with all others.
enum class Action { kKeep, kGeneralise, kMask, kPseudonymise, kMatchToken, kWithhold, kOmit };
std::string_view ActionName(Action action);

// What kind of leaf it is, as far as a change of its value depends on it.
enum class Form {
  kOther,         // a number, a code, a list, an empty message
  kText,          // one string
  kDate,          // PartialDate.edtf; one string
  kDateText,      // PartialDate.as_written; one string
  kPlaceCountry,  // the parts of a Place, from the coarsest; one string each
  kPlaceProvince,
  kPlaceDistrict,
  kPlaceLocality,
  kPlaceExactText,  // street, names at a border, ...: one string, finer than every level
  kPlaceExact,      // point, codes at a border, ...: not a string, finer than every level
};
// Of a leaf of which the schema says that it is this part of a date or place, and whether it is one
// string.
Form FormOf(Part::Kind part, bool text);
// One string, so that it can be masked or stand behind a token.
bool IsText(Form form);

struct Fate {
  Action action = Action::kOmit;
  v1::Generalise::Level level = v1::Generalise::LEVEL_UNSPECIFIED;  // of kGeneralise alone
  uint32_t keep_last = 0;                                           // of kMask alone

  friend bool operator==(const Fate&, const Fate&) = default;
};

// In words: "WITHHOLD", "GENERALISE to YEAR", "MASK, keep last 4".
std::string FateName(const Fate& fate);

// The partner is shown something in this place: the value or a change of it.
bool Goes(Action action);

// What both allow: the greatest fate that is as strict as each. Commutative, associative,
// idempotent; kKeep is its neutral element, kOmit absorbs.
Fate Meet(const Fate& a, const Fate& b);

// `a` is as strict as `b` or stricter.
bool IsWithin(const Fate& a, const Fate& b);

// What the fate of a path means for one leaf at it or below it.
Fate OnLeaf(const Fate& of_path, Form form);

// MONTH, YEAR, AGE_BAND; LOCALITY, DISTRICT, PROVINCE, COUNTRY.
bool IsDateLevel(v1::Generalise::Level level);
bool IsPlaceLevel(v1::Generalise::Level level);

}  // namespace liaison::policy

#endif  // LIAISON_DAEMON_POLICY_FATE_H_
