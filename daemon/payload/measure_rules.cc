// Rules of dates, counts, places and grades.
#include "daemon/payload/dates.h"
#include "daemon/payload/message_rules.h"

namespace liaison::payload {
namespace {

bool IsDate(const v1::PartialDate& date, bool draft) {
  const Years years =
      date.calendar() == v1::Calendar::BUDDHIST ? Years::kBuddhist : Years::kGregorian;
  if (ParseEdtf(date.edtf(), years).has_value()) return true;
  // A partner may have withheld the calendar: either is possible then.
  return !draft && !date.has_calendar() && ParseEdtf(date.edtf(), Years::kBuddhist).has_value();
}

}  // namespace

void CheckPartialDate(const v1::PartialDate& date, const FieldPath& at, const Context& context) {
  if (date.has_edtf()) {
    const FieldPath edtf(at, "edtf");
    const bool is_date =
        context.IsOriginal(edtf) || context.KindAt(edtf) == exchange::v1::FieldRecord::GENERALISED;
    if (is_date && !IsDate(date, context.draft())) {
      context.faults.Add(edtf, "EDTF",
                         "write YYYY, YYYY-MM or YYYY-MM-DD, with ? ~ % or X where unsure, or an "
                         "interval a/b; a day without a year goes to as_written");
    }
    if (date.year_unknown()) {
      context.faults.Add(edtf, "EDTF",
                         "leave it out when the year is unknown, and write as_written");
    }
  } else if (context.draft() && !date.year_unknown()) {
    context.faults.Add(FieldPath(at, "edtf"), "REQUIRED", "write the date, as far as it is known");
  } else if (context.draft() && !date.has_as_written()) {
    context.faults.Add(FieldPath(at, "as_written"), "REQUIRED",
                       "write the date as the source has it");
  }
}

void CheckQuantity(const v1::Quantity& quantity, const FieldPath& at, const Context& context) {
  const bool many = quantity.qualifier() == v1::Qualifier::UNSPECIFIED_MANY;
  if (many && quantity.has_value()) {
    context.faults.Add(FieldPath(at, "value"), "QUANTITY",
                       "leave it out: UNSPECIFIED_MANY takes no value");
  } else if (context.draft() && !many && !quantity.has_value()) {
    context.faults.Add(FieldPath(at, "value"), "REQUIRED",
                       "write the number, or UNSPECIFIED_MANY as qualifier");
  }
}

void CheckGeoPoint(const v1::GeoPoint& point, const FieldPath& at, const Context& context) {
  const auto check = [&](std::string_view name, double value, double least, double most,
                         std::string_view description) {
    // Written so that NaN is out of range too.
    if (!(value >= least && value <= most)) {
      context.faults.Add(FieldPath(at, name), "RANGE", description);
    }
  };
  check("lat", point.lat(), -90, 90, "write WGS 84 degrees from -90 to 90");
  check("lon", point.lon(), -180, 180, "write WGS 84 degrees from -180 to 180");
  check("precision_m", point.precision_m(), 0, 20'100'000, "write metres, 0 or more");
  if (point.has_lat() != point.has_lon()) {
    context.faults.Add(at, "POINT", "write both lat and lon, or leave the point out");
  }
}

void CheckBorderPoint(const v1::BorderPoint& border, const FieldPath& at, const Context& context) {
  if (border.between_countries_size() > 2) {
    context.faults.Add(FieldPath(at, "between_countries"), "LIST_LENGTH",
                       "a border is between two countries; write two at most");
  }
}

void CheckEvaluation(const v1::Evaluation& evaluation, const FieldPath& at,
                     const Context& context) {
  constexpr uint32_t kMaxConfidence = 100;
  if (evaluation.confidence() > kMaxConfidence) {
    context.faults.Add(FieldPath(at, "confidence"), "RANGE", "write 0 to 100");
  }
  if (context.draft() && evaluation.has_original_scheme() != evaluation.has_original_code()) {
    context.faults.Add(
        FieldPath(at, evaluation.has_original_scheme() ? "original_code" : "original_scheme"),
        "REQUIRED", "write the original scheme and its code together");
  }
}

void CheckAgeRange(const v1::AgeRange& age, const FieldPath& at, const Context& context) {
  constexpr uint32_t kMaxAge = 130;
  if (age.from() > kMaxAge) context.faults.Add(FieldPath(at, "from"), "RANGE", "write 0 to 130");
  if (age.to() > kMaxAge) context.faults.Add(FieldPath(at, "to"), "RANGE", "write 0 to 130");
  if (age.has_to() && age.from() > age.to()) {
    context.faults.Add(FieldPath(at, "from"), "RANGE", "write an age that is at most `to`");
  }
}

}  // namespace liaison::payload
