// A file descriptor that is closed once.
#ifndef LIAISON_DAEMON_RPC_DESCRIPTOR_H_
#define LIAISON_DAEMON_RPC_DESCRIPTOR_H_

#include <unistd.h>

#include <utility>

namespace liaison::rpc {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() { Reset(); }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      Reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }

  bool valid() const { return fd_ >= 0; }
  int get() const { return fd_; }
  int Release() { return std::exchange(fd_, -1); }
  void Reset() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }

 private:
  int fd_ = -1;
};

}  // namespace liaison::rpc

#endif  // LIAISON_DAEMON_RPC_DESCRIPTOR_H_
