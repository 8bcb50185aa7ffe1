#include "daemon/policy/fate.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace liaison::policy {
namespace {

using v1::Generalise;

// The level that a part of a place needs: it is kept when it is no finer than the level asked for.
Generalise::Level LevelOf(Form form) {
  switch (form) {
    case Form::kPlaceCountry:
      return Generalise::COUNTRY;
    case Form::kPlaceProvince:
      return Generalise::PROVINCE;
    case Form::kPlaceDistrict:
      return Generalise::DISTRICT;
    case Form::kPlaceLocality:
      return Generalise::LOCALITY;
    default:
      return Generalise::LEVEL_UNSPECIFIED;
  }
}

Fate GeneralisedDate(const Fate& fate, Form form) {
  switch (form) {
    case Form::kDate:
      return fate;
    case Form::kOther:
    case Form::kText:
      return {Action::kKeep};
    default:
      return {Action::kWithhold};
  }
}

// A place loses its finer parts whole; none of them is changed.
Fate GeneralisedPlace(const Fate& fate, Form form) {
  if (form == Form::kOther || form == Form::kText) return {Action::kKeep};
  return {LevelOf(form) >= fate.level ? Action::kKeep : Action::kWithhold};
}

}  // namespace

std::string_view ActionName(Action action) {
  switch (action) {
    case Action::kKeep:
      return "KEEP";
    case Action::kGeneralise:
      return "GENERALISE";
    case Action::kMask:
      return "MASK";
    case Action::kPseudonymise:
      return "PSEUDONYMISE";
    case Action::kMatchToken:
      return "MATCH_TOKEN";
    case Action::kWithhold:
      return "WITHHOLD";
    case Action::kOmit:
      return "OMIT";
  }
  return "";
}

std::string FateName(const Fate& fate) {
  const std::string name(ActionName(fate.action));
  if (fate.action == Action::kGeneralise) {
    return absl::StrCat(name, " to ", Generalise::Level_Name(fate.level));
  }
  if (fate.keep_last > 0) {  // of a mask alone
    return absl::StrCat(name, ", keep last ", fate.keep_last);
  }
  return name;
}

// A part that is not a string (an empty province, a coordinate) counts as finer than every level.
Form FormOf(Part::Kind part, bool text) {
  if (part == Part::PART_UNSPECIFIED) return text ? Form::kText : Form::kOther;
  if (!text) return Form::kPlaceExact;
  switch (part) {
    case Part::DATE:
      return Form::kDate;
    case Part::DATE_TEXT:
      return Form::kDateText;
    case Part::COUNTRY:
      return Form::kPlaceCountry;
    case Part::PROVINCE:
      return Form::kPlaceProvince;
    case Part::DISTRICT:
      return Form::kPlaceDistrict;
    case Part::LOCALITY:
      return Form::kPlaceLocality;
    default:
      return Form::kPlaceExactText;
  }
}

bool IsText(Form form) { return form != Form::kOther && form != Form::kPlaceExact; }

bool Goes(Action action) { return action != Action::kWithhold && action != Action::kOmit; }

bool IsDateLevel(Generalise::Level level) {
  return level >= Generalise::MONTH && level <= Generalise::AGE_BAND;
}

bool IsPlaceLevel(Generalise::Level level) {
  return level >= Generalise::LOCALITY && level <= Generalise::COUNTRY;
}

Fate Meet(const Fate& a, const Fate& b) {
  if (a.action == Action::kOmit || b.action == Action::kOmit) return {Action::kOmit};
  if (a.action == Action::kKeep) return b;
  if (b.action == Action::kKeep) return a;
  if (a.action != b.action) return {Action::kWithhold};
  if (a.action == Action::kMask) return {a.action, a.level, std::min(a.keep_last, b.keep_last)};
  if (IsDateLevel(a.level) != IsDateLevel(b.level)) return {Action::kWithhold};
  return {a.action, std::max(a.level, b.level)};
}

bool IsWithin(const Fate& a, const Fate& b) { return Meet(a, b) == a; }

Fate OnLeaf(const Fate& of_path, Form form) {
  switch (of_path.action) {
    case Action::kGeneralise:
      if (IsDateLevel(of_path.level)) return GeneralisedDate(of_path, form);
      return IsPlaceLevel(of_path.level) ? GeneralisedPlace(of_path, form)
                                         : Fate{Action::kWithhold};
    case Action::kMask:
    case Action::kPseudonymise:
    case Action::kMatchToken:
      return IsText(form) ? of_path : Fate{Action::kWithhold};
    default:
      return of_path;
  }
}

}  // namespace liaison::policy
