// Knows every live connection of one listener and every call in flight on it: counts, refuses,
// measures, cuts.
//
// gRPC's own limits bind only after the client has agreed to them; these do not ask.
#ifndef LIAISON_DAEMON_RPC_CALL_GATE_H_
#define LIAISON_DAEMON_RPC_CALL_GATE_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/base/ids.h"
#include "daemon/base/mutex.h"
#include "daemon/rpc/connection_key.h"
#include "daemon/rpc/descriptor.h"
#include "liaison/config/v1/agency.pb.h"

namespace liaison::rpc {

// Thread-safe. Outlives its listener and every ticket.
class CallGate {
 public:
  struct Limits {
    size_t calls_per_party = 64;  // in flight
    size_t calls_per_connection =
        32;  // in flight; as many again may wait for their answer to be taken
    size_t connections_per_party = 4;  // counted from the first call
    uint64_t slack_bytes = 256 << 10;  // received bytes that need no explanation
    uint64_t call_bytes = 4 << 10;     // ... and for each finished call
    // The largest message: two of them may be on their way, received in part and not handed to us
    // yet.
    uint64_t message_bytes = 4 << 20;
    // A connection on which for so long no call has come to us, and none is in flight, is cut: also
    // when gRPC holds calls on it whose request never ends. Twice what gRPC calls idle, so that it
    // ends the others first, in peace.
    absl::Duration silence = absl::Seconds(600);
  };
  // 0 takes the default.
  static Limits LimitsFrom(const config::v1::Limits& limits);

  class Connection;
  class Party;

  // One call in flight; gives its place back when destroyed. Movable.
  class Ticket {
   public:
    Ticket() = default;
    ~Ticket();
    Ticket(Ticket&& other) noexcept = default;
    Ticket& operator=(Ticket&& other) noexcept;

    // `bytes` of a message were handed to us: received bytes of twice that are explained.
    void Explain(uint64_t bytes);
    // The flow has ended; only its answer is still on its way. To be said before it is sent: a
    // client that has its answer may make the next call at once.
    void Answered();

   private:
    friend class CallGate;
    Ticket(std::shared_ptr<Connection> connection, std::shared_ptr<Party> party);
    void Return();
    std::shared_ptr<Connection> connection_;
    std::shared_ptr<Party> party_;  // null once answered
  };

  explicit CallGate(const Limits& limits);
  ~CallGate();

  // Lets a call of `party` in, whose connection (ServerContext::peer()) holds the key `spki`.
  // Errors: QUEUE_FULL with a retry hint when the party or the connection has its number of calls
  // in flight, or the party its number of connections (then this connection is cut too); a status
  // without a Reason when no listener of ours accepted the connection.
  absl::StatusOr<Ticket> Enter(std::string_view peer, const base::Digest& spki,
                               std::string_view party);

  // Cuts every connection that a call with this key came over. For revocation: at once, also in
  // mid-call. Returns how many.
  size_t CutConnectionsOf(const base::Digest& spki);

  // Cuts the connection after the answer to the call that is being refused had time to leave (two
  // samples).
  void CutSoon(std::string_view peer);

  size_t connections() const;

  // For the accept loop. `socket` is a duplicate of the connection's descriptor.
  void Add(const ConnectionKey& key, Descriptor socket);
  void Remove(const ConnectionKey& key);
  // Compares what each connection has received with what explains it; cuts and returns those over
  // budget. Cuts those that are silent. `now` is time that is never set back.
  std::vector<ConnectionKey> Sample(absl::Duration now);
  void Clear();

 private:
  static constexpr size_t kShards = 16;
  struct Shard {
    mutable base::Mutex mu;
    absl::flat_hash_map<ConnectionKey, std::shared_ptr<Connection>> connections ABSL_GUARDED_BY(mu);
    // As many as there are parties in the registry; a few words each, kept.
    absl::flat_hash_map<std::string, std::shared_ptr<Party>> parties ABSL_GUARDED_BY(mu);
  };

  Shard& ShardOf(const ConnectionKey& key);
  std::shared_ptr<Connection> Find(std::string_view peer);
  std::shared_ptr<Party> PartyNamed(std::string_view name);
  std::vector<std::pair<ConnectionKey, std::shared_ptr<Connection>>> All() const;

  const Limits limits_;
  std::array<Shard, kShards> shards_;  // one mutex for all costs a fifth of the calls
};

}  // namespace liaison::rpc

#endif  // LIAISON_DAEMON_RPC_CALL_GATE_H_
