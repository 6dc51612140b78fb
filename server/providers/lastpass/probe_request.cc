#include "server/providers/lastpass/probe_request.h"

#include <cstring>
#include <utility>

namespace credlink::lastpass {
namespace {

constexpr absl::string_view kBeforeCid = R"({"cid":)";
constexpr absl::string_view kBeforeHash = R"(,"provhash":")";
constexpr absl::string_view kBeforeCommand = R"(","cmd":")";
constexpr absl::string_view kAfterCommand = R"(","data":{"pagesize":1,"pageindex":0}})";

// How one byte stands inside a JSON string. UTF-8 needs no escapes.
class EscapedByte {
 public:
  explicit EscapedByte(char byte) {
    constexpr char kHex[] = "0123456789abcdef";
    const auto code = static_cast<unsigned char>(byte);
    if (byte == '"' || byte == '\\') {
      Put('\\');
      Put(byte);
    } else if (code < 0x20) {
      for (char c : {'\\', 'u', '0', '0', kHex[code >> 4], kHex[code & 0xf]}) Put(c);
    } else {
      Put(byte);
    }
  }
  ~EscapedByte() { Wipe(bytes_, sizeof(bytes_)); }

  absl::string_view view() const { return absl::string_view(bytes_, size_); }

 private:
  void Put(char c) { bytes_[size_++] = c; }

  char bytes_[6];
  size_t size_ = 0;
};

size_t EscapedSize(absl::string_view text) {
  size_t size = 0;
  for (char c : text) size += EscapedByte(c).view().size();
  return size;
}

// Fills a Secret of the exact size: nothing is moved while it grows.
class Writer {
 public:
  explicit Writer(size_t size) : body_(Secret::OfSize(size)) {}

  void Put(absl::string_view text) {
    std::memcpy(body_.mutable_data() + used_, text.data(), text.size());
    used_ += text.size();
  }
  void PutEscaped(absl::string_view text) {
    for (char c : text) Put(EscapedByte(c).view());
  }
  Secret Take() { return std::move(body_); }

 private:
  Secret body_;
  size_t used_ = 0;
};

}  // namespace

Secret MakeProbeBody(const ProviderCredentials& credentials) {
  const absl::string_view cid = credentials.account_number;
  const absl::string_view hash = credentials.secret.Reveal();
  Writer writer(kBeforeCid.size() + cid.size() + kBeforeHash.size() + EscapedSize(hash) +
                kBeforeCommand.size() + kCommand.size() + kAfterCommand.size());
  writer.Put(kBeforeCid);
  writer.Put(cid);
  writer.Put(kBeforeHash);
  writer.PutEscaped(hash);
  writer.Put(kBeforeCommand);
  writer.Put(kCommand);
  writer.Put(kAfterCommand);
  return writer.Take();
}

}  // namespace credlink::lastpass
