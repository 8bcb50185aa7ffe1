#include "tests/payload/random_message.h"

#include <cstdlib>
#include <iostream>
#include <limits>

namespace liaison::payload {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

}  // namespace

uint64_t Seed() {
  const char* const given = std::getenv("LIAISON_SEED");
  const uint64_t seed =
      given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()();
  std::cout << "LIAISON_SEED=" << seed << std::endl;
  return seed;
}

void RandomMessage::Fill(Message* message, double density, int depth) {
  const google::protobuf::Descriptor& type = *message->GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    if (Chance(density)) FillField(message, *type.field(i), density, depth);
  }
}

void RandomMessage::FillField(Message* message, const FieldDescriptor& field, double density,
                              int depth) {
  const Reflection& reflection = *message->GetReflection();
  int count = 1;
  if (field.is_repeated()) count = Chance(0.1) ? 12 : std::uniform_int_distribution(1, 3)(random_);
  for (int i = 0; i < count; ++i) {
    if (field.message_type() == nullptr) {
      AddScalar(message, field);
      continue;
    }
    if (depth <= 1) return;
    Message* const child = field.is_repeated() ? reflection.AddMessage(message, &field)
                                               : reflection.MutableMessage(message, &field);
    if (!Chance(0.1)) Fill(child, density, depth - 1);  // else it stays empty
  }
}

void RandomMessage::AddScalar(Message* message, const FieldDescriptor& field) {
  const Reflection& to = *message->GetReflection();
  const bool add = field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32: {
      const auto value = static_cast<int32_t>(Number());
      return add ? to.AddInt32(message, &field, value) : to.SetInt32(message, &field, value);
    }
    case FieldDescriptor::CPPTYPE_INT64: {
      const auto value = static_cast<int64_t>(Number());
      return add ? to.AddInt64(message, &field, value) : to.SetInt64(message, &field, value);
    }
    case FieldDescriptor::CPPTYPE_UINT32: {
      const auto value = static_cast<uint32_t>(Number());
      return add ? to.AddUInt32(message, &field, value) : to.SetUInt32(message, &field, value);
    }
    case FieldDescriptor::CPPTYPE_UINT64: {
      const uint64_t value = Number();
      return add ? to.AddUInt64(message, &field, value) : to.SetUInt64(message, &field, value);
    }
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return add ? to.AddDouble(message, &field, Real()) : to.SetDouble(message, &field, Real());
    case FieldDescriptor::CPPTYPE_FLOAT: {
      const auto value = static_cast<float>(std::uniform_real_distribution(-1e30, 1e30)(random_));
      return add ? to.AddFloat(message, &field, value) : to.SetFloat(message, &field, value);
    }
    case FieldDescriptor::CPPTYPE_BOOL: {
      const bool value = Chance(0.5);
      return add ? to.AddBool(message, &field, value) : to.SetBool(message, &field, value);
    }
    case FieldDescriptor::CPPTYPE_ENUM: {  // also numbers that the enum does not have
      const int value = Chance(0.2) ? static_cast<int32_t>(Number())
                                    : std::uniform_int_distribution(0, 3)(random_);
      return add ? to.AddEnumValue(message, &field, value)
                 : to.SetEnumValue(message, &field, value);
    }
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string value = Text(field.type() == FieldDescriptor::TYPE_STRING);
      return add ? to.AddString(message, &field, std::move(value))
                 : to.SetString(message, &field, std::move(value));
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return;
  }
}

uint64_t RandomMessage::Number() {
  static constexpr uint64_t kExtremes[] = {0,
                                           1,
                                           127,
                                           128,
                                           0x7fffffff,
                                           0x80000000,
                                           0xffffffff,
                                           0x7fffffffffffffff,
                                           0x8000000000000000,
                                           0xffffffffffffffff};
  return Chance(0.5) ? kExtremes[random_() % std::size(kExtremes)] : random_();
}

double RandomMessage::Real() {
  static constexpr double kExtremes[] = {0.0, -0.0, std::numeric_limits<double>::infinity(),
                                         std::numeric_limits<double>::denorm_min(),
                                         std::numeric_limits<double>::max()};
  return Chance(0.5) ? kExtremes[random_() % std::size(kExtremes)]
                     : std::uniform_real_distribution(-1e9, 1e9)(random_);
}

std::string RandomMessage::Text(bool utf8) {
  static constexpr const char* kParts[] = {
      "a", "Nguyễn Thị Ví Dụ", "\xf0\x9f\x9a\xa2", "\n", ".", "e\xcc\x81", "[0]"};
  std::string text;
  const int parts = std::uniform_int_distribution(0, 4)(random_);  // 0: present, yet empty
  for (int i = 0; i < parts; ++i) text += kParts[random_() % std::size(kParts)];
  if (!utf8 && Chance(0.5)) text += std::string("\x00\xff\xc0", 3);
  if (Chance(0.05)) text.append(300, 'x');
  return text;
}

}  // namespace liaison::payload
