// Counters and gauges for the operator, served as Prometheus text by app. Labels hold partner ids,
// reasons and event names only.
#ifndef LIAISON_DAEMON_BASE_METRICS_H_
#define LIAISON_DAEMON_BASE_METRICS_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace liaison::base {

// Thread-safe. Names begin with "liaison_" and end with their unit (`_total`, `_seconds`,
// `_bytes`).
class Metrics {
 public:
  using Labels = std::map<std::string, std::string>;

  Metrics();
  ~Metrics();

  void Count(std::string_view name, const Labels& labels = {}, double by = 1);
  void Set(std::string_view name, double value, const Labels& labels = {});
  // Adds one observation, in seconds, to a histogram.
  void Observe(std::string_view name, double seconds, const Labels& labels = {});

  // Prometheus text exposition format 0.0.4.
  std::string Text() const;

 private:
  struct Rep;
  const std::unique_ptr<Rep> rep_;
};

}  // namespace liaison::base

#endif  // LIAISON_DAEMON_BASE_METRICS_H_
