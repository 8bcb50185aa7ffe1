#include "daemon/base/worker_pool.h"

#include <utility>

namespace liaison::base {

WorkerPool::WorkerPool(const Options& options) : queue_limit_(options.queue) {
  threads_.reserve(options.threads);
  for (size_t i = 0; i < options.threads; ++i) threads_.emplace_back([this] { Run(); });
}

WorkerPool::~WorkerPool() { Stop(); }

bool WorkerPool::TryPost(std::function<void()> task) {
  MutexLock lock(mu_);
  if (stopped_ || queue_.size() >= queue_limit_) return false;
  queue_.push_back(std::move(task));
  if (idle_.empty()) return true;
  idle_.back()->NotifyOne();
  idle_.pop_back();
  return true;
}

void WorkerPool::Stop() {
  {
    MutexLock lock(mu_);
    stopped_ = true;
    for (CondVar* wake : idle_) wake->NotifyOne();
  }
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void WorkerPool::Run() {
  CondVar wake;
  while (true) {
    std::function<void()> task;
    {
      MutexLock lock(mu_);
      while (queue_.empty() && !stopped_) {
        idle_.push_back(&wake);
        wake.Wait(mu_);
        std::erase(idle_, &wake);  // it is there when nobody woke it
      }
      if (queue_.empty()) return;
      task = std::move(queue_.front());
      queue_.pop_front();
    }
    task();
  }
}

}  // namespace liaison::base
