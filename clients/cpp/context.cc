#include "clients/cpp/context.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "daemon/base/error.h"
#include "daemon/base/text_format.h"

namespace liaison::client {
namespace {

using base::MakeError;
using base::Reason;
using config::v1::Context;

constexpr size_t kMaxFileBytes = 1 << 20;

struct ContextField {
  std::string_view variable;
  std::string_view name;
  const std::string& (Context::*get)() const;
  std::string* (Context::*mutate)();
  bool is_path;
};

const ContextField kFields[] = {
    {"LIAISON_AGENCY", "agency", &Context::agency, &Context::mutable_agency, false},
    {"LIAISON_DESK", "desk", &Context::desk, &Context::mutable_desk, false},
    {"LIAISON_CERTIFICATE", "certificate", &Context::certificate, &Context::mutable_certificate,
     true},
    {"LIAISON_KEY", "key", &Context::key, &Context::mutable_key, true},
    {"LIAISON_CA", "ca", &Context::ca, &Context::mutable_ca, true},
};

absl::Status NoConfiguration(const std::vector<std::string>& tried) {
  return MakeError(
      Reason::kUsage, absl::StrCat("no configuration: tried ", absl::StrJoin(tried, ", ")),
      "Name the file that your agency's operator gave you: liaison --config FILE status "
      "(a new agency begins with: liaison init --agency ID --domain DOMAIN -d DIR)");
}

// The file to read, or nullopt when the environment alone gives the context.
struct FileChoice {
  std::string path;
  bool must_exist = true;
  std::vector<std::string> tried;
};

FileChoice ChooseFile(const ContextChoice& choice) {
  if (!choice.config_file.empty()) return {choice.config_file, true, {choice.config_file}};
  if (const auto named = choice.environment("LIAISON_CONFIG"); named && !named->empty()) {
    return {*named, true, {*named}};
  }
  FileChoice result;
  result.must_exist = false;
  result.tried = {"--config (not given)", "$LIAISON_CONFIG (not set)"};
  const auto xdg = choice.environment("XDG_CONFIG_HOME");
  const auto home = choice.environment("HOME");
  if (xdg && !xdg->empty()) {
    result.path = absl::StrCat(*xdg, "/liaison/config.textproto");
  } else if (home && !home->empty()) {
    result.path = absl::StrCat(*home, "/.config/liaison/config.textproto");
  }
  if (!result.path.empty()) result.tried.push_back(result.path);
  return result;
}

absl::StatusOr<config::v1::Client> ReadClientFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(kMaxFileBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  if (!file.eof()) {
    return MakeError(Reason::kUsage,
                     absl::StrCat(path, " cannot be read, or is larger than 1 MiB"));
  }
  config::v1::Client client;
  const absl::Status status = base::ParseTextFormat(text, path, client);
  if (!status.ok()) return status;
  return client;
}

absl::StatusOr<Context> PickContext(const config::v1::Client& client, const std::string& name,
                                    const std::string& path) {
  if (name.empty() && client.context_size() == 1) return client.context(0);
  std::vector<std::string> names;
  for (const Context& context : client.context()) {
    if (!name.empty() && context.name() == name) return context;
    names.push_back(context.name());
  }
  const std::string known = names.empty() ? "it has none" : absl::StrJoin(names, ", ");
  if (name.empty()) {
    return MakeError(Reason::kUsage, absl::StrCat(path, " does not say which context to use"),
                     absl::StrCat("Choose one with --context: ", known));
  }
  return MakeError(Reason::kUsage, absl::StrCat("no context \"", name, "\" in ", path),
                   absl::StrCat("Choose one with --context: ", known));
}

void MakePathsAbsolute(const std::string& file, Context& context) {
  const std::filesystem::path folder = std::filesystem::path(file).parent_path();
  for (const ContextField& field : kFields) {
    std::string& value = *(context.*field.mutate)();
    if (!field.is_path || value.empty()) continue;
    value = (folder / value).lexically_normal().string();  // an absolute value stays as it is
  }
}

// True when something came from the environment.
bool TakeEnvironment(const Environment& environment, Context& context) {
  bool any = false;
  for (const ContextField& field : kFields) {
    const auto value = environment(field.variable);
    if (!value || value->empty()) continue;
    *(context.*field.mutate)() = *value;
    any = true;
  }
  return any;
}

std::vector<std::string> Missing(const Context& context) {
  std::vector<std::string> missing;
  for (const ContextField& field : kFields) {
    if ((context.*field.get)().empty()) missing.emplace_back(field.name);
  }
  return missing;
}

std::string ContextName(const ContextChoice& choice, const config::v1::Client& client) {
  if (!choice.context.empty()) return choice.context;
  if (const auto named = choice.environment("LIAISON_CONTEXT"); named && !named->empty()) {
    return *named;
  }
  return client.current_context();
}

}  // namespace

Environment ProcessEnvironment() {
  return [](std::string_view name) -> std::optional<std::string> {
    const char* value = std::getenv(std::string(name).c_str());
    if (value == nullptr) return std::nullopt;
    return value;
  };
}

absl::StatusOr<Context> FindContext(const ContextChoice& choice) {
  const FileChoice file = ChooseFile(choice);
  std::error_code ignored;
  const bool exists = !file.path.empty() && std::filesystem::exists(file.path, ignored);
  if (!exists && file.must_exist) return NoConfiguration(file.tried);

  Context context;
  if (exists) {
    const absl::StatusOr<config::v1::Client> client = ReadClientFile(file.path);
    if (!client.ok()) return client.status();
    absl::StatusOr<Context> picked = PickContext(*client, ContextName(choice, *client), file.path);
    if (!picked.ok()) return picked.status();
    context = *std::move(picked);
    MakePathsAbsolute(file.path, context);
  }
  const bool from_environment = TakeEnvironment(choice.environment, context);
  const std::vector<std::string> missing = Missing(context);
  if (missing.empty()) return context;
  if (!exists && !from_environment) return NoConfiguration(file.tried);
  return MakeError(
      Reason::kUsage,
      absl::StrCat("the context \"", context.name(), "\" lacks ", absl::StrJoin(missing, ", ")),
      absl::StrCat("Add it to ", exists ? file.path : "the environment", "."));
}

}  // namespace liaison::client
