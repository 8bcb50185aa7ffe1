#include "clients/cli/line_source.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "clients/cli/input.h"
#include "daemon/base/error.h"

namespace liaison::cli {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int value() const { return value_; }

 private:
  const int value_;
};

// Becomes readable when stop is requested.
class StopEvent {
 public:
  explicit StopEvent(std::stop_token stop)
      : event_(eventfd(0, EFD_CLOEXEC)), callback_(std::move(stop), Signal{event_.value()}) {}
  int descriptor() const { return event_.value(); }

 private:
  struct Signal {
    int descriptor;
    void operator()() const {
      const uint64_t one = 1;
      [[maybe_unused]] const ssize_t size = write(descriptor, &one, sizeof(one));
    }
  };
  const Descriptor event_;  // outlives the callback, which writes to it
  std::stop_callback<Signal> callback_;
};

}  // namespace

absl::StatusOr<bool> LineSource::Fill(std::stop_token stop) {
  const StopEvent event(std::move(stop));
  std::array<pollfd, 2> waited = {{{descriptor_, POLLIN, 0}, {event.descriptor(), POLLIN, 0}}};
  while (poll(waited.data(), waited.size(), -1) < 0) {
    if (errno != EINTR) return CannotRead("the lines");
  }
  if (waited[1].revents != 0) return false;
  std::string chunk(64 << 10, '\0');
  const ssize_t size = read(descriptor_, chunk.data(), chunk.size());
  if (size < 0) return CannotRead("the lines");
  end_ = size == 0;
  buffer_.append(chunk, 0, static_cast<size_t>(size));
  return true;
}

std::string LineSource::Take(size_t size, size_t with_end) {
  std::string line = buffer_.substr(0, size);
  buffer_.erase(0, with_end);
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

absl::StatusOr<std::optional<std::string>> LineSource::Next(std::stop_token stop) {
  size_t searched = 0;
  bool too_large = false;
  while (true) {
    const size_t feed = buffer_.find('\n', searched);
    const bool last = feed == std::string::npos && end_;
    if (last && buffer_.empty() && !too_large) return std::optional<std::string>();
    if (feed != std::string::npos || last) {
      const size_t size = last ? buffer_.size() : feed;
      std::string line = Take(size, last ? size : size + 1);
      ++line_;
      if (!too_large && line.size() <= max_bytes_) return std::optional(std::move(line));
      return base::MakeError(
          base::Reason::kTooLarge,
          absl::StrCat("line ", line_, " is longer than ", max_bytes_, " bytes"));
    }
    if (buffer_.size() > max_bytes_) {
      too_large = true;
      buffer_.clear();
    }
    searched = buffer_.size();
    const absl::StatusOr<bool> more = Fill(stop);
    if (!more.ok()) return more.status();
    if (!*more) return std::optional<std::string>();
  }
}

}  // namespace liaison::cli
