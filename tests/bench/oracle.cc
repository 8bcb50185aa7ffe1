#include "tests/bench/oracle.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <random>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace liaison::bench {
namespace {

using payload::v1::SubjectCategory;

constexpr char kExample[] = "clients/examples/drafts/victim_verification_request.json";
constexpr char kRule[] = R"(  rule {
    id: "bench-say-nothing"
    effect: FORBID  direction: OUT  partner: "bgc-example"
    types: [VICTIM_VERIFICATION_RESPONSE]
    subjects: [PERSON_AT_RISK]
  }
)";

enum Kind { kKnown, kUnspeakable, kUnknown };

std::string Read(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return std::move(text).str();
}

// All questions are of one size.
desk::v1::Draft Question(const desk::v1::Draft& example, Kind kind, size_t number) {
  desk::v1::Draft draft = example;
  payload::v1::Person& person =
      *draft.mutable_payload()->mutable_victim_verification_request()->mutable_subject();
  person.set_category(kind == kUnspeakable ? SubjectCategory::PERSON_AT_RISK
                                           : SubjectCategory::SUSPECTED_VICTIM);
  const size_t which = kind == kUnknown ? 10'000 + number : 1'000 + static_cast<size_t>(kind);
  person.mutable_names(0)->set_full_original(absl::StrFormat("Vi Du %05d", which));
  return draft;
}

}  // namespace

absl::Status ForbidToSpeak(const std::string& policy_file) {
  std::string text = Read(policy_file);
  const size_t end = text.rfind('}');
  if (end == std::string::npos) return absl::NotFoundError(policy_file);
  text.insert(end, kRule);
  std::ofstream out(policy_file);
  out << text;
  return out.flush().good() ? absl::OkStatus() : absl::InternalError("cannot write " + policy_file);
}

absl::StatusOr<TimesOfKinds> AskAbout(const config::v1::Context& context, Deliveries& deliveries,
                                      size_t each) {
  desk::v1::Draft example;
  if (!google::protobuf::util::JsonStringToMessage(Read(kExample), &example).ok()) {
    return absl::NotFoundError(absl::StrCat(kExample, ": run this from the source folder"));
  }
  std::vector<Kind> kinds;
  for (size_t i = 0; i < each; ++i) kinds.insert(kinds.end(), {kKnown, kUnspeakable, kUnknown});
  std::shuffle(kinds.begin(), kinds.end(), std::mt19937(std::random_device{}()));
  // From now on they are on file.
  kinds.insert(kinds.begin(), {kKnown, kUnspeakable});
  Load load;
  load.messages = kinds.size();
  for (size_t i = 0; i < kinds.size(); ++i) load.drafts.push_back(Question(example, kinds[i], i));
  const absl::StatusOr<Result> result = Send(context, deliveries, load);
  if (!result.ok()) return result.status();
  TimesOfKinds times;
  std::vector<double>* const lists[] = {&times.known, &times.unspeakable, &times.unknown};
  for (size_t i = 2; i < kinds.size() && i < result->latencies_ms.size(); ++i) {
    lists[kinds[i]]->push_back(result->latencies_ms[i]);
  }
  return times;
}

double Advantage(const std::vector<double>& some, const std::vector<double>& others) {
  double later = 0;
  for (const double one : some) {
    for (const double other : others) later += one > other ? 1 : one == other ? 0.5 : 0;
  }
  const auto pairs = static_cast<double>(some.size() * others.size());
  return pairs == 0 ? 1 : std::abs(2 * later / pairs - 1);
}

double NoiseOfAdvantage(size_t each) {
  const auto n = static_cast<double>(each);
  return 1.96 * std::sqrt((2 * n + 1) / (3 * n * n));
}

}  // namespace liaison::bench
