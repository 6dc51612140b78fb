// LastPass as the reference model sees it: a few companies, each with one live hash.
#pragma once

#include <map>
#include <shared_mutex>
#include <string>
#include <vector>

#include "credlink/v1/error_reason.pb.h"
#include "credlink/v1/verdict.pb.h"

namespace credlink::model {

// What LastPass says to a pair.
struct Proof {
  v1::Verdict::Outcome outcome = v1::Verdict::OUTCOME_VALID;
  v1::ErrorReason reason = v1::ERROR_REASON_UNSPECIFIED;
  int64_t user_count = 0;
};

struct Company {
  std::vector<std::string> hashes;  // that it had, the live one last
  bool down = false;                // nothing proves anything
  int users = 0;

  const std::string& live() const { return hashes.back(); }
};

// Who makes calls holds it shared, so that it knows what LastPass says meanwhile; who changes
// LastPass holds it alone, and need not wait longer than for the calls under way.
class LastPassWorld {
 public:
  static constexpr int kCompanies = 4;

  virtual ~LastPassWorld() = default;

  // The account number of a company, by its number below kCompanies.
  static std::string CidOf(int company);
  // The `count`th hash that a company had.
  static std::string HashOf(const std::string& cid, size_t count);

  class Shared {
   public:
    explicit Shared(LastPassWorld& world);

   private:
    std::shared_lock<std::shared_mutex> lock_;
  };

  // For whoever holds it shared.
  Proof Prove(const std::string& cid, const std::string& hash) const;
  const Company& company(const std::string& cid) const { return companies_.at(cid); }

  // The company gets a new hash, or goes back to one that it had.
  void Reset(const std::string& cid, bool back);
  // LastPass answers nobody of this company, or does again.
  void SetDown(const std::string& cid, bool down);

  // Whether white space around what was entered is taken away, with a note for each field.
  virtual bool trims() const = 0;

 protected:
  // Makes the companies; for the constructors of the implementations.
  void Begin();
  // Called with each change, by one thread at a time.
  virtual void Become(const std::string& cid, const Company& company) = 0;

 private:
  template <typename Change>
  void ChangeAlone(const std::string& cid, Change change);

  std::mutex entry_;  // whoever waits to change it keeps others from coming in
  std::shared_mutex mutex_;
  std::map<std::string, Company> companies_;
};

}  // namespace credlink::model
