#include "server/secrets/sensitive_fields.h"

#include <string>
#include <vector>

#include "credlink/v1/annotations.pb.h"
#include "server/secrets/secret.h"

namespace credlink {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

void WipeString(const std::string& value) {
  // The message is ours to change, and its accessor gives no other way to the bytes themselves.
  if (!value.empty()) Wipe(const_cast<char*>(value.data()), value.size());
}

// Overwrites the field's strings, those in its messages included. The field itself stays set.
void WipeField(Message& message, const Reflection& reflection, const FieldDescriptor& field) {
  std::string scratch;
  const int size = field.is_repeated() ? reflection.FieldSize(message, &field) : 1;
  for (int i = 0; i < size; ++i) {
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      WipeString(field.is_repeated()
                     ? reflection.GetRepeatedStringReference(message, &field, i, &scratch)
                     : reflection.GetStringReference(message, &field, &scratch));
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      WipeEverything(field.is_repeated() ? *reflection.MutableRepeatedMessage(&message, &field, i)
                                         : *reflection.MutableMessage(&message, &field));
    }
  }
}

std::vector<const FieldDescriptor*> SetFields(const Message& message) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  return fields;
}

}  // namespace

void WipeEverything(Message& message) {
  for (const FieldDescriptor* field : SetFields(message)) {
    WipeField(message, *message.GetReflection(), *field);
  }
  message.Clear();
}

void WipeSensitiveFields(Message& message) {
  const Reflection& reflection = *message.GetReflection();
  for (const FieldDescriptor* field : SetFields(message)) {
    if (field->options().GetExtension(v1::sensitive)) {
      WipeField(message, reflection, *field);
      reflection.ClearField(&message, field);
    } else if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      continue;
    } else if (field->is_repeated()) {
      for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
        WipeSensitiveFields(*reflection.MutableRepeatedMessage(&message, field, i));
      }
    } else {
      WipeSensitiveFields(*reflection.MutableMessage(&message, field));
    }
  }
}

}  // namespace credlink
