// liaison_bench FOLDER LIAISOND FORM ROUNDS JSON: measures two real daemons, and in the same
// minutes the limits they are compared with. FOLDER: from deploy/prepare.sh. run.sh is the way to
// start it.
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "absl/strings/str_cat.h"
#include "clients/cpp/context.h"
#include "daemon/rpc/environment.h"
#include "tests/bench/daemon_process.h"
#include "tests/bench/drafts.h"
#include "tests/bench/figures.h"
#include "tests/bench/oracle.h"
#include "tests/bench/parts.h"
#include "tests/bench/traffic.h"

namespace liaison::bench {
namespace {

using payload::v1::Urgency;

struct Form {
  std::string name;
  absl::Duration part;    // for each part
  absl::Duration load;    // for each number in flight and size
  absl::Duration urgent;  // urgent messages, alone and under load
  size_t queued;          // messages for a partner that is away
  size_t questions;       // about persons of each kind
};

Form FormOf(const std::string& name) {
  if (name == "tiny")
    return {name, absl::Milliseconds(10), absl::Milliseconds(400), absl::Milliseconds(400), 50, 5};
  if (name == "long")
    return {name, absl::Milliseconds(200), absl::Seconds(6), absl::Seconds(6), 10'000, 500};
  return {"short", absl::Milliseconds(60), absl::Seconds(2), absl::Seconds(2), 2'000, 150};
}

struct Size {
  const char* name;
  size_t bytes;
};
constexpr Size kSizes[] = {{"1 KiB", 1024}, {"4 KiB", 4096}};
constexpr size_t kInFlight[] = {1, 16, 256};
constexpr size_t kMostStreams = 8;  // of 64 drafts read ahead each

class Bench {
 public:
  Bench(std::string folder, std::string binary, Form form)
      : folder_(std::move(folder)), binary_(std::move(binary)), form_(std::move(form)) {}

  absl::Status Prepare();
  absl::Status Round();
  Figures& figures() { return figures_; }

 private:
  absl::Status StartBoth(const std::string& log);
  absl::StatusOr<Result> SendFor(const Size& size, Urgency::Code urgency, size_t in_flight,
                                 absl::Duration most);
  absl::StatusOr<Parts> CalibrateFor(const Size& size);
  absl::Status Throughput(const Size& size);
  void Compare(const Size& size, const Parts& parts);
  absl::Status UrgentUnderLoad();
  absl::Status Oracle();
  absl::Status Queue();

  const std::string folder_;
  const std::string binary_;
  const Form form_;
  config::v1::Context context_;
  Figures figures_;
  // Of the last size sent: at the most in flight, and at one.
  double most_per_second_ = 0;
  double busy_cpu_us_ = 0;
  double alone_ms_ = 0;
  std::unique_ptr<DaemonProcess> sender_;
  std::unique_ptr<DaemonProcess> receiver_;
  std::unique_ptr<Deliveries> deliveries_;
};

absl::Status Bench::Prepare() {
  client::ContextChoice choice;
  choice.config_file = folder_ + "/bgc-example/officer.textproto";
  const absl::StatusOr<config::v1::Context> context = client::FindContext(choice);
  if (!context.ok()) return context.status();
  context_ = *context;
  if (absl::Status done = ForbidToSpeak(folder_ + "/ho-example/policy.textproto"); !done.ok())
    return done;
  const absl::Status started = StartBoth("start-up, empty log");
  if (!started.ok()) return started;
  const double idle = std::max(sender_->RssMib(), receiver_->RssMib());
  figures_.Add("memory of a daemon after its start", "MiB", idle);
  figures_.AddRatio("memory of a daemon after its start to 100 MB", idle / 95.4,
                    Figure::Goal::kAtMost, 1);
  return absl::OkStatus();
}

absl::Status Bench::StartBoth(const std::string& log) {
  for (auto [agency, daemon] :
       {std::pair{"ho-example", &receiver_}, std::pair{"bgc-example", &sender_}}) {
    auto started = DaemonProcess::Start(binary_, absl::StrCat(folder_, "/", agency));
    if (!started.ok()) return started.status();
    *daemon = *std::move(started);
  }
  figures_.Add(log, "ms", absl::ToDoubleMilliseconds(sender_->start_time()));
  if (deliveries_ == nullptr) {
    auto deliveries = Deliveries::Watch(folder_ + "/bgc-example/data/liaison.db");
    if (!deliveries.ok()) return deliveries.status();
    deliveries_ = *std::move(deliveries);
  }
  return absl::OkStatus();
}

absl::StatusOr<Result> Bench::SendFor(const Size& size, Urgency::Code urgency, size_t in_flight,
                                      absl::Duration most) {
  Load load;
  load.in_flight = in_flight;
  load.streams = std::min(kMostStreams, (in_flight + 3) / 4);
  load.drafts = {NoticeOf(size.bytes, urgency)};
  load.most = most;
  return Send(context_, *deliveries_, load);
}

absl::StatusOr<Parts> Bench::CalibrateFor(const Size& size) {
  Calibration calibration;
  calibration.folder = folder_;
  calibration.context = context_;
  calibration.each = form_.part;
  if (form_.name == "tiny") calibration.store_rounds = 3;
  return Calibrate(calibration, NoticeOf(size.bytes, Urgency::U3));
}

absl::Status Bench::Throughput(const Size& size) {
  const absl::StatusOr<Parts> before = CalibrateFor(size);
  if (!before.ok()) return before.status();
  for (const size_t in_flight : kInFlight) {
    const double before_cpu = sender_->CpuSeconds() + receiver_->CpuSeconds();
    const absl::StatusOr<Result> result = SendFor(size, Urgency::U3, in_flight, form_.load);
    if (!result.ok()) return result.status();
    const std::string name = absl::StrCat(size.name, ", ", in_flight, " in flight");
    const auto messages = static_cast<double>(std::max<size_t>(result->messages, 1));
    figures_.Add(name, "messages/s", result->PerSecond());
    figures_.Add(name + ", p50", "ms", Percentile(result->latencies_ms, 0.5));
    figures_.Add(name + ", p99", "ms", Percentile(result->latencies_ms, 0.99));
    const double cpu =
        1e6 * (sender_->CpuSeconds() + receiver_->CpuSeconds() - before_cpu) / messages;
    figures_.Add(name + ", CPU of both daemons", "us/message", cpu);
    if (in_flight == 1) alone_ms_ = Percentile(result->latencies_ms, 0.5);
    most_per_second_ = result->PerSecond();
    busy_cpu_us_ = cpu;
  }
  const absl::StatusOr<Parts> after = CalibrateFor(size);
  if (!after.ok()) return after.status();
  Compare(size, Between(*before, *after));
  return absl::OkStatus();
}

void Bench::Compare(const Size& size, const Parts& parts) {
  for (const auto& [part, value] : parts) {
    const bool counted = part == "records" || part == "envelope_bytes" || part == "cores_free";
    figures_.Add(absl::StrCat(size.name, ", part ", part), counted ? "" : "us", value);
  }
  const double cost = CostOf(parts);
  figures_.Add(absl::StrCat(size.name, ", C"), "us", cost);
  figures_.AddRatio(absl::StrCat(size.name, ": throughput to cores*10^6/C"),
                    most_per_second_ / (parts.at("cores_free") * 1e6 / cost),
                    Figure::Goal::kAtLeast, 0.75);
  figures_.AddRatio(absl::StrCat(size.name, ": C to the CPU of both daemons"), cost / busy_cpu_us_,
                    Figure::Goal::kAtLeast, 0.75);
  const double least_us = 2 * parts.at("store_1_wall") + parts.at("sign") + parts.at("verify") +
                          parts.at("round_trip_wall");
  figures_.AddRatio(absl::StrCat(size.name, ": p50 alone to commits+sign+verify+trip"),
                    1000 * alone_ms_ / least_us, Figure::Goal::kAtMost, 2);
  figures_.AddRatio(absl::StrCat(size.name, ": decision under 5,000 rules to one under 500"),
                    parts.at("decide_5000_rules") / parts.at("decide_500_rules"),
                    Figure::Goal::kAtMost, 1.5);
}

absl::Status Bench::UrgentUnderLoad() {
  const absl::StatusOr<Result> idle = SendFor(kSizes[0], Urgency::U1, 1, form_.urgent);
  if (!idle.ok()) return idle.status();
  absl::StatusOr<Result> bulk = Result();
  std::jthread other([&] { bulk = SendFor(kSizes[0], Urgency::U4, 256, form_.urgent); });
  const absl::StatusOr<Result> loaded = SendFor(kSizes[0], Urgency::U1, 1, form_.urgent);
  other.join();
  if (!bulk.ok()) return bulk.status();
  if (!loaded.ok()) return loaded.status();
  const double idle_ms = Percentile(idle->latencies_ms, 0.99);
  const double loaded_ms = Percentile(loaded->latencies_ms, 0.99);
  figures_.Add("urgent, idle pair, p99", "ms", idle_ms);
  figures_.Add("urgent, full bulk load, p99", "ms", loaded_ms);
  figures_.AddRatio("urgent p99 under bulk load to idle", loaded_ms / idle_ms,
                    Figure::Goal::kAtMost, 3);
  return absl::OkStatus();
}

// What the time of a receipt tells of the person who was asked about: of one whom the partner has
// on file, one of whom it may say nothing, and one of whom it never heard.
absl::Status Bench::Oracle() {
  const absl::StatusOr<TimesOfKinds> times = AskAbout(context_, *deliveries_, form_.questions);
  if (!times.ok()) return times.status();
  figures_.Add("receipt for an unknown person, p50", "ms", Percentile(times->unknown, 0.5));
  for (const auto& [kind, known] :
       {std::pair{"known", &times->known}, std::pair{"unspeakable", &times->unspeakable}}) {
    figures_.Add(absl::StrCat("receipt for a person ", kind, ", p50"), "ms",
                 Percentile(*known, 0.5));
    figures_.AddRatio(absl::StrCat("what time tells of a person ", kind),
                      Advantage(*known, times->unknown), Figure::Goal::kAtMost,
                      NoiseOfAdvantage(form_.questions));
  }
  return absl::OkStatus();
}

// Messages for a partner that is away; then both start again, with what the round has written.
absl::Status Bench::Queue() {
  receiver_.reset();
  const double before = sender_->RssMib();
  Load load;
  load.in_flight = 64;
  load.streams = 4;
  load.drafts = {NoticeOf(1024, Urgency::U3)};
  load.messages = form_.queued;
  load.until_queued = true;
  const absl::StatusOr<Result> queued = Send(context_, *deliveries_, load);
  if (!queued.ok()) return queued.status();
  const std::string name = absl::StrCat(form_.queued, " queued");
  figures_.Add(name + ", accepted", "messages/s", queued->PerSecond());
  const double grown = sender_->RssMib() - before;
  figures_.Add(name + ", memory added", "MiB", grown);
  figures_.AddRatio(name + ": memory added to 64 MiB", grown / 64, Figure::Goal::kAtMost, 1);
  sender_.reset();
  return StartBoth("start-up, log of the rounds before");
}

absl::Status Bench::Round() {
  for (const Size& size : kSizes) {
    if (absl::Status done = Throughput(size); !done.ok()) return done;
  }
  if (absl::Status done = UrgentUnderLoad(); !done.ok()) return done;
  if (absl::Status done = Oracle(); !done.ok()) return done;
  return Queue();
}

int Report(const absl::Status& status) {
  std::fprintf(stderr, "liaison_bench: %s\n", status.ToString().c_str());
  return 1;
}

int Main(char** words) {
  Bench bench(words[1], words[2], FormOf(words[3]));
  const int rounds = std::atoi(words[4]);
  if (absl::Status ready = bench.Prepare(); !ready.ok()) return Report(ready);
  for (int round = 0; round < rounds; ++round) {
    if (absl::Status done = bench.Round(); !done.ok()) return Report(done);
  }
  bench.figures().Print();
  const absl::Status written = bench.figures().WriteJson(words[5], words[3], rounds);
  return written.ok() ? 0 : Report(written);
}

}  // namespace
}  // namespace liaison::bench

int main(int argc, char** argv) {
  liaison::rpc::PrepareTls13Only();
  if (argc == 6) return liaison::bench::Main(argv);
  std::fprintf(stderr, "usage: liaison_bench FOLDER LIAISOND tiny|short|long ROUNDS JSON\n");
  return 2;
}
