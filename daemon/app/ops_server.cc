#include "daemon/app/ops_server.h"

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <thread>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "daemon/base/error.h"

namespace liaison::app {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using base::MakeError;
using base::Reason;
using boost::asio::ip::tcp;

constexpr int kMostConnections = 16;
constexpr size_t kMostRequestBytes = 4096;
constexpr std::chrono::seconds kPatience(5);

absl::StatusOr<tcp::endpoint> ParseEndpoint(const std::string& address) {
  const size_t colon = address.rfind(':');
  int port = -1;
  boost::system::error_code error;
  if (colon != std::string::npos) {
    std::string host = address.substr(0, colon);
    if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
    if (absl::SimpleAtoi(address.substr(colon + 1), &port) && port >= 0 && port <= 65535) {
      const auto ip = boost::asio::ip::make_address(host, error);
      if (!error && ip.is_loopback()) return tcp::endpoint(ip, static_cast<uint16_t>(port));
    }
  }
  return MakeError(Reason::kValidationFailed, "listeners.ops must be a loopback address and port",
                   "write e.g. ops: \"127.0.0.1:9464\"");
}

using Answer =
    std::function<http::response<http::string_body>(const http::request<http::empty_body>&)>;

// One connection: one request, one answer, closed.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, const Answer& answer, std::atomic<int>& open)
      : stream_(std::move(socket)), answer_(answer), open_(open) {
    ++open_;
    parser_.header_limit(kMostRequestBytes);
    parser_.body_limit(kMostRequestBytes);
  }
  ~Session() { --open_; }

  void Start() {
    stream_.expires_after(kPatience);
    http::async_read(stream_, buffer_, parser_,
                     [self = shared_from_this()](beast::error_code error, size_t) {
                       if (!error) self->Reply();
                     });
  }

 private:
  void Reply() {
    response_ = answer_(parser_.get());
    response_.prepare_payload();
    response_.keep_alive(false);
    http::async_write(stream_, response_,
                      [self = shared_from_this()](beast::error_code, size_t) { self->Close(); });
  }
  void Close() {
    beast::error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  }

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_{2 * kMostRequestBytes};
  http::request_parser<http::empty_body> parser_;
  http::response<http::string_body> response_;
  const Answer& answer_;
  std::atomic<int>& open_;
};

http::response<http::string_body> Text(http::status status, std::string body,
                                       std::string_view type) {
  http::response<http::string_body> response{status, 11};
  response.set(http::field::content_type, beast::string_view(type.data(), type.size()));
  response.body() = std::move(body);
  return response;
}

}  // namespace

class OpsServer::Rep {
 public:
  Rep(Pages pages) : pages_(std::move(pages)), acceptor_(io_) {
    answer_ = [this](const http::request<http::empty_body>& request) { return Serve(request); };
  }

  ~Rep() {
    io_.stop();
    if (thread_.joinable()) thread_.join();
  }

  absl::Status Listen(const tcp::endpoint& endpoint) {
    boost::system::error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(boost::asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(kMostConnections, error);
    if (error) {
      return MakeError(
          Reason::kUnreachable,
          absl::StrCat("cannot listen on port ", endpoint.port(), ": ", error.message()),
          "free the port, or change listeners.ops");
    }
    return absl::OkStatus();
  }

  uint16_t port() { return acceptor_.local_endpoint().port(); }

  void Run() {
    Accept();
    thread_ = std::thread([this] { io_.run(); });
  }

 private:
  void Accept() {
    acceptor_.async_accept([this](boost::system::error_code error, tcp::socket socket) {
      if (!error && open_ < kMostConnections) {
        std::make_shared<Session>(std::move(socket), answer_, open_)->Start();
      }
      if (acceptor_.is_open()) Accept();
    });
  }

  http::response<http::string_body> Serve(const http::request<http::empty_body>& request) {
    constexpr std::string_view kPlain = "text/plain; charset=utf-8";
    if (request.method() != http::verb::get) {
      return Text(http::status::method_not_allowed, "only GET\n", kPlain);
    }
    const std::string target(request.target());
    if (target == "/livez") return Text(http::status::ok, "ok\n", kPlain);
    if (target == "/metrics") {
      return Text(http::status::ok, pages_.metrics(), "text/plain; version=0.0.4");
    }
    if (target == "/readyz") {
      const absl::Status ready = pages_.ready();
      if (ready.ok()) return Text(http::status::ok, "ok\n", kPlain);
      return Text(http::status::service_unavailable, absl::StrCat(ready.message(), "\n"), kPlain);
    }
    return Text(http::status::not_found, "see /metrics, /livez, /readyz\n", kPlain);
  }

  const Pages pages_;
  Answer answer_;
  std::atomic<int> open_ = 0;
  boost::asio::io_context io_{1};
  tcp::acceptor acceptor_;
  std::thread thread_;
};

OpsServer::OpsServer(std::unique_ptr<Rep> rep, std::string address)
    : rep_(std::move(rep)), address_(std::move(address)) {}

OpsServer::~OpsServer() = default;

absl::StatusOr<std::unique_ptr<OpsServer>> OpsServer::Start(const std::string& address,
                                                            Pages pages) {
  const absl::StatusOr<tcp::endpoint> endpoint = ParseEndpoint(address);
  if (!endpoint.ok()) return endpoint.status();
  auto rep = std::make_unique<Rep>(std::move(pages));
  const absl::Status listening = rep->Listen(*endpoint);
  if (!listening.ok()) return listening;
  std::string bound = absl::StrCat(endpoint->address().to_string(), ":", rep->port());
  rep->Run();
  return std::unique_ptr<OpsServer>(new OpsServer(std::move(rep), std::move(bound)));
}

}  // namespace liaison::app
