// The promises that payload.proto makes for its package, kept by walking its descriptors.
#include <google/protobuf/descriptor.h>

#include <set>

#include "daemon/payload/field_rules.h"
#include "liaison/options.pb.h"
#include "liaison/payload/v1/payload.pb.h"

namespace liaison::payload {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;

// Every message of the package that a payload file declares, whether or not it is used; without
// what stands in the statement and is not cut into leaves.
std::vector<const Descriptor*> PayloadMessages() {
  std::set<const FileDescriptor*> files;
  const auto add = [&](const auto& self, const FileDescriptor* file) -> void {
    if (file->package() != "liaison.payload.v1" || !files.insert(file).second) return;
    for (int i = 0; i < file->dependency_count(); ++i) self(self, file->dependency(i));
  };
  add(add, v1::Payload::descriptor()->file());
  std::vector<const Descriptor*> messages;
  for (const FileDescriptor* file : files) {
    if (file == v1::Handling::descriptor()->file()) continue;
    for (int i = 0; i < file->message_type_count(); ++i) messages.push_back(file->message_type(i));
  }
  return messages;
}

template <typename Visit>
void ForEachField(Visit visit) {
  int fields = 0;
  for (const Descriptor* message : PayloadMessages()) {
    for (int i = 0; i < message->field_count(); ++i, ++fields) visit(*message->field(i));
  }
  EXPECT_GT(fields, 250);  // the walk found the schema
}

bool IsLeaf(const FieldDescriptor& field) { return field.message_type() == nullptr; }

// Calls `visit` for each leaf of a payload with the fields on the way to it.
template <typename Visit>
void ForEachLeafPath(const Descriptor& message, std::vector<const FieldDescriptor*>& way,
                     Visit visit) {
  for (int i = 0; i < message.field_count(); ++i) {
    way.push_back(message.field(i));
    if (IsLeaf(*way.back())) {
      visit(way);
    } else {
      ForEachLeafPath(*way.back()->message_type(), way, visit);
    }
    way.pop_back();
  }
}

TEST(PayloadSchema, GivesEveryLeafAClass) {
  ForEachField([](const FieldDescriptor& field) {
    if (!IsLeaf(field)) return;
    EXPECT_NE(field.options().GetExtension(sens), Sensitivity::SENSITIVITY_UNSPECIFIED)
        << field.full_name();
  });
}

// A date or place whose part nobody named would be kept where a policy generalises.
TEST(PayloadSchema, NamesThePartsOfEveryDateAndPlace) {
  const std::set<std::string> kept = {"PartialDate.calendar", "PartialDate.year_unknown",
                                      "Place.jurisdiction", "Place.role"};
  int wholes = 0;
  for (const Descriptor* message : PayloadMessages()) {
    const Whole::Kind kind = message->options().GetExtension(whole);
    if (kind != Whole::WHOLE_UNSPECIFIED) ++wholes;
    for (int i = 0; i < message->field_count(); ++i) {
      const FieldDescriptor& field = *message->field(i);
      const Part::Kind named = field.options().GetExtension(part);
      const std::string name = message->name() + "." + field.name();
      const bool is_part = kind != Whole::WHOLE_UNSPECIFIED && kept.count(name) == 0;
      EXPECT_EQ(named != Part::PART_UNSPECIFIED, is_part) << name;
      const bool of_date = named == Part::DATE || named == Part::DATE_TEXT;
      if (is_part) {
        EXPECT_EQ(of_date, kind == Whole::DATE) << name;
      }
    }
  }
  EXPECT_EQ(wholes, 2);
}

TEST(PayloadSchema, HasPresenceForEveryScalar) {
  ForEachField([](const FieldDescriptor& field) {
    EXPECT_TRUE(field.is_repeated() || field.has_presence()) << field.full_name();
    EXPECT_FALSE(field.is_required()) << field.full_name();
  });
}

// What was signed or committed to before travels as the bytes that it was.
bool CarriesEarlierBytes(const FieldDescriptor& field) {
  const Descriptor* const message = field.containing_type();
  return message == v1::OpenedField::descriptor() || message == v1::ForwardedItem::descriptor();
}

TEST(PayloadSchema, HasNoMapsGroupsAnyBytesOrExtensions) {
  ForEachField([](const FieldDescriptor& field) {
    EXPECT_FALSE(field.is_map()) << field.full_name();
    EXPECT_NE(field.type(), FieldDescriptor::TYPE_GROUP) << field.full_name();
    EXPECT_TRUE(field.type() != FieldDescriptor::TYPE_BYTES || CarriesEarlierBytes(field))
        << field.full_name();
    EXPECT_FALSE(field.is_extension()) << field.full_name();
    if (field.message_type() == nullptr) return;
    EXPECT_EQ(field.message_type()->file()->package(), "liaison.payload.v1") << field.full_name();
  });
  for (const Descriptor* message : PayloadMessages()) {
    EXPECT_EQ(message->extension_range_count(), 0) << message->full_name();
    EXPECT_EQ(message->file()->syntax(), FileDescriptor::SYNTAX_PROTO3) << message->full_name();
  }
}

TEST(PayloadSchema, BeginsEveryCodeListWithUnspecified) {
  ForEachField([](const FieldDescriptor& field) {
    const EnumDescriptor* const codes = field.enum_type();
    if (codes == nullptr) return;
    ASSERT_NE(codes->FindValueByNumber(0), nullptr) << codes->full_name();
    const std::string name = codes->FindValueByNumber(0)->name();
    const std::string suffix = "_UNSPECIFIED";
    ASSERT_GT(name.size(), suffix.size()) << codes->full_name();
    EXPECT_EQ(name.substr(name.size() - suffix.size()), suffix) << codes->full_name();
    EXPECT_NE(codes->containing_type(), nullptr) << codes->full_name();
  });
}

TEST(PayloadSchema, HasNoFieldOrCodeForConsentToExploitation) {
  const std::set<std::string> allowed = {"Person.consent", "Person.consent_record",
                                         "HandlingNotes.no_consent_reason"};
  ForEachField([&](const FieldDescriptor& field) {
    const std::string name = field.containing_type()->name() + "." + field.name();
    if (allowed.count(name) == 0) {
      EXPECT_EQ(field.name().find("consent"), std::string::npos) << name;
    }
    const EnumDescriptor* const codes = field.enum_type();
    if (codes == nullptr || codes->containing_type()->name() == "ConsentState" ||
        codes->containing_type()->name() == "ConsentScope") {
      return;
    }
    for (int i = 0; i < codes->value_count(); ++i) {
      EXPECT_EQ(codes->value(i)->name().find("CONSENT"), std::string::npos) << codes->full_name();
      EXPECT_EQ(codes->value(i)->name().find("VOLUNTAR"), std::string::npos) << codes->full_name();
    }
  });
}

TEST(PayloadSchema, PutsALeafInOneBondAtMostAndASourceInNone) {
  std::vector<const FieldDescriptor*> way;
  ForEachLeafPath(*v1::Payload::descriptor(), way, [](const auto& fields) {
    int bonds = 0;
    std::string path;
    for (const FieldDescriptor* field : fields) {
      path += "." + field->name();
      bonds += !field->options().GetExtension(bond).empty();
    }
    EXPECT_LE(bonds, 1) << path;
    if (fields.back()->options().GetExtension(sens) == Sensitivity::L6) {
      EXPECT_EQ(bonds, 0) << path;
    }
  });
}

TEST(PayloadSchema, BindsMoreThanOneFieldWithEveryBond) {
  for (const Descriptor* message : PayloadMessages()) {
    std::map<std::string, int> members;
    for (int i = 0; i < message->field_count(); ++i) {
      const std::string name = message->field(i)->options().GetExtension(bond);
      if (!name.empty()) ++members[name];
    }
    for (const auto& [name, count] : members) {
      EXPECT_GT(count, 1) << message->full_name() << " " << name;
    }
  }
}

TEST(PayloadSchema, NeedsFewFields) {
  std::set<std::string> needed;
  ForEachField([&](const FieldDescriptor& field) {
    if (field.options().GetExtension(liaison::needed)) needed.insert(field.full_name());
  });
  EXPECT_EQ(needed,
            (std::set<std::string>{
                "liaison.payload.v1.Alert.what_to_do", "liaison.payload.v1.Evaluation.info",
                "liaison.payload.v1.Evaluation.source", "liaison.payload.v1.ForwardedItem.original",
                "liaison.payload.v1.Person.category"}));
}

TEST(PayloadSchema, KeepsSourcesInTheirClass) {
  std::set<std::string> sources;
  ForEachField([&](const FieldDescriptor& field) {
    if (field.options().GetExtension(sens) == Sensitivity::L6) sources.insert(field.full_name());
  });
  EXPECT_EQ(sources, std::set<std::string>{"liaison.payload.v1.IntelligenceNotice.source_ref"});
}

TEST(FieldRules, NamesFieldsOfTheSchemaInOrder) {
  const auto rules = AllFieldRules();
  for (size_t i = 0; i < rules.size(); ++i) {
    if (i > 0) {
      EXPECT_LE(rules[i - 1].message, rules[i].message);
    }
    const Descriptor* const message =
        v1::Payload::descriptor()->file()->pool()->FindMessageTypeByName(
            "liaison.payload.v1." + std::string(rules[i].message));
    ASSERT_NE(message, nullptr) << rules[i].message;
    const FieldDescriptor* const field = message->FindFieldByName(std::string(rules[i].field));
    ASSERT_NE(field, nullptr) << rules[i].message << "." << rules[i].field;
    EXPECT_TRUE(rules[i].format == Format::kLine || field->type() == FieldDescriptor::TYPE_STRING)
        << field->full_name();
  }
}

TEST(FieldRules, GivesAFieldOneRowAtMost) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const FieldRule& rule : AllFieldRules()) {
    EXPECT_TRUE(seen.emplace(rule.message, rule.field).second) << rule.message << "." << rule.field;
  }
}

