#include "daemon/rpc/call_gate.h"

#include <atomic>
#include <optional>
#include <utility>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/rpc/tcp.h"

namespace liaison::rpc {
namespace {

absl::Status Busy(std::string_view limit) {
  base::ErrorText error;
  error.reason = base::Reason::kQueueFull;
  error.message = "too many calls or connections at a time";
  error.fix = "wait for an answer before the next call";
  error.metadata.emplace_back("limit", std::string(limit));
  error.retry_after = absl::Seconds(1);
  return base::MakeError(error);
}

// Takes a place when there is one.
bool Take(std::atomic<size_t>& taken, size_t limit) {
  if (taken.fetch_add(1) < limit) return true;
  taken.fetch_sub(1);
  return false;
}

}  // namespace

class CallGate::Party {
 public:
  std::atomic<size_t> calls = 0;
  std::atomic<size_t> connections = 0;
};

// Thread-safe.
class CallGate::Connection {
 public:
  explicit Connection(Descriptor socket) : socket_(std::move(socket)) {}

  // At each call; false when `party` has its number of connections and this is not one of them.
  bool Join(const std::shared_ptr<Party>& party, const base::Digest& spki, size_t limit) {
    base::MutexLock lock(mu_);
    spki_ = spki;
    if (party_ == party) return true;
    if (!Take(party->connections, limit)) return false;
    if (party_ != nullptr)
      party_->connections.fetch_sub(1);  // the registry gave the key to another
    party_ = party;
    return true;
  }

  // Takes a place for a call that begins.
  bool TakePlace(size_t limit) {
    if (!Take(open, 2 * limit)) return false;
    if (Take(running, limit)) return true;
    open.fetch_sub(1);
    return false;
  }

  void Leave() {
    base::MutexLock lock(mu_);
    if (party_ != nullptr) party_->connections.fetch_sub(1);
    party_.reset();
    socket_.Reset();
  }

  bool CutIfOf(const base::Digest& spki) {
    base::MutexLock lock(mu_);
    if (spki_ != spki || !socket_.valid()) return false;
    CutSocket(socket_.get());
    return true;
  }

  void CutSoon() {
    base::MutexLock lock(mu_);
    if (samples_left_ == 0) samples_left_ = 2;
  }

  // Once each sample; true when the connection has just been cut for more bytes than `limits`
  // explain.
  bool Sample(const Limits& limits, absl::Duration now) {
    base::MutexLock lock(mu_);
    if (!socket_.valid() || cut_) return false;
    const uint64_t received = ReceivedBytes(socket_.get()).value_or(0);
    const uint64_t allowed = limits.slack_bytes + 2 * limits.message_bytes + 2 * explained.load() +
                             limits.call_bytes * finished.load();
    const bool over = received > allowed;
    const bool time_is_up = samples_left_ > 0 && --samples_left_ == 0;
    if (!over && !time_is_up && !IsSilent(limits.silence, now)) return false;
    cut_ = true;
    CutSocket(socket_.get());
    return over;
  }

  std::atomic<size_t> running = 0;  // calls whose flow has not ended
  std::atomic<size_t> open = 0;     // ... and those whose answer is not taken yet
  std::atomic<uint64_t> finished = 0;
  std::atomic<uint64_t> explained = 0;

 private:
  bool IsSilent(absl::Duration limit, absl::Duration now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    const uint64_t calls = finished.load();
    if (!heard_ || open.load() > 0 || calls != calls_heard_) {
      heard_ = now;
      calls_heard_ = calls;
    }
    return now - *heard_ >= limit;
  }

