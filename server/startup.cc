#include "server/startup.h"

#include <errno.h>
#include <grpcpp/security/server_credentials.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <cstring>
#include <fstream>
#include <future>
#include <sstream>

#include "absl/strings/str_cat.h"

namespace credlink {
namespace {

// Runs a task of the start to its end. Not for calls: it blocks.
template <typename T>
T WaitFor(Executor& executor, Task<T> task) {
  return boost::asio::co_spawn(executor.NewStrand(), std::move(task), boost::asio::use_future)
      .get();
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path);
  std::stringstream content;
  content << file.rdbuf();
  if (!file || content.str().empty()) {
    return absl::FailedPreconditionError(absl::StrCat("cannot read ", path, ", or it is empty"));
  }
  return content.str();
}

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeCredentials(const Settings& settings) {
  if (settings.tls_cert_file.empty()) return grpc::InsecureServerCredentials();
  absl::StatusOr<std::string> certificate = ReadFile(settings.tls_cert_file);
  if (!certificate.ok()) return certificate.status();
  absl::StatusOr<std::string> key = ReadFile(settings.tls_key_file);
  if (!key.ok()) return key.status();
  absl::StatusOr<std::string> client_ca = ReadFile(settings.tls_client_ca_file);
  if (!client_ca.ok()) return client_ca.status();
  grpc::SslServerCredentialsOptions options(
      GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.pem_root_certs = *client_ca;
  options.pem_key_cert_pairs.push_back({*key, *certificate});
  return grpc::SslServerCredentials(options);
}

}  // namespace

absl::Status PrepareDataDir(const std::string& path) {
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot make the data folder ", path, ": ", std::strerror(errno)));
  }
  struct stat info;
  if (stat(path.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) {
    return absl::FailedPreconditionError(absl::StrCat(path, " is not a folder"));
  }
  if (info.st_uid != geteuid()) {
    return absl::FailedPreconditionError(
        absl::StrCat("the data folder ", path, " belongs to another user"));
  }
  if ((info.st_mode & 077) != 0) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the data folder ", path, " is open to other users; close it with: chmod 0700 ", path));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<FileKeyProvider>> LoadKeys(const Settings& settings, KeyStore& store,
                                                          Executor& executor, Log& log) {
  if (settings.may_create_key_file && access(settings.key_file.c_str(), F_OK) != 0) {
    absl::StatusOr<absl::optional<WrappedKey>> any_key =
        WaitFor(executor, store.FindTenantKey("", 0));
    if (!any_key.ok()) return any_key.status();
    if (any_key->has_value()) {
      return absl::FailedPreconditionError(
          absl::StrCat("the store holds data that was sealed with key ", (*any_key)->kek_id,
                       ", but the key file ", settings.key_file,
                       " is missing. Put it back, or name it with --key_file; no new key can "
                       "open this data."));
    }
    absl::Status created = FileKeyProvider::Create(settings.key_file);
    if (!created.ok()) return created;
    log.Warning(
        "made a new key; without this file nothing in the store can be read, so keep a copy "
        "of it apart from the store's backups",
        {{"key_file", settings.key_file}});
  }
  return FileKeyProvider::Load(settings.key_file);
}

absl::StatusOr<std::unique_ptr<KeyRing>> OpenKeyRing(KeyProvider& provider, KeyStore& store,
                                                     Executor& executor) {
  return WaitFor(executor, KeyRing::Open(provider, store));
}

absl::Status RecallOutage(OutageNotices& notices, Executor& executor) {
  return WaitFor(executor, notices.Recall());
}

absl::StatusOr<ServerOptions> MakeServerOptions(const Settings& settings) {
  absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> credentials = MakeCredentials(settings);
  if (!credentials.ok()) return credentials.status();
  ServerOptions options;
  options.listen = settings.listen;
  options.credentials = *std::move(credentials);
  options.reflection = settings.reflection;
  options.limits.max_streams_per_connection = settings.max_streams_per_connection;
  options.limits.max_request_bytes = settings.max_request_bytes;
  options.limits.max_metadata_bytes = settings.max_metadata_bytes;
  options.limits.handshake_timeout = settings.handshake_timeout;
  options.limits.max_connection_idle = settings.max_connection_idle;
  options.limits.max_connection_age = settings.max_connection_age;
  options.limits.max_connection_age_grace = settings.max_connection_age_grace;
  return options;
}

}  // namespace credlink
