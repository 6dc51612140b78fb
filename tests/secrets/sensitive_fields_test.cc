#include "server/secrets/sensitive_fields.h"

#include <google/protobuf/arena.h>
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "credlink/v1/annotations.pb.h"
#include "credlink/v1/connector_service.pb.h"
#include "credlink/v1/link_service.pb.h"

namespace credlink {
namespace {

TEST(SensitiveFieldsTest, WipesTheCredentialsAndNothingElse) {
  // Nothing on an arena is freed before the arena, so the old bytes can be looked at afterwards.
  google::protobuf::Arena arena;
  auto& request = *google::protobuf::Arena::CreateMessage<v1::LinkAccountRequest>(&arena);
  request.set_parent("tenants/acme");
  v1::LastPassCredentials& credentials = *request.mutable_credentials()->mutable_lastpass();
  credentials.set_account_number(std::string(40, 'f'));  // somebody swapped the fields
  credentials.set_provisioning_hash(std::string(64, 'f'));
  const char* hash = credentials.provisioning_hash().data();
  const char* number = credentials.account_number().data();

  WipeSensitiveFields(request);

  EXPECT_FALSE(request.has_credentials());
  EXPECT_EQ(std::string(hash, 64).find('f'), std::string::npos);
  EXPECT_EQ(std::string(number, 40).find('f'), std::string::npos);
  EXPECT_EQ(request.parent(), "tenants/acme");
}

TEST(SensitiveFieldsTest, EmptyMessageIsLeftAlone) {
  v1::LinkAccountRequest request;
  WipeSensitiveFields(request);
  EXPECT_FALSE(request.has_credentials());
}

void CollectSensitive(const google::protobuf::Descriptor& message, std::set<std::string>& found,
                      std::set<std::string>& seen) {
  if (!seen.insert(message.full_name()).second) return;
  for (int i = 0; i < message.field_count(); ++i) {
    const auto& field = *message.field(i);
    if (field.options().GetExtension(v1::sensitive)) found.insert(field.full_name());
    if (field.message_type() != nullptr) CollectSensitive(*field.message_type(), found, seen);
  }
}

// Secrets go in and never come out: only requests can hold a sensitive field.
TEST(SensitiveFieldsTest, NoResponseHasASensitiveField) {
  int requests_with_secrets = 0;
  for (const auto* file :
       {v1::LinkAccountRequest::descriptor()->file(), v1::Connector::descriptor()->file()}) {
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        const auto& method = *file->service(s)->method(m);
        std::set<std::string> in, out, seen_in, seen_out;
        CollectSensitive(*method.input_type(), in, seen_in);
        CollectSensitive(*method.output_type(), out, seen_out);
        EXPECT_TRUE(out.empty()) << method.full_name();
        requests_with_secrets += !in.empty();
      }
    }
  }
  EXPECT_EQ(requests_with_secrets, 3);  // ValidateCredentials, LinkAccount, RotateCredentials
}

}  // namespace
}  // namespace credlink
