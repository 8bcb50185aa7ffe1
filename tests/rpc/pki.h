// Certificates made for a test process by the openssl command, in a folder that goes away with it.
#ifndef LIAISON_TESTS_RPC_PKI_H_
#define LIAISON_TESTS_RPC_PKI_H_

#include <string>
#include <string_view>

#include "daemon/base/ids.h"
#include "daemon/rpc/credentials.h"

namespace liaison::rpc {

// Two authorities ("ca", "other-ca"); agencies "north", "south" and "north-again" (north's name,
// another key), all of "ca"; "stranger" (north's name) of "other-ca"; "nameless" of "ca", without a
// URI.
class Pki {
 public:
  // Made once for the process.
  static const Pki& Shared();
  ~Pki();

  std::string Path(std::string_view file) const;
  // The files of `holder`, trusting "ca".
  TlsFiles Files(std::string_view holder) const;
  base::Digest KeyOf(std::string_view holder) const;
  std::string CertificateOf(std::string_view holder) const;

 private:
  Pki();
  void MakeAuthority(const std::string& name);
  void MakeLeaf(const std::string& name, const std::string& authority, const std::string& uri);
  std::string folder_;
};

// Runs a shell command; its exit code and what it printed.
struct CommandResult {
  int code = -1;
  std::string output;
};
CommandResult RunCommand(const std::string& command);

}  // namespace liaison::rpc

#endif  // LIAISON_TESTS_RPC_PKI_H_
