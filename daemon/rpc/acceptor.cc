#include "daemon/rpc/acceptor.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/base/log.h"

namespace liaison::rpc {
namespace {

constexpr int kAcceptAtOnce = 64;  // so that samples come in time under a flood
constexpr long kSampleNanoseconds = 100'000'000;

Descriptor OpenReserve() { return Descriptor(open("/dev/null", O_RDONLY | O_CLOEXEC)); }

bool OutOfDescriptors(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

bool Watch(int epoll, int fd, uint32_t events) {
  epoll_event event = {};
  event.events = events;
  event.data.fd = fd;
  return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

void Drain(int fd) {
  uint64_t count = 0;
  while (read(fd, &count, sizeof(count)) < 0 && errno == EINTR) {
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<Acceptor>> Acceptor::Bind(const std::string& address,
                                                         const Door::Limits& limits, CallGate& gate,
                                                         const base::Clock& clock) {
  absl::StatusOr<BoundSocket> bound = ListenOn(address);
  if (!bound.ok()) return bound.status();
  std::unique_ptr<Acceptor> acceptor(new Acceptor(*std::move(bound), limits, gate, clock));
  absl::Status prepared = acceptor->Prepare();
  if (!prepared.ok()) return prepared;
  return acceptor;
}

Acceptor::Acceptor(BoundSocket bound, const Door::Limits& limits, CallGate& gate,
                   const base::Clock& clock)
    : gate_(gate), clock_(clock), bound_(std::move(bound)), door_(limits) {}

Acceptor::~Acceptor() { Stop(); }

absl::Status Acceptor::Prepare() {
  epoll_ = Descriptor(epoll_create1(EPOLL_CLOEXEC));
  timer_ = Descriptor(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC));
  stop_ = Descriptor(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  reserve_ = OpenReserve();
  itimerspec every = {};
  every.it_interval.tv_nsec = kSampleNanoseconds;
  every.it_value.tv_nsec = kSampleNanoseconds;
  if (!epoll_.valid() || !timer_.valid() || !stop_.valid() || !reserve_.valid() ||
      timerfd_settime(timer_.get(), 0, &every, nullptr) != 0 ||
      !Watch(epoll_.get(), bound_.socket.get(), EPOLLIN) ||
      !Watch(epoll_.get(), timer_.get(), EPOLLIN) || !Watch(epoll_.get(), stop_.get(), EPOLLIN)) {
    return absl::InternalError(absl::StrCat("cannot prepare to accept: ", std::strerror(errno)));
  }
  return absl::OkStatus();
}

void Acceptor::Start(std::unique_ptr<Target> target) {
  target_ = std::move(target);
  thread_ = std::thread([this] { Run(); });
}

void Acceptor::Stop() {
  if (thread_.joinable()) {
    const uint64_t one = 1;
    while (write(stop_.get(), &one, sizeof(one)) < 0 && errno == EINTR) {
    }
    thread_.join();
  }
  bound_.socket.Reset();
}

void Acceptor::Run() {
  std::array<epoll_event, 64> events;
  while (true) {
    const int ready = epoll_wait(epoll_.get(), events.data(), events.size(), /*timeout=*/1000);
    // Ends first: an address and port may come back at once.
    for (int i = 0; i < ready; ++i) {
      if (watched_.contains(events[i].data.fd)) Closed(events[i].data.fd);
    }
    for (int i = 0; i < ready; ++i) {
      const int fd = events[i].data.fd;
      if (fd == stop_.get()) return;
      if (fd == bound_.socket.get()) AcceptSome();
      if (fd == timer_.get()) Sample();
    }
  }
}

void Acceptor::AcceptSome() {
  for (int i = 0; i < kAcceptAtOnce; ++i) {
    sockaddr_storage peer = {};
    socklen_t size = sizeof(peer);
    Descriptor connection(accept4(bound_.socket.get(), reinterpret_cast<sockaddr*>(&peer), &size,
                                  SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (connection.valid()) {
      const absl::StatusOr<ConnectionKey> key = ConnectionKeyOf(peer);
      if (key.ok()) Admit(std::move(connection), *key);
    } else if (OutOfDescriptors(errno)) {
      if (!Shed()) return;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return;
    }
    // Any other error is of the connection that was to be accepted, and is gone with it.
  }
}

bool Acceptor::Shed() {
  if (reserve_.valid()) {
    reserve_.Reset();
    // Held until after the try: the place must not go to another thread in between.
    const Descriptor shed(accept4(bound_.socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
  }
  reserve_ = OpenReserve();
  if (!reserve_.valid()) ListenAgain(false);
  return reserve_.valid();
}

void Acceptor::Admit(Descriptor connection, const ConnectionKey& key) {
  const auto old = duplicates_.find(key);
  if (old != duplicates_.end()) Closed(old->second);
  if (!door_.Enter(key.address, clock_.Elapsed())) return;
  Descriptor duplicate(fcntl(connection.get(), F_DUPFD_CLOEXEC, 0));
  const int watched = duplicate.get();
  // Edge-triggered and for the end alone: EPOLLHUP is reported when both directions are shut.
  if (!duplicate.valid() || !Watch(epoll_.get(), watched, EPOLLET)) {
    door_.Leave(key.address);
    return;
  }
  SetNoDelay(connection.get());
  watched_[watched] = key;
  duplicates_[key] = watched;
  gate_.Add(key, std::move(duplicate));
  Target::NewConnectionParameters parameters;
  parameters.listener_fd = bound_.socket.get();
  parameters.fd = connection.Release();
  target_->HandleNewConnection(&parameters);
}

void Acceptor::Sample() {
  Drain(timer_.get());
  const absl::Duration now = clock_.Elapsed();
  for (const ConnectionKey& key : gate_.Sample(now)) {
    door_.Penalise(key.address, now);
    base::Log(base::LogLevel::kWarn, "connection over its byte budget cut",
              {{"listener", bound_.address}});
  }
  if (!reserve_.valid()) reserve_ = OpenReserve();
  if (!listening_ && reserve_.valid()) ListenAgain(true);
}

void Acceptor::Closed(int watched) {
  const auto found = watched_.find(watched);
  const ConnectionKey key = found->second;
  watched_.erase(found);
  duplicates_.erase(key);
  epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, watched, nullptr);
  door_.Leave(key.address);
  gate_.Remove(key);
}

void Acceptor::ListenAgain(bool listening) {
  listening_ = listening;
  epoll_event event = {};
  event.events = listening ? static_cast<uint32_t>(EPOLLIN) : 0U;
  event.data.fd = bound_.socket.get();
  epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, bound_.socket.get(), &event);
}

}  // namespace liaison::rpc
