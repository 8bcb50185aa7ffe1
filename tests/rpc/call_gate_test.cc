#include "daemon/rpc/call_gate.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"

namespace liaison::rpc {
namespace {

using base::Reason;

base::Digest Key(uint8_t number) { return base::Digest({number}); }

std::string PeerOf(int port) { return absl::StrCat("ipv4:192.0.2.1:", port); }

// Adds a connection and keeps its other end, to see when it is cut.
class Gate {
 public:
  explicit Gate(const CallGate::Limits& limits) : gate(limits) {}

  Descriptor Connect(int port) {
    std::array<int, 2> ends;
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
    gate.Add(*ConnectionKeyOfPeer(PeerOf(port)), Descriptor(ends[0]));
    return Descriptor(ends[1]);
  }

  // Why a call is not let in; nullopt when it is, and then it stays in flight.
  std::optional<Reason> Enter(int port, std::string_view party, uint8_t key = 1) {
    absl::StatusOr<CallGate::Ticket> ticket = gate.Enter(PeerOf(port), Key(key), party);
    if (!ticket.ok()) return base::GetReason(ticket.status()).value_or(Reason::kInternal);
    tickets.push_back(*std::move(ticket));
    return std::nullopt;
  }

  CallGate gate;
  std::vector<CallGate::Ticket> tickets;
};

bool IsCut(const Descriptor& other_end) {
  char byte = 0;
  return recv(other_end.get(), &byte, 1, MSG_DONTWAIT) == 0;
}

TEST(CallGateTest, LimitsTheCallsInFlightOfAConnection) {
  Gate gate({.calls_per_connection = 2});
  const Descriptor first = gate.Connect(1);
  const Descriptor second = gate.Connect(2);
  EXPECT_EQ(gate.Enter(1, "north"), std::nullopt);
  EXPECT_EQ(gate.Enter(1, "north"), std::nullopt);
  EXPECT_EQ(gate.Enter(1, "north"), Reason::kQueueFull);
  EXPECT_EQ(gate.Enter(2, "north"), std::nullopt);
  gate.tickets.clear();
  EXPECT_EQ(gate.Enter(1, "north"), std::nullopt);
}

TEST(CallGateTest, MakesRoomForTheNextCallWhenAFlowHasEnded) {
  Gate gate({.calls_per_party = 1, .calls_per_connection = 1});
  const Descriptor first = gate.Connect(1);
  EXPECT_EQ(gate.Enter(1, "north"), std::nullopt);
  EXPECT_EQ(gate.Enter(1, "north"), Reason::kQueueFull);
  gate.tickets.back().Answered();
  EXPECT_EQ(gate.Enter(1, "north"), std::nullopt);
}

TEST(CallGateTest, LimitsTheAnswersThatAreNotTaken) {
  Gate gate({.calls_per_connection = 1});
  const Descriptor first = gate.Connect(1);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(gate.Enter(1, "north"), std::nullopt);
    gate.tickets.back().Answered();
  }
  EXPECT_EQ(gate.Enter(1, "north"), Reason::kQueueFull);
  gate.tickets.pop_back();
  EXPECT_EQ(gate.Enter(1, "north"), std::nullopt);
}

TEST(CallGateTest, LimitsTheCallsInFlightOfAPartyOverAllItsConnections) {
  Gate gate({.calls_per_party = 2});
  const Descriptor first = gate.Connect(1);
  const Descriptor second = gate.Connect(2);
  EXPECT_EQ(gate.Enter(1, "north"), std::nullopt);
  EXPECT_EQ(gate.Enter(2, "north"), std::nullopt);
  EXPECT_EQ(gate.Enter(2, "north"), Reason::kQueueFull);
  const Descriptor third = gate.Connect(3);
  EXPECT_EQ(gate.Enter(3, "south", 2), std::nullopt);
  gate.tickets.clear();
  EXPECT_EQ(gate.Enter(2, "north"), std::nullopt);
}

TEST(CallGateTest, SaysWhenToTryAgain) {
  Gate gate({.calls_per_connection = 0});
  const Descriptor end = gate.Connect(1);
  const absl::Status refused = gate.gate.Enter(PeerOf(1), Key(1), "north").status();
  EXPECT_GT(base::GetError(refused)->retry_after, absl::ZeroDuration());
}

TEST(CallGateTest, LimitsTheConnectionsOfAPartyAndCutsThoseBeyond) {
  Gate gate({.connections_per_party = 1});
  const Descriptor first = gate.Connect(1);
  const Descriptor second = gate.Connect(2);
  EXPECT_EQ(gate.Enter(1, "north"), std::nullopt);
  EXPECT_EQ(gate.Enter(2, "north"), Reason::kQueueFull);
  EXPECT_TRUE(gate.gate.Sample(absl::ZeroDuration()).empty());
  EXPECT_FALSE(IsCut(second));  // the answer needs time to leave
  EXPECT_TRUE(gate.gate.Sample(absl::ZeroDuration()).empty());
  EXPECT_TRUE(IsCut(second));
  EXPECT_FALSE(IsCut(first));
  gate.gate.Remove(*ConnectionKeyOfPeer(PeerOf(1)));
  const Descriptor third = gate.Connect(3);
  EXPECT_EQ(gate.Enter(3, "north"), std::nullopt);
}

TEST(CallGateTest, MovesAConnectionWithItsKeyToAnotherParty) {
  Gate gate({.connections_per_party = 1});
  const Descriptor first = gate.Connect(1);
  const Descriptor second = gate.Connect(2);
  EXPECT_EQ(gate.Enter(1, "old-name"), std::nullopt);
  EXPECT_EQ(gate.Enter(1, "new-name"), std::nullopt);
  EXPECT_EQ(gate.Enter(2, "old-name"), std::nullopt);
}

TEST(CallGateTest, RefusesACallOverAConnectionThatItDoesNotKnow) {
  Gate gate({});
  EXPECT_EQ(gate.Enter(1, "north"), Reason::kInternal);
  const absl::Status unknown = gate.gate.Enter("unix:/run/x", Key(1), "north").status();
  EXPECT_EQ(base::GetReason(unknown), std::nullopt);
  EXPECT_FALSE(unknown.ok());
}

TEST(CallGateTest, CutsTheConnectionsOfAKeyAndNoOthers) {
  Gate gate({});
  const Descriptor first = gate.Connect(1);
  const Descriptor second = gate.Connect(2);
  const Descriptor third = gate.Connect(3);
  EXPECT_EQ(gate.Enter(1, "north", 1), std::nullopt);
  EXPECT_EQ(gate.Enter(2, "north", 2), std::nullopt);
  EXPECT_EQ(gate.Enter(3, "north", 1), std::nullopt);
  EXPECT_EQ(gate.gate.CutConnectionsOf(Key(1)), 2u);
  EXPECT_TRUE(IsCut(first));
  EXPECT_FALSE(IsCut(second));
  EXPECT_TRUE(IsCut(third));
  EXPECT_EQ(gate.gate.CutConnectionsOf(Key(9)), 0u);
}

TEST(CallGateTest, KeepsATicketGoodAfterItsConnectionHasGone) {
  Gate gate({.calls_per_party = 1});
  const Descriptor first = gate.Connect(1);
  EXPECT_EQ(gate.Enter(1, "north"), std::nullopt);
  gate.gate.Remove(*ConnectionKeyOfPeer(PeerOf(1)));
  EXPECT_EQ(gate.gate.connections(), 0u);
  const Descriptor second = gate.Connect(2);
  EXPECT_EQ(gate.Enter(2, "north"), Reason::kQueueFull);
  gate.tickets.clear();
  EXPECT_EQ(gate.Enter(2, "north"), std::nullopt);
}

TEST(CallGateTest, TakesItsLimitsFromTheConfigurationAndElseTheDefaults) {
  config::v1::Limits limits;
  limits.set_calls_per_partner(7);
  limits.set_connection_slack_bytes(9);
  const CallGate::Limits taken = CallGate::LimitsFrom(limits);
  EXPECT_EQ(taken.calls_per_party, 7u);
  EXPECT_EQ(taken.slack_bytes, 9u);
  EXPECT_EQ(taken.calls_per_connection, 32u);
  EXPECT_EQ(taken.connections_per_party, 4u);
  EXPECT_EQ(taken.call_bytes, 4096u);
  EXPECT_EQ(taken.message_bytes, 4u << 20);
  EXPECT_EQ(taken.silence, absl::Minutes(10));
  limits.set_idle_seconds(3);
  EXPECT_EQ(CallGate::LimitsFrom(limits).silence, absl::Seconds(6));
}

// Both ends of a TCP connection, because only TCP counts what it receives.
struct TcpPair {
  Descriptor near;
  Descriptor far;
};

TcpPair ConnectTcp() {
  const Descriptor listener(socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof(address);
  EXPECT_EQ(bind(listener.get(), generic, size), 0);
  EXPECT_EQ(listen(listener.get(), 1), 0);
  EXPECT_EQ(getsockname(listener.get(), generic, &size), 0);
  TcpPair pair;
  pair.far = Descriptor(socket(AF_INET, SOCK_STREAM, 0));
  EXPECT_EQ(connect(pair.far.get(), generic, size), 0);
  pair.near = Descriptor(accept(listener.get(), nullptr, nullptr));
  return pair;
}

// How many bytes a connection with these limits and calls may receive before it is cut.
class BudgetTest : public testing::Test {
 protected:
  BudgetTest() : gate_({.slack_bytes = 1000, .call_bytes = 100, .message_bytes = 0}) {
    TcpPair pair = ConnectTcp();
    far_ = std::move(pair.far);
    near_ = Descriptor(dup(pair.near.get()));
    gate_.Add(key_, std::move(pair.near));
  }

  // True when the connection is cut after it has received `bytes` more.
  bool IsOverAfter(size_t bytes) {
    const std::string data(bytes, 'x');
    EXPECT_EQ(send(far_.get(), data.data(), data.size(), 0), static_cast<ssize_t>(bytes));
    std::string received(bytes, '\0');
    EXPECT_EQ(recv(near_.get(), received.data(), bytes, MSG_WAITALL), static_cast<ssize_t>(bytes));
    return gate_.Sample(now_) == std::vector<ConnectionKey>{key_};
  }

  // True when it is cut for its silence, and not blamed for it.
  bool IsCutAfter(absl::Duration silence) {
    now_ += silence;
    EXPECT_TRUE(gate_.Sample(now_).empty());
    return IsCut(far_);
  }

  const ConnectionKey key_ = *ConnectionKeyOfPeer(PeerOf(1));
  CallGate gate_;
  absl::Duration now_ = absl::Hours(1);
  Descriptor far_;
  Descriptor near_;
};

TEST_F(BudgetTest, AllowsTheSlackAndNotAByteMore) {
  EXPECT_FALSE(IsOverAfter(1000));
  EXPECT_TRUE(IsOverAfter(1));
  EXPECT_TRUE(IsCut(far_));
}

TEST_F(BudgetTest, AllowsTwiceTheMessagesHandedToUs) {
  absl::StatusOr<CallGate::Ticket> ticket = gate_.Enter(PeerOf(1), Key(1), "north");
  ASSERT_TRUE(ticket.ok());
  ticket->Explain(500);
  EXPECT_FALSE(IsOverAfter(2000));
  EXPECT_TRUE(IsOverAfter(1));
}

TEST_F(BudgetTest, AllowsSomeBytesForEachFinishedCall) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(gate_.Enter(PeerOf(1), Key(1), "north").ok());
  }
  EXPECT_FALSE(IsOverAfter(1300));
  EXPECT_TRUE(IsOverAfter(1));
}

