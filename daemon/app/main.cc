// liaisond: one agency's daemon.

#include <google/protobuf/util/json_util.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>

#include "daemon/app/daemon.h"
#include "daemon/app/process.h"
#include "daemon/base/error.h"
#include "daemon/base/log.h"
#include "daemon/rpc/environment.h"

namespace {

using liaison::base::ErrorText;
using liaison::base::FieldFault;
using liaison::base::Reason;

constexpr int kUnexpected = 1;

// Tells the operator what is wrong and what to do; gives the exit code of the reason.
int Report(const absl::Status& status) {
  const std::optional<ErrorText> error = liaison::base::GetError(status);
  std::cerr << "liaisond: " << status.message() << "\n";
  if (!error) return kUnexpected;
  for (const FieldFault& fault : error->fields) {
    std::cerr << "  " << fault.field << ": " << fault.description << " (" << fault.rule << ")\n";
  }
  if (!error->fix.empty()) std::cerr << "  to mend it: " << error->fix << "\n";
  return liaison::base::ReasonExitCode(error->reason);
}

int Verify(const std::string& config) {
  const absl::StatusOr<liaison::audit::v1::VerifyResult> result =
      liaison::app::VerifyOffline(config);
  if (!result.ok()) return Report(result.status());
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.always_print_primitive_fields = true;
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(*result, &json, options).ok()) {
    return kUnexpected;
  }
  std::cout << json;
  return result->ok() ? 0 : liaison::base::ReasonExitCode(Reason::kVerificationFailed);
}

int Serve(const std::string& config) {
  liaison::app::HardenProcess();
  liaison::app::KeepMemoryTogether();
  liaison::app::BlockSignals();
  absl::StatusOr<std::unique_ptr<liaison::app::Daemon>> daemon =
      liaison::app::Daemon::Create(config);
  if (!daemon.ok()) return Report(daemon.status());
  absl::Status ended;
  {
    const liaison::app::SignalThread signals(
        [&daemon] { (*daemon)->Stop(); },
        [&daemon] {
          liaison::audit::v1::ActorOpening actor;
          actor.set_name("SIGHUP");
          const auto reloaded = (*daemon)->Reload(actor);
          if (reloaded.ok()) return;
          liaison::base::Log(liaison::base::LogLevel::kError, "reload refused",
                             {{"error", std::string(reloaded.status().message())}});
          Report(reloaded.status());
        });
    ended = (*daemon)->Run();
  }
  return ended.ok() ? 0 : Report(ended);
}

}  // namespace

int main(int argc, char** argv) {
  liaison::rpc::PrepareTls13Only();
  CLI::App app("One agency's daemon of the Liaison exchange.", "liaisond");
  std::string config;
  bool check_config = false;
  bool verify = false;
  app.add_option("--config", config, "agency.textproto")->required();
  app.add_flag("--check-config", check_config,
               "read configuration, policy and keys, say what is wrong, start nothing");
  app.add_flag("--verify", verify,
               "check logs and rows of the data directory, read only; the daemon must not run");
  app.set_version_flag("--version", LIAISON_VERSION);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : liaison::base::ReasonExitCode(Reason::kUsage);
  }
  if (check_config) {
    const absl::Status status = liaison::app::CheckConfig(config);
    return status.ok() ? 0 : Report(status);
  }
  return verify ? Verify(config) : Serve(config);
}