TEST(FieldRules, TreatsFreeTextAsProseAndTextBesideOtherAsALine) {
  const auto rule = [](const Descriptor& message, const char* field) {
    return RuleOf(FieldRulesOf(message), *message.FindFieldByName(field));
  };
  EXPECT_EQ(rule(*v1::HandlingNotes::descriptor(), "instructions").format, Format::kProse);
  EXPECT_EQ(rule(*v1::Text::descriptor(), "text").format, Format::kProse);
  EXPECT_EQ(rule(*v1::Place::descriptor(), "role_other").format, Format::kOther);
  EXPECT_EQ(rule(*v1::Place::descriptor(), "street").format, Format::kLine);
  EXPECT_EQ(rule(*v1::Alert::descriptor(), "kind").need, Need::kRequired);
  EXPECT_EQ(rule(*v1::Alert::descriptor(), "details").need, Need::kOptional);
}

// Each `x_other` stands beside a code list `x` that has OTHER.
TEST(FieldRules, FindsTheCodeBesideEveryOtherText) {
  ForEachField([](const FieldDescriptor& field) {
    const std::string suffix = "_other";
    if (field.name().size() <= suffix.size() ||
        field.name().substr(field.name().size() - suffix.size()) != suffix) {
      return;
    }
    const FieldDescriptor* const code = field.containing_type()->FindFieldByName(
        field.name().substr(0, field.name().size() - suffix.size()));
    ASSERT_NE(code, nullptr) << field.full_name();
    ASSERT_NE(code->enum_type(), nullptr) << field.full_name();
    EXPECT_NE(code->enum_type()->FindValueByName("OTHER"), nullptr) << field.full_name();
  });
}

}  // namespace
}  // namespace liaison::payload
