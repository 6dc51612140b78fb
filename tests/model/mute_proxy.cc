#include "tests/model/mute_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace credlink::model {
namespace {

sockaddr_in Loopback(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

int PortOf(const std::string& address) {
  int port = 0;
  if (!absl::SimpleAtoi(address.substr(address.rfind(':') + 1), &port)) abort();
  return port;
}

// Passes on what there is; false at the end.
bool Pass(int from, int to, bool muted) {
  char bytes[16384];
  const ssize_t count = read(from, bytes, sizeof bytes);
  if (count <= 0) return false;
  return muted || send(to, bytes, static_cast<size_t>(count), MSG_NOSIGNAL) == count;
}

}  // namespace

MuteProxy::MuteProxy(const std::string& server)
    : server_port_(PortOf(server)),
      listener_(socket(AF_INET, SOCK_STREAM, 0)),
      stop_(eventfd(0, 0)) {
  sockaddr_in any = Loopback(0);
  if (bind(listener_, reinterpret_cast<sockaddr*>(&any), sizeof any) != 0) abort();
  if (listen(listener_, 1) != 0) abort();
  thread_ = std::thread([this] { Run(); });
}

MuteProxy::~MuteProxy() {
  eventfd_write(stop_, 1);
  thread_.join();
  close(listener_);
  close(stop_);
}

std::string MuteProxy::address() const {
  sockaddr_in address = {};
  socklen_t size = sizeof address;
  if (getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) abort();
  return absl::StrCat("127.0.0.1:", ntohs(address.sin_port));
}

void MuteProxy::Run() {
  pollfd waiting[] = {{stop_, POLLIN, 0}, {listener_, POLLIN, 0}};
  if (poll(waiting, 2, -1) < 0 || waiting[0].revents != 0) return;
  const int client = accept(listener_, nullptr, nullptr);
  const int server = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = Loopback(server_port_);
  bool open = connect(server, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  while (open) {
    pollfd ends[] = {{stop_, POLLIN, 0}, {client, POLLIN, 0}, {server, POLLIN, 0}};
    open = poll(ends, 3, -1) > 0 && ends[0].revents == 0;
    if (open && ends[1].revents != 0) open = Pass(client, server, false);
    if (open && ends[2].revents != 0) open = Pass(server, client, muted_);
  }
  close(client);
  close(server);
}

}  // namespace credlink::model
