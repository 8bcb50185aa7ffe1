#include "tests/store/rows_fixture.h"

#include <stdlib.h>

#include "daemon/crypto/digest.h"

namespace liaison::store {
namespace {

Sealed SealedOf(uint64_t number, size_t bytes) {
  return {"std-202701", std::string(48, 'w'),
          std::string(bytes, static_cast<char>('a' + number % 26)), "draft"};
}

RecordDraft RecordFor(const Exchange& exchange, audit::v1::Event event) {
  RecordDraft draft;
  draft.record.set_event(event);
  draft.record.set_exchange_from(exchange.name.from);
  draft.record.set_exchange_id(std::string(exchange.name.id.raw()));
  draft.record.set_partner(exchange.partner);
  draft.record.set_statement_digest(std::string(exchange.digest.raw()));
  return draft;
}

Exchange ExchangeOf(uint64_t number, Direction direction, const std::string& partner) {
  Exchange exchange;
  exchange.name = {direction == Direction::kOut ? kUs : partner, IdOf(number)};
  exchange.direction = direction;
  exchange.partner = partner;
  exchange.digest = DigestOf(number);
  exchange.urgency = payload::v1::Urgency::U3;
  exchange.created = absl::FromUnixMillis(1'800'000'000'000);
  exchange.expires = exchange.created + absl::Hours(24);
  exchange.conversation = exchange.name.id;
  exchange.bytes = 1000;
  return exchange;
}

AddExchange AddOf(Exchange exchange, audit::v1::Event event, size_t body) {
  AddExchange add;
  add.head = "head";
  add.body = SealedOf(exchange.name.id.data()[7], body);
  add.record = RecordFor(exchange, event);
  add.record.opening_row = exchange.name.id.hex();
  add.record.opening = Sealed{"audit-202701", std::string(48, 'w'), "decision", "actor"};
  add.exchange = std::move(exchange);
  return add;
}

}  // namespace

TempDirectory::TempDirectory() {
  std::string made = (std::filesystem::temp_directory_path() / "liaison-test-XXXXXX").string();
  if (mkdtemp(made.data()) == nullptr) abort();
  path_ = made;
}

TempDirectory::~TempDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

ExchangeId IdOf(uint64_t number) {
  ExchangeId id;
  for (int i = 7; i >= 0; --i, number >>= 8) {
    id.mutable_data()[i] = static_cast<uint8_t>(number);
  }
  return id;
}

Digest DigestOf(uint64_t number) { return crypto::Sha256(std::to_string(number)); }

AddExchange Sent(uint64_t number, const std::string& partner, size_t body) {
  return AddOf(ExchangeOf(number, Direction::kOut, partner), audit::v1::SENT, body);
}

AddExchange Received(uint64_t number, const std::string& partner) {
  return AddOf(ExchangeOf(number, Direction::kIn, partner), audit::v1::RECEIVED, 100);
}

AddExchange Denied(AddExchange add) {
  const bool out = add.exchange.direction == Direction::kOut;
  add.record.record.set_event(out ? audit::v1::DENIED_OUT : audit::v1::DENIED_IN);
  add.body.reset();
  add.exchange.bytes = 0;
  return add;
}

Digest PersonOf(uint64_t number) { return DigestOf(1'000'000 + number); }

AddExchange Held(uint64_t number, absl::Time lapses, const std::string& partner) {
  AddExchange add = AddOf(ExchangeOf(number, Direction::kOut, partner), audit::v1::HELD, 100);
  add.head.clear();
  add.exchange.digest = Digest();
  add.exchange.bytes = 0;
  add.exchange.submitter = PersonOf(1);
  add.exchange.respond_by = lapses;
  add.record.log = audit::v1::DESK;
  add.record.record.clear_statement_digest();
  add.record.record.set_respond_by_ms(static_cast<uint64_t>(absl::ToUnixMillis(lapses)));
  return add;
}

Release Released(const ExchangeName& name, uint64_t person, size_t others, bool send) {
  Release release;
  release.name = name;
  release.person = PersonOf(person);
  release.others = others;
  Exchange exchange;
  exchange.name = name;
  exchange.partner = kPartner;
  release.record = RecordFor(exchange, audit::v1::RELEASED);
  release.record.log = audit::v1::DESK;
  release.record.record.clear_statement_digest();
  if (!send) return release;
  exchange.digest = DigestOf(name.id.data()[7]);
  release.sending = Release::Sending{{exchange.digest, 700, "sealed head", SealedOf(5, 100)},
                                     RecordFor(exchange, audit::v1::SENT),
                                     std::nullopt};
  return release;
}

Advance Step(const ExchangeName& name, audit::v1::Event event, std::vector<desk::v1::State> from) {
  Advance advance;
  advance.name = name;
  advance.from = std::move(from);
  const bool inside =
      event == audit::v1::READ || event == audit::v1::LAPSED || event == audit::v1::REJECTED_BY;
  advance.record.log = inside ? audit::v1::DESK : audit::v1::EXCHANGE;
  advance.record.record.set_event(event);
  advance.record.record.set_exchange_from(name.from);
  advance.record.record.set_exchange_id(std::string(name.id.raw()));
  if (event == audit::v1::DELIVERED) advance.peer_receipt = "receipt";
  return advance;
}

PutInForce InForceOf(const std::string& kind, uint64_t number, audit::v1::Event event) {
  PutInForce put;
  put.kind = kind;
  put.content = std::to_string(number);
  put.digest = DigestOf(number);
  put.record.log = audit::v1::DESK;
  put.record.record.set_event(event);
  put.record.record.set_subject_digest(std::string(put.digest.raw()));
  return put;
}

Append Note(audit::v1::Event event) {
  Append append;
  append.record.log = audit::v1::DESK;
  append.record.record.set_event(event);
  return append;
}

}  // namespace liaison::store
