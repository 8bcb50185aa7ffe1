#include "tests/bench/parts.h"

#include <sys/resource.h>

#include <functional>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "daemon/audit/checkpoint.h"
#include "daemon/crypto/keys.h"
#include "daemon/crypto/secret.h"
#include "daemon/message/message.h"
#include "daemon/partners/facts.h"
#include "daemon/partners/registry.h"
#include "daemon/payload/validate.h"
#include "tests/bench/bare_store.h"
#include "tests/bench/echo.h"
#include "tests/bench/many_rules.h"

namespace liaison::bench {
namespace {

constexpr int kBatch = 32;  // messages a commit and a call, as under full load

double CpuMicros() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return 1e6 * static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

// CPU µs of one `work`.
double Cost(absl::Duration most, const std::function<void()>& work) {
  work();  // what is made at the first use
  const absl::Time until = absl::Now() + most;
  const double before = CpuMicros();
  size_t times = 0;
  do {
    for (int i = 0; i < 8; ++i) work();
    times += 8;
  } while (absl::Now() < until);
  return (CpuMicros() - before) / static_cast<double>(times);
}

void MeasureSignatures(absl::Duration each, Parts& parts) {
  const auto message_key = crypto::PrivateKey::Generate(crypto::KeyAlgorithm::kEcdsaP256);
  const auto log_key = crypto::PrivateKey::Generate(crypto::KeyAlgorithm::kEd25519);
  const std::string text(400, 'x');
  const std::string signature = message_key->Sign(text);
  const std::string head_signature = log_key->Sign(text);
  bool holds = true;
  parts["sign"] = Cost(each, [&] { holds = !message_key->Sign(text).empty(); });
  parts["verify"] =
      Cost(each, [&] { holds = message_key->public_key().Verify(text, signature).ok() && holds; });
  parts["head_sign"] = Cost(each, [&] { holds = !log_key->Sign(text).empty() && holds; });
  parts["head_verify"] =
      Cost(each, [&] { holds = log_key->public_key().Verify(text, head_signature).ok() && holds; });
  if (!holds) parts.clear();
}

exchange::v1::Statement StatementOf(const desk::v1::Draft& draft) {
  exchange::v1::Statement statement;
  statement.set_exchange_id(crypto::RandomBytes(16));
  statement.set_conversation(statement.exchange_id());
  statement.set_from("bgc-example");
  statement.set_to(draft.to(0));
  statement.set_type(payload::TypeOf(draft.payload()));
  statement.set_schema_version(payload::kSchemaVersion);
  statement.set_urgency(draft.urgency());
  statement.mutable_created()->set_seconds(absl::ToUnixSeconds(absl::Now()));
  statement.mutable_expires()->set_seconds(absl::ToUnixSeconds(absl::Now()) + 86'400);
  *statement.mutable_handling() = draft.handling();
  *statement.mutable_purposes() = draft.purposes();
  statement.set_agreement_id(draft.agreement_id());
  *statement.mutable_legal_bases() = draft.legal_bases();
  return statement;
}

// Seal and open: cut, commitments, signature; and back: signature, root, merge.
absl::StatusOr<exchange::v1::Envelope> MeasureMessage(const desk::v1::Draft& draft,
                                                      absl::Duration each, Parts& parts) {
  const auto key = crypto::PrivateKey::Generate(crypto::KeyAlgorithm::kEcdsaP256);
  std::vector<message::SealedField> fields;
  const auto cut = [&] {
    fields.clear();
    const auto leaves = payload::Cut(draft.payload());
    if (!leaves.ok()) return;
    for (const payload::Leaf& leaf : *leaves) fields.push_back({leaf.path, leaf.value, false});
  };
  parts["cut"] = Cost(each, cut);
  if (fields.empty()) return absl::InternalError("the draft cannot be cut");
  const exchange::v1::Statement statement = StatementOf(draft);
  message::Sealed sealed;
  parts["seal"] = Cost(each, [&] { sealed = message::Seal(statement, fields, *key); });
  message::Opener opener;
  opener.sender = statement.from();
  opener.recipient = statement.to();
  opener.message_keys = {{key->public_key(), false}};
  opener.now = absl::Now();
  // A receipt is asked for before the signature is looked at; what stands in it is not.
  sealed.envelope.mutable_sender_receipt()->set_record("record");
  absl::Status opened;
  parts["open"] = Cost(each, [&] {
    opened = message::Authenticate(sealed.envelope, opener).status();
    if (opened.ok()) opened = message::ReadStored(sealed.envelope).status();
  });
  if (!opened.ok()) return opened;
  parts["records"] = static_cast<double>(fields.size());
  parts["envelope_bytes"] = static_cast<double>(sealed.envelope.ByteSizeLong());
  return sealed.envelope;
}

// One decision alone, facts at hand, under a policy as large as an agency may come to have.
absl::Status MeasureManyRules(absl::Span<const payload::Leaf> leaves, absl::Duration each,
                              Parts& parts) {
  const auto type = payload::v1::INTELLIGENCE_NOTICE;
  const policy::Facts facts = FactsForManyRules(type, absl::Now());
  const std::vector<policy::Field> fields = ManyFields(leaves);
  for (const int partners : {kManyPartners, 10 * kManyPartners}) {
    const auto policy = PolicyOfManyRules(partners, type, leaves);
    if (!policy.ok()) return policy.status();
    policy::Decision decision;
    const std::string name = absl::StrCat("decide_", partners * kRulesEach, "_rules");
    parts[name] = Cost(each, [&] { decision = (*policy)->Decide(facts, fields); });
    if (decision.outcome == policy::Outcome::kAllow) continue;
    return absl::InternalError(absl::StrCat(name, " does not permit it: ", decision.missing));
  }
  return absl::OkStatus();
}

// What the sender decides; the receiver's decision is taken to cost the same.
absl::Status MeasureDecision(const std::string& folder, const desk::v1::Draft& draft,
                             absl::Duration each, Parts& parts) {
  const auto registry = partners::Registry::Load(folder + "/bgc-example/agency.textproto");
  if (!registry.ok()) return registry.status();
  const partners::Partner* const partner = (*registry)->FindPartner(draft.to(0));
  const auto leaves = payload::Cut(draft.payload());
  if (partner == nullptr || !leaves.ok()) return absl::InternalError("no such partner");
  const partners::Frame frame = partners::FrameOf(draft);
  const payload::Frame shown =
      partners::ValidationFrame(frame, draft.to(0), partner->proto.country());
  std::vector<base::FieldFault> faults;
  parts["validate"] = Cost(
      each, [&] { faults = payload::Validate(draft.payload(), shown, payload::Mode::kDraft); });
  if (!faults.empty()) {
    return absl::InternalError(absl::StrCat("the draft is at fault: ", faults[0].field));
  }
  const std::vector<policy::Field> fields = partners::FieldsOf(*leaves);
  policy::Decision decision;
  parts["decide"] = Cost(each, [&] {
    decision = (*registry)->policy().Decide(
        partners::FactsFor(**registry, *partner, policy::Direction::kOut, policy::v1::Rule::OFFICER,
                           frame, draft.payload(), absl::Now()),
        fields);
  });
  if (decision.outcome == policy::Outcome::kAllow) return MeasureManyRules(*leaves, each, parts);
  return absl::InternalError(absl::StrCat("the draft may not go: ", decision.missing));
}

absl::Status MeasureStore(const Calibration& calibration, size_t bytes, Parts& parts) {
  const auto store = BareStore::Create(calibration.folder + "/bare.db");
  if (!store.ok()) return store.status();
  for (const int batch : {1, 10, kBatch, 100}) {
    const absl::Time begun = absl::Now();
    const double before = CpuMicros();
    for (size_t i = 0; i < calibration.store_rounds; ++i) {
      if (absl::Status done = (*store)->Commit(batch, bytes); !done.ok()) return done;
    }
    const double messages = static_cast<double>(calibration.store_rounds) * batch;
    parts[absl::StrCat("store_", batch)] = (CpuMicros() - before) / messages;
    parts[absl::StrCat("store_", batch, "_wall")] =
        absl::ToDoubleMicroseconds(absl::Now() - begun) / messages;
  }
  return absl::OkStatus();
}

absl::Status MeasureTransport(const Calibration& calibration, const desk::v1::Draft& draft,
                              const exchange::v1::Envelope& envelope, Parts& parts) {
  const auto echo = Echo::Start(calibration.folder, calibration.context);
  if (!echo.ok()) return echo.status();
  if (const auto warm = (*echo)->Deliver(envelope, 1, absl::Milliseconds(5)); !warm.ok()) {
    return warm.status();
  }
  double before = CpuMicros();
  absl::Time begun = absl::Now();
  const auto answered = (*echo)->Stream(draft, 2 * calibration.each);
  if (!answered.ok()) return answered.status();
  parts["stream"] = (CpuMicros() - before) / static_cast<double>(*answered);
  parts["stream_wall"] =
      absl::ToDoubleMicroseconds(absl::Now() - begun) / static_cast<double>(*answered);
  before = CpuMicros();
  const auto calls = (*echo)->Deliver(envelope, kBatch, 2 * calibration.each);
  if (!calls.ok()) return calls.status();
  parts["deliver"] = (CpuMicros() - before) / static_cast<double>(*calls * kBatch);
  begun = absl::Now();
  const auto singles = (*echo)->Deliver(envelope, 1, 2 * calibration.each);
  if (!singles.ok()) return singles.status();
  parts["round_trip_wall"] =
      absl::ToDoubleMicroseconds(absl::Now() - begun) / static_cast<double>(*singles);
  return absl::OkStatus();
}

}  // namespace

double CoresFree(absl::Duration most) {
  const absl::Time begun = absl::Now();
  const double before = CpuMicros();
  {
    std::vector<std::jthread> busy;
    for (unsigned i = 0; i < std::thread::hardware_concurrency(); ++i) {
      busy.emplace_back([until = begun + most] {
        while (absl::Now() < until) continue;
      });
    }
  }
  return (CpuMicros() - before) / absl::ToDoubleMicroseconds(absl::Now() - begun);
}

absl::StatusOr<Parts> Calibrate(const Calibration& calibration, const desk::v1::Draft& draft) {
  Parts parts;
  MeasureSignatures(calibration.each, parts);
  if (parts.empty()) return absl::InternalError("a signature does not hold");
  const auto envelope = MeasureMessage(draft, calibration.each, parts);
  if (!envelope.ok()) return envelope.status();
  absl::Status status = MeasureDecision(calibration.folder, draft, calibration.each, parts);
  if (!status.ok()) return status;
  status = MeasureStore(calibration, envelope->ByteSizeLong(), parts);
  if (!status.ok()) return status;
  status = MeasureTransport(calibration, draft, *envelope, parts);
  if (!status.ok()) return status;
  parts["cores_free"] = CoresFree(4 * calibration.each);
  return parts;
}

double CostOf(const Parts& parts) {
  const auto of = [&parts](const char* name) { return parts.at(name); };
  const double transport = of("stream") + of("deliver");
  const double messages = of("cut") + of("seal") + of("open");
  const double judgement = 2 * (of("validate") + of("decide"));
  const double store = 2 * of("store_32");
  // Each side signs the head of each commit once; the sender commits twice.
  const double receipts = (3 * of("head_sign") + 2 * of("head_verify")) / kBatch;
  return transport + messages + judgement + store + receipts;
}

Parts Between(const Parts& before, const Parts& after) {
  Parts mean;
  for (const auto& [name, value] : before) mean[name] = (value + after.at(name)) / 2;
  return mean;
}

}  // namespace liaison::bench
