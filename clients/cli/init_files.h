// The texts that `liaison init` writes.
#ifndef LIAISON_CLIENTS_CLI_INIT_FILES_H_
#define LIAISON_CLIENTS_CLI_INIT_FILES_H_

#include <string>
#include <vector>

#include "clients/cli/words.h"

namespace liaison::cli {

struct NewAgency {
  std::string id;
  std::string domain;
  std::string name;
  std::string country = "XX";
  std::string operator_key;  // SHA-256 of public keys, hex
  std::string tls_key;
  std::string message_key;
  std::string log_key;  // verifier key of the exchange log
};

// deploy/policies/starting-policy.textproto, as it stood when this program was built.
extern const char kStartingPolicy[];

std::string AgencyText(const NewAgency& agency);
// The starting policy under an id of the agency's own.
std::string PolicyText(const NewAgency& agency);
std::string ClientText(const NewAgency& agency);

// What to do after `init`, in order.
std::vector<std::string> NextSteps(Language language, const std::string& folder);

}  // namespace liaison::cli

#endif  // LIAISON_CLIENTS_CLI_INIT_FILES_H_