TEST_F(BudgetTest, CutsAConnectionThatBringsNoCall) {
  EXPECT_FALSE(IsCutAfter(absl::ZeroDuration()));
  EXPECT_FALSE(IsCutAfter(absl::Seconds(599)));
  EXPECT_TRUE(IsCutAfter(absl::Seconds(1)));
}

TEST_F(BudgetTest, KeepsAConnectionWithCalls) {
  absl::StatusOr<CallGate::Ticket> ticket = gate_.Enter(PeerOf(1), Key(1), "north");
  ASSERT_TRUE(ticket.ok());
  EXPECT_FALSE(IsCutAfter(absl::Hours(1))) << "it is in flight";
  ticket = absl::CancelledError();
  EXPECT_FALSE(IsCutAfter(absl::Seconds(599)));
  EXPECT_TRUE(gate_.Enter(PeerOf(1), Key(1), "north").ok());
  EXPECT_FALSE(IsCutAfter(absl::Seconds(599))) << "there was another";
  EXPECT_FALSE(IsCutAfter(absl::Seconds(599)));
  EXPECT_TRUE(IsCutAfter(absl::Seconds(1)));
}

TEST_F(BudgetTest, ReportsAConnectionOnce) {
  EXPECT_TRUE(IsOverAfter(1001));
  EXPECT_TRUE(gate_.Sample(now_).empty());
}

}  // namespace
}  // namespace liaison::rpc
