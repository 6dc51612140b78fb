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

void WipeField(Message& message, const Reflection& reflection, const FieldDescriptor& field) {
  std::string scratch;
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    if (field.is_repeated()) {
      for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
        WipeString(reflection.GetRepeatedStringReference(message, &field, i, &scratch));
      }
    } else {
      WipeString(reflection.GetStringReference(message, &field, &scratch));
    }
  }
  reflection.ClearField(&message, &field);
}

}  // namespace

void WipeSensitiveFields(Message& message) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->options().GetExtension(v1::sensitive)) {
      WipeField(message, reflection, *field);
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
