#include "tests/e2e/secret_search.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"

namespace credlink {
namespace {

constexpr size_t kPiece = 20;  // so many bytes of a hash in a row already give it away

}  // namespace

std::string Utf16(absl::string_view text, bool big_endian) {
  std::string wide;
  for (char c : text) wide += big_endian ? std::string{'\0', c} : std::string{c, '\0'};
  return wide;
}

void SecretSearch::Add(const std::string& hash) {
  AddSpelling(hash);
  AddSpelling(absl::BytesToHexString(hash));
  AddSpelling(absl::AsciiStrToUpper(absl::BytesToHexString(hash)));
  AddSpelling(Utf16(hash, false));
  AddSpelling(Utf16(hash, true));
  // The hash's own 64 hexadecimal digits, read as 32 bytes.
  AddSpelling(absl::HexStringToBytes(hash));
  // Base64 looks different for each of the three places where the hash can begin in a group of
  // three bytes; the first group, which depends on what stands before, is left out.
  for (size_t before = 0; before < 3; ++before) {
    const std::string encoded = absl::Base64Escape(std::string(before, 'x') + hash);
    AddSpelling(encoded.substr(4));
    AddSpelling(absl::WebSafeBase64Escape(std::string(before, 'x') + hash).substr(4));
  }
}

void SecretSearch::AddSpelling(const std::string& spelling) {
  pieces_.insert(spelling.substr(0, kPiece));
}

int SecretSearch::CountIn(const std::string& bytes) const {
  int found = 0;
  for (size_t i = 0; i + kPiece <= bytes.size(); ++i) {
    found += pieces_.count(bytes.substr(i, kPiece)) > 0;
  }
  return found;
}

std::vector<std::string> SecretSearch::FilesWithHashes(const std::string& folder,
                                                       int& looked_at) const {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    ++looked_at;
    if (CountIn(ReadAll(entry.path())) > 0) found.push_back(entry.path().filename());
  }
  return found;
}

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

}  // namespace credlink
