// `credlink import` against a service that answers by the owner's id.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/client/scripted_cli.h"

namespace credlink {

class ImportTest : public ScriptedCli {
 protected:
  // An owner "ok-..." is linked; for the others see Link().
  ImportTest();

  static std::string Csv(const std::vector<std::string>& owners);
  Ended Import(std::vector<std::string> arguments, const std::string& input = "");
  // An import of one line at a time that goes on; what it writes is in the files out and err.
  absl::StatusOr<std::unique_ptr<ChildProcess>> Start(const std::string& csv);

  // "line result account reason", each, in the lines' order.
  static std::vector<std::string> Verdicts(const std::string& json_lines);
  // The request id that each owner's line had, in all its attempts.
  std::map<std::string, std::string> IdsByOwner() const;
  int Attempts(const std::string& owner);

 private:
  grpc::Status Link(const v1::LinkAccountRequest& request, v1::LinkAccountResponse& response);

  std::mutex mutex_;
  std::map<std::string, int> attempts_;
};

}  // namespace credlink
