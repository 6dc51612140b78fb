#include "server/accounts/misplaced_secret.h"

#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace credlink {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;

constexpr size_t kShortestHash = 16;

// What is in a map has the map's path: a key may be the secret.
std::string PathOf(const Message& message, const std::string& prefix,
                   const FieldDescriptor& field) {
  if (message.GetDescriptor()->options().map_entry()) return prefix;
  return absl::StrCat(prefix, prefix.empty() ? "" : ".", field.name());
}

// Adds the paths of the fields whose texts hold it.
void FindIn(const Message& message, const std::string& prefix, const Secret& secret,
            std::set<std::string>& paths) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  std::string scratch;
  for (const FieldDescriptor* field : fields) {
    const std::string path = PathOf(message, prefix, *field);
    const int size = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < size; ++i) {
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
        const std::string& text =
            field->is_repeated()
                ? reflection.GetRepeatedStringReference(message, field, i, &scratch)
                : reflection.GetStringReference(message, field, &scratch);
        if (absl::StrContains(text, secret.Reveal())) paths.insert(path);
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        FindIn(field->is_repeated() ? reflection.GetRepeatedMessage(message, field, i)
                                    : reflection.GetMessage(message, field),
               path, secret, paths);
      }
    }
  }
}

}  // namespace

void CheckHoldsNot(const Secret& secret, const Message& request, FieldFaults& faults) {
  if (secret.size() < kShortestHash) return;
  std::set<std::string> paths;
  FindIn(request, "", secret, paths);
  for (const std::string& path : paths) {
    faults.Add(path, v1::ERROR_REASON_FIELD_MALFORMED,
               "Must not hold the provisioning hash, which belongs into the credentials alone.");
  }
}

}  // namespace credlink
