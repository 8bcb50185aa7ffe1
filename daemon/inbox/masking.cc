#include "daemon/inbox/masking.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "liaison/options.pb.h"

namespace liaison::inbox {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

class Masker {
 public:
  std::vector<std::string> Run(Message& payload) {
    Walk(payload, "", Sensitivity::SENSITIVITY_UNSPECIFIED);
    return std::move(touched_);
  }

 private:
  // `least`: a class that a field above raises everything below it to.
  void Walk(Message& message, const std::string& prefix, Sensitivity::Class least) {
    const Reflection& reflection = *message.GetReflection();
    std::vector<const FieldDescriptor*> fields;
    reflection.ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
      const std::string path =
          prefix.empty() ? field->name() : absl::StrCat(prefix, ".", field->name());
      const Sensitivity::Class sens = std::max(least, field->options().GetExtension(liaison::sens));
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        Descend(message, reflection, *field, path, sens);
      } else if (sens >= Sensitivity::L3) {
        Hide(message, reflection, *field, sens);
        touched_.push_back(path);
      }
    }
  }

  void Descend(Message& message, const Reflection& reflection, const FieldDescriptor& field,
               const std::string& path, Sensitivity::Class sens) {
    if (!field.is_repeated()) {
      Walk(*reflection.MutableMessage(&message, &field), path, sens);
      return;
    }
    for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
      Walk(*reflection.MutableRepeatedMessage(&message, &field, i), absl::StrCat(path, "[", i, "]"),
           sens);
    }
  }

  static void Hide(Message& message, const Reflection& reflection, const FieldDescriptor& field,
                   Sensitivity::Class sens) {
    if (field.type() != FieldDescriptor::TYPE_STRING) {
      reflection.ClearField(&message, &field);
      return;
    }
    const std::string mark = absl::StrCat("[", Sensitivity::Class_Name(sens), "]");
    if (!field.is_repeated()) {
      reflection.SetString(&message, &field, mark);
      return;
    }
    const int size = reflection.FieldSize(message, &field);
    reflection.ClearField(&message, &field);
    for (int i = 0; i < size; ++i) reflection.AddString(&message, &field, mark);
  }

  std::vector<std::string> touched_;
};

}  // namespace

std::vector<std::string> Mask(payload::v1::Payload& payload) { return Masker().Run(payload); }

}  // namespace liaison::inbox
