// Whether the time of a partner's receipt tells what it knows of a person.
#ifndef LIAISON_TESTS_BENCH_ORACLE_H_
#define LIAISON_TESTS_BENCH_ORACLE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "liaison/config/v1/client.pb.h"
#include "tests/bench/traffic.h"

namespace liaison::bench {

// Adds to the policy of ho-example a rule that forbids every answer about a PERSON_AT_RISK.
absl::Status ForbidToSpeak(const std::string& policy_file);

// Milliseconds from a question to the sender's DELIVERED.
struct TimesOfKinds {
  std::vector<double> known, unspeakable, unknown;
};

// Asks ho-example about a person whom it has on file, one of whom it may say nothing and one of
// whom it never heard, `each` times, one question at a time, in an order that nobody can foresee.
// Run from the source folder: the questions are made of the example draft.
absl::StatusOr<TimesOfKinds> AskAbout(const config::v1::Context& context, Deliveries& deliveries,
                                      size_t each);

// How much better than by tossing a coin one guesses by time which of two answers is which: 0 for
// not at all, 1 for always (twice the distance of the Mann-Whitney statistic from a half).
double Advantage(const std::vector<double>& some, const std::vector<double>& others);
// What chance alone leaves of it in one run of twenty, of `each` and `each` answers alike.
double NoiseOfAdvantage(size_t each);

}  // namespace liaison::bench

#endif  // LIAISON_TESTS_BENCH_ORACLE_H_
