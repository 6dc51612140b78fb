#include "tests/model/lastpass_world.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace credlink::model {

std::string LastPassWorld::CidOf(int company) { return absl::StrCat(7654300 + company); }

std::string LastPassWorld::HashOf(const std::string& cid, size_t count) {
  const std::string end = absl::StrCat(cid, "a", count);
  return std::string(64 - end.size(), 'f') + end;
}

LastPassWorld::Shared::Shared(LastPassWorld& world) {
  const std::lock_guard<std::mutex> entry(world.entry_);
  lock_ = std::shared_lock<std::shared_mutex>(world.mutex_);
}

Proof LastPassWorld::Prove(const std::string& cid, const std::string& hash) const {
  Proof proof;
  const auto found = companies_.find(cid);
  if (found != companies_.end() && found->second.down) {
    proof.outcome = v1::Verdict::OUTCOME_INDETERMINATE;
    proof.reason = v1::ERROR_REASON_UPSTREAM_UNAVAILABLE;
  } else if (found == companies_.end() || found->second.live() != hash) {
    proof.outcome = v1::Verdict::OUTCOME_INVALID;
    proof.reason = v1::ERROR_REASON_CREDENTIALS_REJECTED;
  } else {
    proof.user_count = found->second.users;
  }
  return proof;
}

template <typename Change>
void LastPassWorld::ChangeAlone(const std::string& cid, Change change) {
  const std::lock_guard<std::mutex> entry(entry_);
  const std::unique_lock<std::shared_mutex> lock(mutex_);
  Company& company = companies_[cid];
  change(company);
  Become(cid, company);
}

void LastPassWorld::Begin() {
  for (int i = 0; i < kCompanies; ++i) {
    const std::string cid = CidOf(i);
    ChangeAlone(cid, [&](Company& company) {
      company.users = 4 + i;
      company.hashes = {HashOf(cid, 0)};
    });
  }
}

void LastPassWorld::Reset(const std::string& cid, bool back) {
  ChangeAlone(cid, [&](Company& company) {
    std::vector<std::string>& hashes = company.hashes;
    if (back && hashes.size() > 1) {
      std::swap(hashes[hashes.size() - 1], hashes[hashes.size() - 2]);
    } else {
      hashes.push_back(HashOf(cid, hashes.size()));
    }
  });
}

void LastPassWorld::SetDown(const std::string& cid, bool down) {
  ChangeAlone(cid, [down](Company& company) { company.down = down; });
}

}  // namespace credlink::model
