#include "tests/simulator/simulator.h"

#include <stdlib.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tests/simulator/connection.h"
#include "tests/simulator/state.h"

namespace credlink::simulator {

namespace asio = boost::asio;
using asio::ip::tcp;

class Simulator::Impl {
 public:
  Impl(const Options& options, std::string state_dir, const Identity& identity)
      : state_dir_(std::move(state_dir)),
        owns_state_dir_(options.state_dir.empty()),
        context_(MakeServerContext(identity)),
        io_(options.threads),
        acceptor_(io_) {}

  ~Impl() {
    io_.stop();
    for (std::thread& thread : threads_) thread.join();
    std::error_code ignored;
    if (owns_state_dir_) std::filesystem::remove_all(state_dir_, ignored);
  }

  absl::Status Listen(const tcp::endpoint& endpoint, int threads) {
    boost::system::error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(4096, error);
    if (error) return absl::UnavailableError(absl::StrCat("cannot listen: ", error.message()));
    asio::co_spawn(io_, Accept(), asio::detached);
    for (int i = 0; i < threads; ++i) {
      threads_.emplace_back([this] { io_.run(); });
    }
    return absl::OkStatus();
  }

  State& state() { return state_; }
  const std::string& state_dir() const { return state_dir_; }
  int port() const { return acceptor_.local_endpoint().port(); }

 private:
  asio::awaitable<void> Accept() {
    while (true) {
      tcp::socket socket(asio::make_strand(io_));
      boost::system::error_code error;
      co_await acceptor_.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
      if (error) continue;
      const auto executor = socket.get_executor();
      asio::co_spawn(executor, ServeConnection(std::move(socket), context_, state_),
                     asio::detached);
    }
  }

  const std::string state_dir_;
  const bool owns_state_dir_;
  State state_;
  asio::ssl::context context_;
  asio::io_context io_;
  tcp::acceptor acceptor_;
  std::vector<std::thread> threads_;
};

absl::StatusOr<std::unique_ptr<Simulator>> Simulator::Start(const Options& options) {
  const size_t colon = options.listen.rfind(':');
  int port = 0;
  boost::system::error_code error;
  const auto address = asio::ip::make_address(options.listen.substr(0, colon), error);
  if (colon == std::string::npos || error || !address.is_loopback() ||
      !absl::SimpleAtoi(options.listen.substr(colon + 1), &port)) {
    return absl::InvalidArgumentError("listen must be a loopback address and a port");
  }
  std::string state_dir = options.state_dir;
  if (state_dir.empty()) {
    const char* base = std::getenv("TEST_TMPDIR");
    std::string pattern = absl::StrCat(base == nullptr ? "/tmp" : base, "/simulatorXXXXXX");
    state_dir = mkdtemp(pattern.data());
  }
  const Identity identity = MakeIdentity(options.certificate);
  std::ofstream ca(absl::StrCat(state_dir, "/ca.pem"));
  ca << identity.ca_pem;
  ca.close();
  if (!ca) return absl::UnavailableError(absl::StrCat("cannot write to ", state_dir));
  auto impl = std::make_unique<Impl>(options, std::move(state_dir), identity);
  absl::Status listening = impl->Listen(tcp::endpoint(address, port), options.threads);
  if (!listening.ok()) return listening;
  return std::unique_ptr<Simulator>(new Simulator(std::move(impl)));
}

Simulator::Simulator(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Simulator::~Simulator() = default;

std::string Simulator::url() const { return absl::StrCat("https://127.0.0.1:", impl_->port()); }
std::string Simulator::ca_file() const { return impl_->state_dir() + "/ca.pem"; }

void Simulator::AddCompany(const Company& company) { impl_->state().directory().Add(company); }
void Simulator::RemoveCompany(const std::string& cid) { impl_->state().directory().Remove(cid); }
void Simulator::ResetHash(const std::string& cid, const std::string& new_hash) {
  impl_->state().directory().ResetHash(cid, new_hash);
}

void Simulator::SetFault(absl::optional<Fault> fault) {
  impl_->state().SetFault("", std::move(fault));
}
void Simulator::SetCompanyFault(const std::string& cid, absl::optional<Fault> fault) {
  impl_->state().SetFault(cid, std::move(fault));
}

Stats Simulator::stats() const { return impl_->state().stats(); }
bool Simulator::WaitFor(absl::FunctionRef<bool(const Stats&)> done, absl::Duration timeout) const {
  return impl_->state().WaitFor(done, timeout);
}

}  // namespace credlink::simulator
