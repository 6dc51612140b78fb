#include "server/accounts/filter.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "server/faults/faults.h"

namespace credlink {
namespace {

constexpr size_t kMaxFilter = 1024;
constexpr absl::string_view kBarePunctuation = "._:@/+-";

class FilterParser {
 public:
  explicit FilterParser(absl::string_view text) : text_(text) {}

  absl::StatusOr<AccountFilter> Parse() {
    AccountFilter filter;
    SkipSpace();
    if (AtEnd()) return filter;
    while (true) {
      absl::Status status = ParseComparison(filter);
      if (!status.ok()) return status;
      const size_t before = position_;
      SkipSpace();
      if (AtEnd()) return filter;
      if (position_ == before || BareText() != "AND") {
        position_ = before;
        return Wrong("expected AND or the end");
      }
      SkipSpace();
    }
  }

 private:
  absl::Status ParseComparison(AccountFilter& filter) {
    const size_t start = position_;
    const absl::string_view field = BareText();
    std::string* target = field == "owner.id"         ? &filter.owner_id
                          : field == "provider"       ? &filter.provider
                          : field == "account_number" ? &filter.account_number
                                                      : nullptr;
    if (target == nullptr) {
      position_ = start;
      return Wrong("expected owner.id, account_number or provider");
    }
    if (!target->empty()) {
      position_ = start;
      return Wrong("a field can be compared once only");
    }
    SkipSpace();
    if (AtEnd() || text_[position_] != '=') return Wrong("expected =");
    ++position_;
    SkipSpace();
    const size_t value = position_;
    if (!AtEnd() && text_[position_] == '"') {
      if (!QuotedText(*target)) return Wrong("expected a closing quotation mark");
    } else {
      *target = std::string(BareText());
    }
    if (target->empty()) {
      position_ = value;
      return Wrong("expected a text");
    }
    return absl::OkStatus();
  }

  absl::string_view BareText() {
    const size_t start = position_;
    while (!AtEnd() && (absl::ascii_isalnum(text_[position_]) || text_[position_] == '_' ||
                        kBarePunctuation.find(text_[position_]) != absl::string_view::npos)) {
      ++position_;
    }
    return text_.substr(start, position_ - start);
  }

  bool QuotedText(std::string& out) {
    for (++position_; !AtEnd(); ++position_) {
      char c = text_[position_];
      if (c == '"') {
        ++position_;
        return true;
      }
      if (c == '\\') {
        if (++position_ == text_.size()) return false;
        c = text_[position_];
        if (c != '"' && c != '\\') return false;
      }
      out.push_back(c);
    }
    return false;
  }

  void SkipSpace() {
    while (!AtEnd() && absl::ascii_isspace(text_[position_])) ++position_;
  }
  bool AtEnd() const { return position_ >= text_.size(); }

  absl::Status Wrong(absl::string_view expected) const {
    FieldFaults faults;
    faults.Add("filter", v1::ERROR_REASON_FILTER_INVALID,
               absl::StrCat("At character ", position_ + 1, ": ", expected, "."));
    return faults.ToStatus();
  }

  const absl::string_view text_;
  size_t position_ = 0;
};

}  // namespace

absl::StatusOr<AccountFilter> ParseFilter(absl::string_view filter) {
  if (filter.size() > kMaxFilter) {
    FieldFaults faults;
    faults.Add("filter", v1::ERROR_REASON_FIELD_TOO_LONG,
               absl::StrCat("Must have at most ", kMaxFilter, " characters."));
    return faults.ToStatus();
  }
  return FilterParser(filter).Parse();
}

}  // namespace credlink