  base::Mutex mu_;
  Descriptor socket_ ABSL_GUARDED_BY(mu_);
  std::shared_ptr<Party> party_ ABSL_GUARDED_BY(mu_);
  base::Digest spki_ ABSL_GUARDED_BY(mu_);
  int samples_left_ ABSL_GUARDED_BY(mu_) = 0;  // until a refused caller is cut; 0: it is not to be
  bool cut_ ABSL_GUARDED_BY(mu_) = false;
  std::optional<absl::Duration> heard_ ABSL_GUARDED_BY(mu_);  // when the last call was seen
  uint64_t calls_heard_ ABSL_GUARDED_BY(mu_) = 0;             // how many had finished then
};

CallGate::Ticket::Ticket(std::shared_ptr<Connection> connection, std::shared_ptr<Party> party)
    : connection_(std::move(connection)), party_(std::move(party)) {}

CallGate::Ticket::~Ticket() { Return(); }

CallGate::Ticket& CallGate::Ticket::operator=(Ticket&& other) noexcept {
  if (this == &other) return *this;
  Return();
  connection_ = std::move(other.connection_);
  party_ = std::move(other.party_);
  return *this;
}

void CallGate::Ticket::Explain(uint64_t bytes) {
  if (connection_ != nullptr) connection_->explained.fetch_add(bytes);
}

void CallGate::Ticket::Answered() {
  if (party_ == nullptr) return;
  connection_->running.fetch_sub(1);
  party_->calls.fetch_sub(1);
  party_.reset();
}

void CallGate::Ticket::Return() {
  if (connection_ == nullptr) return;
  Answered();
  connection_->open.fetch_sub(1);
  connection_->finished.fetch_add(1);
  connection_.reset();
}

CallGate::Limits CallGate::LimitsFrom(const config::v1::Limits& limits) {
  Limits result;
  if (limits.calls_per_partner() != 0) result.calls_per_party = limits.calls_per_partner();
  if (limits.calls_per_connection() != 0) {
    result.calls_per_connection = limits.calls_per_connection();
  }
  if (limits.connections_per_partner() != 0) {
    result.connections_per_party = limits.connections_per_partner();
  }
  if (limits.connection_slack_bytes() != 0) result.slack_bytes = limits.connection_slack_bytes();
  if (limits.connection_call_bytes() != 0) result.call_bytes = limits.connection_call_bytes();
  if (limits.deliver_bytes() != 0) result.message_bytes = limits.deliver_bytes();
  if (limits.idle_seconds() != 0) result.silence = 2 * absl::Seconds(limits.idle_seconds());
  return result;
}

CallGate::CallGate(const Limits& limits) : limits_(limits) {}

CallGate::~CallGate() { Clear(); }

absl::StatusOr<CallGate::Ticket> CallGate::Enter(std::string_view peer, const base::Digest& spki,
                                                 std::string_view party_name) {
  const std::shared_ptr<Connection> connection = Find(peer);
  if (connection == nullptr) {
    return absl::InternalError("a call over a connection that this listener did not accept");
  }
  const std::shared_ptr<Party> party = PartyNamed(party_name);
  if (!connection->Join(party, spki, limits_.connections_per_party)) {
    connection->CutSoon();
    return Busy("connections_per_partner");
  }
  if (connection->TakePlace(limits_.calls_per_connection)) {
    if (Take(party->calls, limits_.calls_per_party)) return Ticket(connection, party);
    connection->running.fetch_sub(1);
    connection->open.fetch_sub(1);
    connection->finished.fetch_add(1);
    return Busy("calls_per_partner");
  }
  connection->finished.fetch_add(1);
  return Busy("calls_per_connection");
}

size_t CallGate::CutConnectionsOf(const base::Digest& spki) {
  size_t cut = 0;
  for (const auto& [key, connection] : All()) {
    if (connection->CutIfOf(spki)) ++cut;
  }
  return cut;
}

void CallGate::CutSoon(std::string_view peer) {
  const std::shared_ptr<Connection> connection = Find(peer);
  if (connection != nullptr) connection->CutSoon();
}

size_t CallGate::connections() const { return All().size(); }

void CallGate::Add(const ConnectionKey& key, Descriptor socket) {
  auto connection = std::make_shared<Connection>(std::move(socket));
  Shard& shard = ShardOf(key);
  base::MutexLock lock(shard.mu);
  shard.connections[key] = std::move(connection);
}

void CallGate::Remove(const ConnectionKey& key) {
  std::shared_ptr<Connection> connection;
  {
    Shard& shard = ShardOf(key);
    base::MutexLock lock(shard.mu);
    const auto found = shard.connections.find(key);
    if (found == shard.connections.end()) return;
    connection = std::move(found->second);
    shard.connections.erase(found);
  }
  connection->Leave();
}

std::vector<ConnectionKey> CallGate::Sample(absl::Duration now) {
  std::vector<ConnectionKey> over;
  for (const auto& [key, connection] : All()) {
    if (connection->Sample(limits_, now)) over.push_back(key);
  }
  return over;
}

void CallGate::Clear() {
  for (const auto& [key, connection] : All()) Remove(key);
}

CallGate::Shard& CallGate::ShardOf(const ConnectionKey& key) {
  return shards_[absl::HashOf(key) % kShards];
}

std::shared_ptr<CallGate::Connection> CallGate::Find(std::string_view peer) {
  const absl::StatusOr<ConnectionKey> key = ConnectionKeyOfPeer(peer);
  if (!key.ok()) return nullptr;
  Shard& shard = ShardOf(*key);
  base::MutexLock lock(shard.mu);
  const auto found = shard.connections.find(*key);
  return found == shard.connections.end() ? nullptr : found->second;
}

std::shared_ptr<CallGate::Party> CallGate::PartyNamed(std::string_view name) {
  const std::string text(name);
  Shard& shard = shards_[absl::HashOf(text) % kShards];
  base::MutexLock lock(shard.mu);
  std::shared_ptr<Party>& party = shard.parties[text];
  if (party == nullptr) party = std::make_shared<Party>();
  return party;
}

std::vector<std::pair<ConnectionKey, std::shared_ptr<CallGate::Connection>>> CallGate::All() const {
  std::vector<std::pair<ConnectionKey, std::shared_ptr<Connection>>> all;
  for (const Shard& shard : shards_) {
    base::MutexLock lock(shard.mu);
    all.insert(all.end(), shard.connections.begin(), shard.connections.end());
  }
  return all;
}

}  // namespace liaison::rpc
