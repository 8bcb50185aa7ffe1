#include "tests/bench/traffic.h"

#include <poll.h>

#include <algorithm>
#include <atomic>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "liaison/audit/v1/record.pb.h"

namespace liaison::bench {
namespace {

constexpr absl::Duration kMostWait = absl::Seconds(60);

// The drafts of one stream, from the first moment of each to its answer. The source of the stream
// runs on a thread of its own.
class Sender {
 public:
  Sender(const Load& load, Flow& flow, Deliveries& deliveries, std::atomic<size_t>& begun)
      : load_(load), flow_(flow), deliveries_(deliveries), begun_(begun) {}

  std::optional<desk::v1::SubmitRequest> Next() {
    if (!flow_.Begin()) return std::nullopt;
    if (load_.messages > 0 && begun_.fetch_add(1) >= load_.messages) {
      flow_.Release();
      flow_.End();
      return std::nullopt;
    }
    base::MutexLock lock(mu_);
    *request_.mutable_draft() = load_.drafts[next_++ % load_.drafts.size()];
    begun_at_.push_back(absl::Now());
    return request_;
  }

  void Answered(const desk::v1::SubmitStreamResponse& answer) {
    absl::Time begun;
    {
      base::MutexLock lock(mu_);
      begun = begun_at_.front();
      begun_at_.pop_front();
    }
    if (answer.response().results_size() != 1 || answer.response().results(0).has_error()) {
      flow_.Fail(answer.ShortDebugString());
      flow_.Release();
    } else if (load_.until_queued) {
      flow_.Delivered(absl::Now() - begun);
    } else {
      deliveries_.Expect(answer.response().results(0).id(), begun, flow_);
    }
  }

