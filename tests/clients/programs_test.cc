// The two programs themselves, as a shell would start them.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "tests/clients/desk_fixture.h"

namespace liaison::clients_test {
namespace {

using ProgramsTest = DeskTest;

struct Child {
  pid_t pid = -1;
  int in = -1;   // its standard input
  int out = -1;  // its standard output
  int err = -1;  // its standard error
};

Child Start(std::vector<std::string> words) {
  std::array<int, 2> in = {};
  std::array<int, 2> out = {};
  std::array<int, 2> err = {};
  EXPECT_EQ(pipe(in.data()), 0);
  EXPECT_EQ(pipe(out.data()), 0);
  EXPECT_EQ(pipe(err.data()), 0);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t pid = fork();
  if (pid == 0) {
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    dup2(err[1], STDERR_FILENO);
    for (const auto& ends : {in, out, err}) {
      for (const int descriptor : ends) close(descriptor);
    }
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  close(err[1]);
  return {pid, in[1], out[0], err[0]};
}

std::string ReadLine(int descriptor) {
  std::string line;
  char c = 0;
  while (read(descriptor, &c, 1) == 1 && c != '\n') line.push_back(c);
  return line;
}

// Its exit code; -1 when a signal ended it.
int Wait(const Child& child) {
  int status = 0;
  EXPECT_EQ(waitpid(child.pid, &status, 0), child.pid);
  close(child.out);
  close(child.err);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(ProgramsTest, TheExampleSendsANoticeAndPrintsItsId) {
  const Child child =
      Start({SEND_NOTICE, Config(daemon().address()), "ho-example", "vn-gb-2026", "example-1"});
  close(child.in);
  EXPECT_EQ(ReadLine(child.out), kDelivered);
  EXPECT_EQ(Wait(child), 0);
  ASSERT_EQ(daemon().mailbox().seen().size(), 1U);
  EXPECT_EQ(daemon().mailbox().seen()[0].idempotency_key(), "example-1");
}

TEST_F(ProgramsTest, InterruptedIsOneHundredAndThirty) {
  const Child child = Start({LIAISON_PROGRAM, "alert", "push", "-f", "-", "--idempotency-key", "k",
                             "--config", Config(daemon().address())});
  const std::string line = "{\"to\":[\"ho-example\"]}\n";
  ASSERT_EQ(write(child.in, line.data(), line.size()), static_cast<ssize_t>(line.size()));
  EXPECT_THAT(ReadLine(child.out), testing::HasSubstr("QUEUED"));  // while its input is still open
  ASSERT_EQ(kill(child.pid, SIGINT), 0);
  EXPECT_EQ(Wait(child), 130);
  close(child.in);
}

TEST_F(ProgramsTest, AClosedPipeEndsItQuietly) {
  Child child = Start({LIAISON_PROGRAM, "alert", "push", "-f", "-", "--idempotency-key", "k",
                       "--config", Config(daemon().address())});
  const std::string line = "{\"to\":[\"ho-example\"]}\n";
  ASSERT_EQ(write(child.in, line.data(), line.size()), static_cast<ssize_t>(line.size()));
  EXPECT_THAT(ReadLine(child.out), testing::HasSubstr("QUEUED"));
  close(child.out);  // as `head -1` does
  ASSERT_EQ(write(child.in, line.data(), line.size()), static_cast<ssize_t>(line.size()));
  close(child.in);
  EXPECT_EQ(ReadLine(child.err), "");
  EXPECT_EQ(Wait(child), 141);
}

TEST_F(ProgramsTest, WhatCannotBeShownIsNotReleased) {
  for (const char* standard_error : {"2>/dev/full", "2>&-", "<&- >&- 2>&-"}) {
    const std::string script = absl::StrCat("exec \"$0\" \"$@\" ", standard_error);
    const Child child = Start({"/bin/sh", "-c", script, LIAISON_PROGRAM, "message", "release",
                               kHeld, "--config", Config(daemon().address())});
    close(child.in);
    EXPECT_EQ(ReadLine(child.out), "") << standard_error;
    EXPECT_EQ(Wait(child), 1) << standard_error;
  }
  const Child child =
      Start({LIAISON_PROGRAM, "message", "release", kHeld, "--config", Config(daemon().address())});
  close(child.in);
  close(child.err);
  EXPECT_EQ(ReadLine(child.out), "");
  int status = 0;
  ASSERT_EQ(waitpid(child.pid, &status, 0), child.pid);
  EXPECT_EQ(WEXITSTATUS(status), 141);
  close(child.out);
  EXPECT_EQ(daemon().mailbox().releases(), 0);
}

// Another descriptor of the process had its number by then, and was read from.
TEST_F(ProgramsTest, AClosedStreamIsNotTakenForWhatHasItsNumber) {
  const Child child = Start({"/bin/sh", "-c", "exec \"$0\" \"$@\" <&-", LIAISON_PROGRAM, "message",
                             "send", "-f", "-", "--config", Config(daemon().address())});
  close(child.in);
  EXPECT_THAT(ReadLine(child.err), testing::HasSubstr("standard input: Bad file descriptor"));
  EXPECT_EQ(Wait(child), 2);
}

TEST_F(ProgramsTest, AFinalErrorEndsAPushThatWaitsForInput) {
  const Child child = Start({LIAISON_PROGRAM, "alert", "push", "-f", "-", "--idempotency-key", "k",
                             "--config", Config(daemon().address())});
  daemon().mailbox().FailStreams();
  const std::string line = "{\"to\":[\"ho-example\"]}\n";
  ASSERT_EQ(write(child.in, line.data(), line.size()), static_cast<ssize_t>(line.size()));
  EXPECT_THAT(ReadLine(child.out), testing::HasSubstr("ROLE_MISSING"));
  EXPECT_EQ(Wait(child), 4);
  close(child.in);
}

}  // namespace
}  // namespace liaison::clients_test
