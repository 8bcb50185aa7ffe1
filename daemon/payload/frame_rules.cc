// Rules of handling, urgency and purposes.
#include "absl/algorithm/container.h"
#include "absl/container/flat_hash_set.h"
#include "daemon/payload/dates.h"
#include "daemon/payload/message_rules.h"
#include "daemon/payload/walk.h"

namespace liaison::payload {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using v1::Handling;

// The frame is not part of Payload: its paths begin with its own names, as JSON spells them.
void Add(const Context& context, std::string_view field, std::string_view rule,
         std::string_view description) {
  context.faults.Add(FieldPath(field), rule, description);
}

void CheckHandlingCodes(const Context& context) {
  const Handling& handling = context.frame.handling;
  for (int i = 0; i < handling.europol_size(); ++i) {
    const int code = handling.europol(i);
    if (code != 0 && v1::EuropolHandling::Code_IsValid(code)) continue;
    context.faults.Add(FieldPath("handling.europol", i), "ENUM",
                       "write a code that this version has");
  }
  const google::protobuf::Reflection& reflection = *Handling::GetReflection();
  const google::protobuf::Descriptor& type = *Handling::descriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const EnumDescriptor* const codes = field.enum_type();
    if (codes == nullptr || field.is_repeated()) continue;
    if (codes->FindValueByNumber(reflection.GetEnumValue(handling, &field)) == nullptr) {
      Add(context, "handling." + field.name(), "ENUM", "write a code that this version has");
    }
  }
}

// An opening has no notes of its own: those of the message that it opens hold for it.
bool HasNotes(const Context& context) { return !context.payload.has_field_opening(); }

// UK 3x5x2: P is without conditions, C is with all of them.
void CheckConditions(const Context& context) {
  const Handling& handling = context.frame.handling;
  const bool action = handling.action() != v1::ActionCode::ACTION_CODE_UNSPECIFIED;
  const bool sanitisation =
      handling.sanitisation() != v1::SanitisationCode::SANITISATION_CODE_UNSPECIFIED;
  if (!v1::HandlingCode::Code_IsValid(handling.code())) return;  // of a newer partner
  if (handling.code() != v1::HandlingCode::C) {
    if (action) Add(context, "handling.action", "D-14", "leave it out: it goes with code C only");
    if (sanitisation) {
      Add(context, "handling.sanitisation", "D-14", "leave it out: it goes with code C only");
    }
    if (context.draft() && context.payload.notes().has_instructions() &&
        !absl::c_linear_search(handling.europol(), v1::EuropolHandling::H3)) {
      Add(context, "notes.instructions", "D-14",
          "leave them out: they go with code C, or with Europol code H3, only");
    }
    return;
  }
  if (!action) Add(context, "handling.action", "D-14", "code C needs A1, A2 or A3");
  if (!sanitisation) Add(context, "handling.sanitisation", "D-14", "code C needs S1 or S2");
  if (context.draft() && HasNotes(context) && !context.payload.notes().has_instructions()) {
    Add(context, "notes.instructions", "D-14", "code C needs instructions to the receiver");
  }
}

void CheckTlp(const Context& context) {
  const Handling& handling = context.frame.handling;
  const v1::Tlp::Code tlp = handling.tlp();
  if (context.draft() && HasNotes(context) && tlp == v1::Tlp::RED &&
      context.payload.notes().named_recipients().empty()) {
    Add(context, "notes.named_recipients", "D-17", "TLP RED needs the recipients by handle");
  }
  const bool too_wide = (handling.onward() == v1::OnwardSharing::PUBLIC && tlp != v1::Tlp::CLEAR) ||
                        (handling.onward() == v1::OnwardSharing::WITHIN_COMMUNITY &&
                         tlp != v1::Tlp::CLEAR && tlp != v1::Tlp::GREEN);
  if (too_wide) {
    Add(context, "handling.onward", "TLP", "onward sharing must not be wider than the TLP");
  }
  const auto is_personal = [](Sensitivity::Class sensitivity) {
    return sensitivity >= Sensitivity::L2;
  };
  // What an opening holds policy sees under the class of the field that is opened, what is passed
  // on under that of each field inside.
  const auto is_of_other_fields = [](const FieldDescriptor& field) {
    return field.number() == v1::Payload::kFieldOpeningFieldNumber ||
           field.number() == v1::Payload::kForwardedItemFieldNumber;
  };
  if (tlp == v1::Tlp::CLEAR && AnyLeaf(context.payload, is_personal, is_of_other_fields)) {
    Add(context, "handling.tlp", "TLP",
        "CLEAR is for fields of class L0 and L1 alone; write a stricter TLP");
  }
}

void CheckNamedRecipients(const Context& context) {
  const auto& names = context.payload.notes().named_recipients();
  absl::flat_hash_set<std::string_view> seen;
  for (int i = 0; i < names.size(); ++i) {
    if (seen.insert(names[i]).second) continue;
    context.faults.Add(FieldPath("notes.named_recipients", i), "NAMED_TWICE",
                       "name each recipient once");
  }
}

void CheckDates(const Context& context) {
  const Handling& handling = context.frame.handling;
  const auto check = [&](const std::string& text, std::string_view field) {
    if (text.empty()) return std::optional<absl::CivilDay>();
    const std::optional<absl::CivilDay> day = ParseDay(text);
    if (!day.has_value()) Add(context, field, "DATE", "write a date as YYYY-MM-DD");
    return day;
  };
  const std::optional<absl::CivilDay> review = check(handling.review_on(), "handling.reviewOn");
  const std::optional<absl::CivilDay> end = check(handling.delete_by(), "handling.deleteBy");
  if (review.has_value() && end.has_value() && *review > *end) {
    Add(context, "handling.reviewOn", "DATE", "write a date not after deleteBy");
  }
}

void CheckPurposes(const Context& context) {
  absl::flat_hash_set<int> seen;
  for (size_t i = 0; i < context.frame.purposes.size(); ++i) {
    const v1::Purpose::Code purpose = context.frame.purposes[i];
    const FieldPath field("purposes", static_cast<int>(i));
    if (!v1::Purpose::Code_IsValid(purpose) || purpose == v1::Purpose::PURPOSE_UNSPECIFIED) {
      context.faults.Add(field, "ENUM", "write a purpose that this version has");
    } else if (!seen.insert(purpose).second) {
      context.faults.Add(field, "PURPOSE_TWICE", "write each purpose once");
    }
  }
  if (context.frame.purposes.empty()) {
    Add(context, "purposes", "REQUIRED", "write what the receiver may use the message for");
  }
}

void CheckUrgency(const Context& context) {
  if (context.frame.urgency == v1::Urgency::URGENCY_UNSPECIFIED) {
    Add(context, "urgency", "REQUIRED", "write U1, U2, U3 or U4");
  } else if (!v1::Urgency::Code_IsValid(context.frame.urgency)) {
    Add(context, "urgency", "ENUM", "write U1, U2, U3 or U4");
  }
}

}  // namespace

void CheckFrame(const Context& context) {
  if (context.draft()) {
    CheckUrgency(context);
    CheckPurposes(context);
    CheckHandlingCodes(context);
    CheckNamedRecipients(context);
  }
  CheckConditions(context);
  CheckTlp(context);
  CheckDates(context);
}

}  // namespace liaison::payload
