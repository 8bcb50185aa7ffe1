// Client::SubmitStream: three threads and one window.
//
// The source thread fills the window, one sender for each connection writes it out, the caller's
// thread reads the answers and empties it. What stands in the window is not answered yet: when the
// connection breaks, all of it is sent again over the next one, with the same keys.
#include <algorithm>
#include <deque>
#include <thread>

#include "absl/time/clock.h"
#include "clients/cpp/backoff.h"
#include "clients/cpp/stubs.h"
#include "daemon/base/error.h"
#include "daemon/base/mutex.h"

namespace liaison::client {
namespace {

using desk::v1::SubmitRequest;
using desk::v1::SubmitStreamResponse;
using Stream = grpc::ClientReaderWriter<SubmitRequest, SubmitStreamResponse>;

// The drafts that were taken from the source and are not answered. Thread-safe.
class Window {
 public:
  explicit Window(size_t size) : size_(std::max<size_t>(size, 1)) {}

  // Blocks until there is room; false when the window is closed.
  bool WaitForRoom() {
    const base::MutexLock lock(mu_);
    while (!closed_ && waiting_.size() >= size_) changed_.Wait(mu_);
    return !closed_;
  }
  void Add(SubmitRequest request) {
    const base::MutexLock lock(mu_);
    waiting_.push_back(std::move(request));
    changed_.NotifyAll();
  }
  // The source has no more, or failed.
  void End(absl::Status status) {
    const base::MutexLock lock(mu_);
    ended_ = true;
    source_status_ = std::move(status);
    changed_.NotifyAll();
  }
  // Nothing more will be asked of it.
  void Close() {
    const base::MutexLock lock(mu_);
    closed_ = true;
    changed_.NotifyAll();
  }
  // The next connection sends from the oldest that is not answered.
  void Rewind() {
    const base::MutexLock lock(mu_);
    sent_ = 0;
    broken_ = false;
  }
  // The connection is of no use any more: its sender must end.
  void Break() {
    const base::MutexLock lock(mu_);
    broken_ = true;
    changed_.NotifyAll();
  }
  // Blocks for the next draft to write; nullopt at the end of the stream or of the connection.
  std::optional<SubmitRequest> NextToSend() {
    const base::MutexLock lock(mu_);
    while (!broken_ && !closed_ && sent_ == waiting_.size() && !ended_) changed_.Wait(mu_);
    if (broken_ || closed_ || sent_ == waiting_.size()) return std::nullopt;
    return waiting_[sent_++];
  }
  // False when nothing sent waits for an answer: the daemon answered what was never asked.
  bool Answered() {
    const base::MutexLock lock(mu_);
    if (sent_ == 0) return false;
    waiting_.pop_front();
    --sent_;
    changed_.NotifyAll();
    return true;
  }
  bool Done() {
    const base::MutexLock lock(mu_);
    return ended_ && waiting_.empty();
  }
  absl::Status source_status() {
    const base::MutexLock lock(mu_);
    return source_status_;
  }

 private:
  const size_t size_;
  base::Mutex mu_;
  base::CondVar changed_;
  std::deque<SubmitRequest> waiting_ ABSL_GUARDED_BY(mu_);
  size_t sent_ ABSL_GUARDED_BY(mu_) = 0;  // how many of waiting_ this connection has
  bool ended_ ABSL_GUARDED_BY(mu_) = false;
  bool broken_ ABSL_GUARDED_BY(mu_) = false;
  bool closed_ ABSL_GUARDED_BY(mu_) = false;
  absl::Status source_status_ ABSL_GUARDED_BY(mu_);
};

void TakeFrom(const DraftSource& next, Window& window, const std::stop_token& stop) {
  while (window.WaitForRoom()) {
    absl::StatusOr<std::optional<SubmitRequest>> request = next(stop);
    if (!request.ok() || !*request) {
      window.End(request.status());
      return;
    }
    if ((*request)->idempotency_key().empty()) {
      (*request)->set_idempotency_key(NewIdempotencyKey());
    }
    window.Add(**std::move(request));
  }
  window.End(absl::OkStatus());
}

void SendFrom(Window& window, Stream& stream) {
  while (std::optional<SubmitRequest> request = window.NextToSend()) {
    if (!stream.Write(*request)) return;
  }
  stream.WritesDone();
}

// What one connection came to.
struct Attempt {
  absl::Status status;
  bool progress = false;  // something was answered
};

Attempt RunConnection(desk::v1::MailboxService::Stub& stub, Window& window,
                      absl::FunctionRef<void(const SubmitStreamResponse&)> answered) {
  window.Rewind();
  grpc::ClientContext context;
  const std::unique_ptr<Stream> stream = stub.SubmitStream(&context);
  Attempt attempt;
  std::jthread sender([&] { SendFrom(window, *stream); });
  SubmitStreamResponse response;
  bool strayed = false;
  while (stream->Read(&response)) {
    if (!window.Answered()) {
      strayed = true;
      context.TryCancel();
      break;
    }
    attempt.progress = true;
    answered(response);
  }
  window.Break();
  sender.join();
  attempt.status = FromCall(stream->Finish());
  if (strayed) {
    attempt.status = base::MakeError(base::Reason::kInternal,
                                     "the daemon answered more drafts than it was given");
  } else if (attempt.status.ok() && !window.Done()) {
    attempt.status = base::MakeError(base::Reason::kUnreachable,
                                     "the daemon ended the stream before it answered every draft");
  }
  return attempt;
}

}  // namespace

absl::Status Client::SubmitStream(const DraftSource& next,
                                  absl::FunctionRef<void(const SubmitStreamResponse&)> answered) {
  Window window(options_.window);
  std::jthread source([&](const std::stop_token& stop) { TakeFrom(next, window, stop); });
  std::optional<Backoff> backoff(options_);
  absl::Time start = absl::Now();
  absl::Status status;
  while (true) {
    const Attempt attempt = RunConnection(*stubs_->mailbox, window, answered);
    status = attempt.status;
    if (status.ok()) break;
    if (attempt.progress) {
      backoff.emplace(options_);
      start = absl::Now();
    }
    const std::optional<absl::Duration> pause = backoff->Next(status, absl::Now() - start);
    if (!pause) break;
    Pause(*pause);
  }
  window.Close();
  source.request_stop();
  source.join();
  return status.ok() ? window.source_status() : status;
}

}  // namespace liaison::client
