#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <google/protobuf/text_format.h>

#include <fstream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/config/settings.h"

namespace credlink {
namespace {

class Collector final : public google::protobuf::io::ErrorCollector {
 public:
  explicit Collector(const std::string& path) : path_(path) {}
  // protobuf counts lines and columns from 0.
  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    faults_.push_back(absl::StrCat(path_, ":", line + 1, ":", column + 1, ": ", message));
  }
  const std::vector<std::string>& faults() const { return faults_; }

 private:
  const std::string path_;
  std::vector<std::string> faults_;
};

}  // namespace

absl::Status ReadConfigFile(const std::string& path, config::v1::ServerConfig& config) {
  std::ifstream file(path);
  if (!file) return absl::InvalidArgumentError(absl::StrCat("cannot read ", path));
  google::protobuf::io::IstreamInputStream stream(&file);
  Collector collector(path);
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&collector);
  const bool parsed = parser.Parse(&stream, &config);
  // A folder, or a disk that fails: what came before it would look like a whole file.
  if (file.bad()) return absl::InvalidArgumentError(absl::StrCat("cannot read ", path));
  if (parsed) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrJoin(collector.faults(), "\n"));
}

}  // namespace credlink
