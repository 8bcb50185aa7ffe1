// What a message cannot do without, each part alone and bare: the limits that the daemons are
// compared with.
#ifndef LIAISON_TESTS_BENCH_PARTS_H_
#define LIAISON_TESTS_BENCH_PARTS_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "liaison/config/v1/client.pb.h"
#include "liaison/desk/v1/draft.pb.h"

namespace liaison::bench {

// Name of a part → µs. Parts that end in "_wall" are time passed, the others are CPU time of this
// process, both ends together.
using Parts = std::map<std::string, double>;

struct Calibration {
  std::string folder;           // of the prepared agencies
  config::v1::Context context;  // of bgc-example
  absl::Duration each;          // how long a part is measured
  size_t store_rounds = 20;     // commits of each batch size
};

// sign, verify, cut, seal (with the signature), open (verify, root, merge), validate, decide,
// decide_500_rules and decide_5000_rules (see many_rules.h; no part of C), head_sign, head_verify;
// store_1, store_10, store_32, store_100 and their _wall, for one message; stream, deliver (in
// calls of 32) for one message, round_trip_wall. Not in µs: records and envelope_bytes of the
// draft, cores_free.
absl::StatusOr<Parts> Calibrate(const Calibration& calibration, const desk::v1::Draft& draft);

// C: all that one message costs both daemons, in µs of CPU, at 32 messages a commit.
double CostOf(const Parts& parts);

// How many of the machine's cores busy threads, one for each, were given: fewer than there are when
// others are at work on it.
double CoresFree(absl::Duration most);

// Means of two calibrations around one run.
Parts Between(const Parts& before, const Parts& after);

}  // namespace liaison::bench

#endif  // LIAISON_TESTS_BENCH_PARTS_H_
