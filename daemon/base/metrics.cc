#include "daemon/base/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace liaison::base {

struct Metrics::Rep {
  // Add() of a registry and of a family returns what is there under the name and labels, or makes
  // it.
  prometheus::Registry registry{prometheus::Registry::InsertBehavior::Merge};
};

Metrics::Metrics() : rep_(std::make_unique<Rep>()) {}
Metrics::~Metrics() = default;

void Metrics::Count(std::string_view name, const Labels& labels, double by) {
  prometheus::BuildCounter()
      .Name(std::string(name))
      .Register(rep_->registry)
      .Add(labels)
      .Increment(by);
}

void Metrics::Set(std::string_view name, double value, const Labels& labels) {
  prometheus::BuildGauge().Name(std::string(name)).Register(rep_->registry).Add(labels).Set(value);
}

void Metrics::Observe(std::string_view name, double seconds, const Labels& labels) {
  static const prometheus::Histogram::BucketBoundaries kBounds = {
      0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, 30};
  prometheus::BuildHistogram()
      .Name(std::string(name))
      .Register(rep_->registry)
      .Add(labels, kBounds)
      .Observe(seconds);
}

std::string Metrics::Text() const {
  return prometheus::TextSerializer().Serialize(rep_->registry.Collect());
}

}  // namespace liaison::base
