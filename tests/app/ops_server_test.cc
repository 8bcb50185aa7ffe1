#include "daemon/app/ops_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/base/error.h"

namespace liaison::app {
namespace {

OpsServer::Pages Pages(absl::Status ready) {
  return {.metrics = [] { return std::string("liaison_example_total 1\n"); },
          .ready = [ready] { return ready; }};
}

// The answer to one request, whole.
std::string Get(const std::string& address, const std::string& request) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  std::string answer;
  if (connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) == 0 &&
      send(fd, request.data(), request.size(), MSG_NOSIGNAL) > 0) {
    char buffer[4096];
    for (ssize_t n = recv(fd, buffer, sizeof(buffer), 0); n > 0;
         n = recv(fd, buffer, sizeof(buffer), 0)) {
      answer.append(buffer, static_cast<size_t>(n));
    }
  }
  close(fd);
  return answer;
}

std::string Path(const std::string& path) { return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n"; }

TEST(OpsServerTest, ServesMetricsAndHealth) {
  const auto server = OpsServer::Start("127.0.0.1:0", Pages(absl::OkStatus()));
  ASSERT_TRUE(server.ok()) << server.status();
  EXPECT_NE(Get((*server)->address(), Path("/metrics")).find("liaison_example_total 1"),
            std::string::npos);
  EXPECT_NE(Get((*server)->address(), Path("/livez")).find("200 OK"), std::string::npos);
  EXPECT_NE(Get((*server)->address(), Path("/readyz")).find("200 OK"), std::string::npos);
  EXPECT_NE(Get((*server)->address(), Path("/etc/passwd")).find("404"), std::string::npos);
  EXPECT_NE(Get((*server)->address(), "POST /metrics HTTP/1.1\r\nHost: x\r\n\r\n").find("405"),
            std::string::npos);
}

TEST(OpsServerTest, SaysWhyItIsNotReady) {
  const auto server =
      OpsServer::Start("127.0.0.1:0", Pages(absl::UnavailableError("the journal stopped")));
  ASSERT_TRUE(server.ok());
  const std::string answer = Get((*server)->address(), Path("/readyz"));
  EXPECT_NE(answer.find("503"), std::string::npos);
  EXPECT_NE(answer.find("the journal stopped"), std::string::npos);
  EXPECT_NE(Get((*server)->address(), Path("/livez")).find("200 OK"), std::string::npos);
}

TEST(OpsServerTest, CutsARequestThatIsTooLarge) {
  const auto server = OpsServer::Start("127.0.0.1:0", Pages(absl::OkStatus()));
  ASSERT_TRUE(server.ok());
  const std::string huge = "GET /metrics HTTP/1.1\r\nX: " + std::string(16 << 10, 'x') + "\r\n\r\n";
  EXPECT_EQ(Get((*server)->address(), huge).find("200 OK"), std::string::npos);
}

TEST(OpsServerTest, ListensOnLoopbackAlone) {
  for (const char* address : {"0.0.0.0:0", "192.0.2.1:80", "[::]:0", "here", "127.0.0.1:70000"}) {
    EXPECT_EQ(base::GetReason(OpsServer::Start(address, Pages(absl::OkStatus())).status()),
              base::Reason::kValidationFailed)
        << address;
  }
}

TEST(OpsServerTest, NamesThePortThatIsTaken) {
  const auto first = OpsServer::Start("127.0.0.1:0", Pages(absl::OkStatus()));
  ASSERT_TRUE(first.ok());
  const absl::Status second =
      OpsServer::Start((*first)->address(), Pages(absl::OkStatus())).status();
  EXPECT_EQ(base::GetReason(second), base::Reason::kUnreachable);
}

}  // namespace
}  // namespace liaison::app
