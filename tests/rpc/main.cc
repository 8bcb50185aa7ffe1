#include <gtest/gtest.h>

#include <csignal>

#include "daemon/base/log.h"
#include "daemon/rpc/environment.h"

int main(int argc, char** argv) {
  liaison::rpc::PrepareTls13Only();
  std::signal(SIGPIPE, SIG_IGN);
  liaison::base::SetLogLevel("error");
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