 private:
  const Load& load_;
  Flow& flow_;
  Deliveries& deliveries_;
  std::atomic<size_t>& begun_;
  base::Mutex mu_;
  desk::v1::SubmitRequest request_ ABSL_GUARDED_BY(mu_);
  size_t next_ ABSL_GUARDED_BY(mu_) = 0;
  std::deque<absl::Time> begun_at_ ABSL_GUARDED_BY(mu_);
};

void RunStream(client::Client& client, Sender& sender, Flow& flow) {
  const absl::Status status = client.SubmitStream(
      [&sender](const std::stop_token&) { return sender.Next(); },
      [&sender](const desk::v1::SubmitStreamResponse& answer) { sender.Answered(answer); });
  if (!status.ok()) flow.Fail(status.ToString());
}

}  // namespace

bool Flow::Begin() {
  base::MutexLock lock(mu_);
  while (free_ == 0 && !ended_) changed_.Wait(mu_);
  if (ended_) return false;
  --free_;
  return true;
}

void Flow::Delivered(absl::Duration latency) {
  base::MutexLock lock(mu_);
  latencies_ms_.push_back(absl::ToDoubleMilliseconds(latency));
  ++free_;
  changed_.NotifyAll();
}

void Flow::Release() {
  base::MutexLock lock(mu_);
  ++free_;
  changed_.NotifyAll();
}

void Flow::Fail(const std::string& why) {
  base::MutexLock lock(mu_);
  if (failure_.empty()) failure_ = why;
  ended_ = true;
  changed_.NotifyAll();
}

void Flow::End() {
  base::MutexLock lock(mu_);
  ended_ = true;
  changed_.NotifyAll();
}

absl::Status Flow::AwaitAll() {
  const absl::Time until = absl::Now() + kMostWait;
  base::MutexLock lock(mu_);
  while (failure_.empty() && free_ < in_flight_) {
    if (!changed_.WaitFor(mu_, until - absl::Now()) && absl::Now() >= until) {
      return absl::DeadlineExceededError(
          absl::StrCat(in_flight_ - free_, " messages were not delivered in a minute"));
    }
  }
  return failure_.empty() ? absl::OkStatus() : absl::InternalError(failure_);
}

std::vector<double> Flow::LatenciesMs() {
  base::MutexLock lock(mu_);
  return latencies_ms_;
}

absl::StatusOr<std::unique_ptr<Deliveries>> Deliveries::Watch(const std::string& database) {
  sqlite3* db = nullptr;
  sqlite3_stmt* next = nullptr;
  const std::string sql =
      absl::StrCat("SELECT idx, exchange_id FROM exchange_record WHERE idx > ? AND event = ",
                   static_cast<int>(audit::v1::DELIVERED), " ORDER BY idx");
  if (sqlite3_open_v2(database.c_str(), &db, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK ||
      sqlite3_busy_timeout(db, 5000) != SQLITE_OK ||
      sqlite3_prepare_v2(db, sql.c_str(), -1, &next, nullptr) != SQLITE_OK) {
    const absl::Status status = absl::InternalError(sqlite3_errmsg(db));
    sqlite3_close(db);
    return status;
  }
  std::unique_ptr<Deliveries> deliveries(new Deliveries(db, next));
  deliveries->Look();  // what was delivered before
  {
    base::MutexLock lock(deliveries->mu_);
    deliveries->early_.clear();
  }
  deliveries->thread_ =
      std::jthread([d = deliveries.get()](const std::stop_token& stop) { d->Run(stop); });
  return deliveries;
}

Deliveries::~Deliveries() {
  thread_.request_stop();
  thread_.join();
  sqlite3_finalize(next_);
  sqlite3_close(db_);
}

void Deliveries::Expect(const std::string& id, absl::Time begun, Flow& flow) {
  absl::Time delivered;
  {
    base::MutexLock lock(mu_);
    const auto early = early_.find(id);
    if (early == early_.end()) {
      expected_[id] = {begun, &flow};
      return;
    }
    delivered = early->second;
    early_.erase(early);
  }
  flow.Delivered(delivered - begun);
}

void Deliveries::Run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const timespec pause{0, 300'000};
    if (Look() == 0) ppoll(nullptr, 0, &pause, nullptr);
  }
}

size_t Deliveries::Look() {
  size_t found = 0;
  sqlite3_bind_int64(next_, 1, seen_);
  while (sqlite3_step(next_) == SQLITE_ROW) {
    ++found;
    seen_ = sqlite3_column_int64(next_, 0);
    const std::string id = absl::BytesToHexString(
        absl::string_view(static_cast<const char*>(sqlite3_column_blob(next_, 1)),
                          static_cast<size_t>(sqlite3_column_bytes(next_, 1))));
    const absl::Time now = absl::Now();
    Expected expected;
    {
      base::MutexLock lock(mu_);
      const auto at = expected_.find(id);
      if (at == expected_.end()) {
        early_[id] = now;
        continue;
      }
      expected = at->second;
      expected_.erase(at);
    }
    expected.flow->Delivered(now - expected.begun);
  }
  sqlite3_reset(next_);
  return found;
}

absl::StatusOr<Result> Send(const config::v1::Context& context, Deliveries& deliveries,
                            const Load& load) {
  const absl::StatusOr<std::unique_ptr<client::Client>> client = client::Client::Connect(context);
  if (!client.ok()) return client.status();
  Flow flow(load.in_flight);
  std::atomic<size_t> begun = 0;
  std::vector<std::unique_ptr<Sender>> senders;
  const absl::Time start = absl::Now();
  std::vector<std::jthread> streams;
  for (size_t i = 0; i < load.streams; ++i) {
    senders.push_back(std::make_unique<Sender>(load, flow, deliveries, begun));
    streams.emplace_back(
        [&client, &flow, sender = senders.back().get()] { RunStream(**client, *sender, flow); });
  }
  if (load.most < absl::InfiniteDuration()) {
    poll(nullptr, 0, static_cast<int>(absl::ToInt64Milliseconds(load.most)));
    flow.End();
  }
  for (std::jthread& stream : streams) stream.join();
  const absl::Status settled = flow.AwaitAll();
  if (!settled.ok()) return settled;
  Result result;
  result.took = absl::Now() - start;
  result.latencies_ms = flow.LatenciesMs();
  result.messages = result.latencies_ms.size();
  return result;
}

}  // namespace liaison::bench
