// Passes one connection on to a server on this machine, until it lets no answer through any more.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

namespace credlink::model {

class MuteProxy {
 public:
  // `server` is "127.0.0.1:PORT".
  explicit MuteProxy(const std::string& server);
  // Ends the connection.
  ~MuteProxy();
  MuteProxy(const MuteProxy&) = delete;
  MuteProxy& operator=(const MuteProxy&) = delete;

  std::string address() const;
  // From now on nothing that the server says arrives.
  void Mute() { muted_ = true; }

 private:
  void Run();

  const int server_port_;
  int listener_ = -1;
  int stop_ = -1;  // an eventfd
  std::atomic<bool> muted_ = false;
  std::thread thread_;
};

}  // namespace credlink::model
