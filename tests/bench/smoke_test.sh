#!/usr/bin/env bash
# The bench runs in its smallest form and writes what its readers expect. Nothing is said about time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
json=$(mktemp)
trap 'rm -f "$json"' EXIT

tests/bench/run.sh --tiny "$json"

expect() {
  jq --exit-status "$2" "$json" >/dev/null || { echo "FAILED: $1" >&2; exit 1; }
}
expect "who, when, what" '(.version | length > 0) and (.date | endswith("Z")) and .form == "tiny" and .rounds == 1'
expect "the machine" '.machine | (.cores > 0) and (.memory_mib > 0) and (.processor | length > 0)'
# shellcheck disable=SC2016  # $n is jq's
expect "every figure has a value for each round" '.rounds as $n | .figures + .ratios | all(.values | length >= $n)'
for size in 1 4; do
  for in_flight in 1 16 256; do
    expect "throughput at $size KiB, $in_flight in flight" \
      "[.figures[] | select(.name == \"$size KiB, $in_flight in flight\" and .unit == \"messages/s\" and .median > 0)] | length == 1"
  done
  expect "C at $size KiB" "[.figures[] | select(.name == \"$size KiB, C\" and .median > 0)] | length == 1"
done
expect "what time tells" '[.ratios[] | select(.name | startswith("what time tells"))] | length == 2 and all(.median >= 0 and .median <= 1)'
expect "a decision under 500 rules" '[.figures[] | select(.name | endswith("part decide_500_rules"))] | length == 2 and all(.median > 0)'
expect "latencies" '[.figures[] | select(.unit == "ms") | .median] | length >= 14 and all(. > 0)'
expect "ratios with their goals" '.ratios | length == 13 and all(.median > 0 and .goal > 0 and (.met | type) == "boolean" or (.name | test("memory added|what time")))'
