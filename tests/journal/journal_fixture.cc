#include "tests/journal/journal_fixture.h"

#include <gtest/gtest.h>

namespace liaison::journal {

CommitThread::CommitThread(Journal& journal)
    : journal_(journal), thread_([this] {
        while (!ending_) journal_.CommitOnce(absl::Milliseconds(20));
        while (journal_.CommitOnce(absl::ZeroDuration())) {
        }
      }) {}

CommitThread::~CommitThread() {
  ending_ = true;
  thread_.join();
}

JournalFixture::JournalFixture()
    : exchange_key(crypto::PrivateKey::Generate(crypto::KeyAlgorithm::kEd25519)),
      desk_key(crypto::PrivateKey::Generate(crypto::KeyAlgorithm::kEd25519)) {
  options.exchange_origin = "bgc.example/liaison-log/1/1";
  options.desk_origin = "bgc.example/liaison-desk/1/1";
  options.exchange_key = exchange_key.get();
  options.desk_key = desk_key.get();
  options.guard_path = directory.path("guard");
}

absl::Status JournalFixture::Open() {
  if (store == nullptr) {
    absl::StatusOr<std::unique_ptr<store::Store>> opened =
        store::OpenSqlite({.path = directory.path("liaison.db")});
    if (!opened.ok()) return opened.status();
    store = *std::move(opened);
    failing = std::make_unique<FailingStore>(*store);
  }
  absl::StatusOr<std::unique_ptr<Journal>> opened =
      Journal::Open(options, *failing, clock, metrics);
  if (!opened.ok()) return opened.status();
  journal = *std::move(opened);
  return absl::OkStatus();
}

void JournalFixture::Close(bool drain) {
  if (journal != nullptr && drain) {
    journal->Stop();
    EXPECT_TRUE(journal->Drain().ok());
  }
  journal.reset();
  failing.reset();
  store.reset();
}

absl::StatusOr<std::vector<Outcome>> JournalFixture::Commit(std::vector<Change> changes) {
  CommitThread thread(*journal);
  return journal->Commit(std::move(changes));
}

std::vector<audit::LogKey> JournalFixture::LogKeys() const {
  return {audit::LogKey::Make(options.exchange_origin, exchange_key->public_key()),
          audit::LogKey::Make(options.desk_origin, desk_key->public_key())};
}

}  // namespace liaison::journal
