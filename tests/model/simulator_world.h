// The world behind a LastPass simulator, for servers in processes of their own.
#pragma once

#include "tests/model/lastpass_world.h"
#include "tests/simulator/simulator.h"

namespace credlink::model {

class SimulatorWorld final : public LastPassWorld {
 public:
  // The simulator must outlive this.
  explicit SimulatorWorld(simulator::Simulator& simulator) : simulator_(simulator) { Begin(); }

  bool trims() const override { return true; }

 protected:
  void Become(const std::string& cid, const Company& company) override {
    simulator_.AddCompany({.cid = cid, .hash = company.live(), .users = company.users});
    absl::optional<simulator::Fault> fault;
    if (company.down) fault = simulator::Fault{.kind = simulator::Fault::kServerError};
    simulator_.SetCompanyFault(cid, fault);
  }

 private:
  simulator::Simulator& simulator_;
};

}  // namespace credlink::model
