#include "daemon/base/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>

namespace liaison::base {
namespace {

TEST(WorkerPoolTest, RunsEverythingThatWasAccepted) {
  std::atomic<int> ran = 0;
  int accepted = 0;
  {
    WorkerPool pool({.threads = 4, .queue = 1000});
    for (int i = 0; i < 500; ++i) accepted += pool.TryPost([&ran] { ++ran; }) ? 1 : 0;
  }
  EXPECT_EQ(accepted, 500);
  EXPECT_EQ(ran, accepted);
}

TEST(WorkerPoolTest, RefusesAtOnceWhenTheQueueIsFull) {
  Mutex mu;
  CondVar wake;
  bool started = false;
  bool go = false;
  WorkerPool pool({.threads = 1, .queue = 2});
  ASSERT_TRUE(pool.TryPost([&] {
    MutexLock lock(mu);
    started = true;
    wake.NotifyAll();
    while (!go) wake.Wait(mu);
  }));
  {
    MutexLock lock(mu);
    while (!started) wake.Wait(mu);
  }
  EXPECT_TRUE(pool.TryPost([] {}));
  EXPECT_TRUE(pool.TryPost([] {}));
  EXPECT_FALSE(pool.TryPost([] {}));
  {
    MutexLock lock(mu);
    go = true;
  }
  wake.NotifyAll();
  pool.Stop();
  EXPECT_FALSE(pool.TryPost([] {}));
}

}  // namespace
}  // namespace liaison::base
