#include "server/accounts/mutation.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/accounts/field_checks.h"

namespace credlink {
namespace {

// The request without its id and its secrets, the same bytes for the same content.
std::string ContentOf(const google::protobuf::Message& request) {
  std::unique_ptr<google::protobuf::Message> content(request.New());
  content->CopyFrom(request);
  for (const char* name : {"request_id", "credentials"}) {
    const auto* field = content->GetDescriptor()->FindFieldByName(name);
    if (field != nullptr) content->GetReflection()->ClearField(content.get(), field);
  }
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);  // the order of annotations
  content->SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

}  // namespace

Mutation OwnMutation(AccountName name) {
  Mutation mutation;
  mutation.caller.identity = kServerActor;
  mutation.name = std::move(name);
  return mutation;
}

void SetDigest(const KeyRing& keys, const google::protobuf::Message& request,
               absl::string_view account_number, const Secret& secret, Mutation& mutation) {
  if (mutation.request_id.empty()) return;
  const std::string content =
      absl::StrCat(request.GetDescriptor()->name(), "/", account_number, "/", ContentOf(request));
  mutation.digest = keys.Digest("request", mutation.name.tenant, content, secret);
}

Mutation CheckMutation(Caller caller, absl::string_view name_field, const std::string& name,
                       const std::string& etag, const std::string& request_id, bool validate_only,
                       FieldFaults& faults) {
  Mutation mutation;
  mutation.caller = std::move(caller);
  if (absl::optional<AccountName> parsed = ParseAccountName(name)) {
    mutation.name = *std::move(parsed);
  } else {
    faults.AddMalformed(name_field, name, kAccountNameShape);
  }
  CheckRequestId(request_id, faults);
  mutation.etag = etag;
  mutation.request_id = request_id;
  mutation.validate_only = validate_only;
  return mutation;
}

}  // namespace credlink
