#include "daemon/journal/commit_queue.h"

namespace liaison::journal {

void CommitQueue::Add(Waiting& waiting) {
  (waiting.haste == Haste::kUrgent ? urgent_ : routine_).push_back(&waiting);
  changes_ += waiting.count;
}

Waiting* CommitQueue::Take(std::deque<Waiting*>& queue) {
  Waiting* const front = queue.front();
  queue.pop_front();
  changes_ -= front->count;
  return front;
}

std::vector<Waiting*> CommitQueue::TakeBatch() {
  const size_t most = urgent_.empty() ? limits_.changes : limits_.beside_urgent;
  std::vector<Waiting*> batch;
  size_t count = 0;
  size_t bytes = 0;
  bool first_urgent = true;
  bool first_routine = true;
  for (bool urgent_turn = true; !empty(); urgent_turn = !urgent_turn) {
    const bool urgent = routine_.empty() || (urgent_turn && !urgent_.empty());
    std::deque<Waiting*>& queue = urgent ? urgent_ : routine_;
    bool& first = urgent ? first_urgent : first_routine;
    count += queue.front()->count;
    bytes += queue.front()->bytes;
    if (!first && (count > most || bytes > limits_.bytes)) break;
    first = false;
    batch.push_back(Take(queue));
  }
  return batch;
}

std::vector<Waiting*> CommitQueue::TakeAll() {
  std::vector<Waiting*> all;
  while (!urgent_.empty()) all.push_back(Take(urgent_));
  while (!routine_.empty()) all.push_back(Take(routine_));
  return all;
}

}  // namespace liaison::journal
