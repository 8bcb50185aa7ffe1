#!/usr/bin/env python3
"""tidy.py finds one planted violation of each rule, and nothing in a tree that is in order."""

import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tidy  # noqa: E402  (after the path is set)

GUARD = "#ifndef LIAISON_DAEMON_{0}_H_\n#define LIAISON_DAEMON_{0}_H_\n{1}\n#endif  // LIAISON_DAEMON_{0}_H_\n"
IN_ORDER = {
    "CMakeLists.txt": "project(liaison)\n",
    "README.md": "# Liaison\n",
    ".gitignore": "/build*/\n",
    "build/CMakeCache.txt": "/wo" + "rk/\n",
    "daemon/build.cmake": "# daemon/precompiled.cc\n",
    "daemon/precompiled.cc": "",
    "daemon/base/CMakeLists.txt": "liaison_room(base SOURCES clock.cc)\n",
    "daemon/base/clock.cc": '#include "daemon/base/clock.h"\nauto now = absl::Now();\n',
    "daemon/base/clock.h": GUARD.format("BASE_CLOCK", "#include <string>"),
    "daemon/store/CMakeLists.txt": "liaison_room(store SOURCES sqlite_store.cc)\n",
    "daemon/store/sqlite_store.cc": '#include <sqlite3.h>\n#include "daemon/store/store.h"\n',
    "daemon/outbox/CMakeLists.txt": "liaison_room(outbox SOURCES\n  courier.cc\n  outbox.cc)\n",
    "daemon/outbox/courier.cc": '#include "daemon/journal/journal.h"\n#include "daemon/store/reader.h"\n',
    "daemon/outbox/outbox.cc": "class Outbox {};\n",
    "tests/outbox/CMakeLists.txt": "liaison_test(outbox SOURCES courier_test.cc)\n",
    "tests/outbox/courier_test.cc": '#include "daemon/outbox/courier.h"\n',
    "proto/liaison/desk/v1/desk.proto": (
        "service Mailbox {\n  rpc List(ListRequest) returns (ListResponse);\n}\n"
        "enum State {\n  STATE_UNSPECIFIED = 0;  // refused\n  HELD = 1;\n}\n"),
}


class TidyTest(unittest.TestCase):
    def findings(self, **planted):
        """Findings in the tree in order with these files added or changed (and those of None left out)."""
        with tempfile.TemporaryDirectory() as root:
            for path, text in {**IN_ORDER, **planted.get("files", {})}.items():
                if text is None:
                    continue
                os.makedirs(os.path.dirname(os.path.join(root, path)) or root, exist_ok=True)
                with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                    file.write(text)
            return tidy.findings(root)

    def finds(self, path, text, expected):
        """One finding, and it is the expected one."""
        found = self.findings(files={path: text})
        self.assertEqual(len(found), 1, found)
        self.assertTrue(found[0].startswith(expected), found[0])

    def test_accepts_a_tree_in_order(self):
        self.assertEqual(self.findings(), [])

    def test_refuses_an_unknown_name_at_the_top(self):
        self.finds("notes.txt", "", "notes.txt:1: nothing else stands at the top level")

    def test_refuses_an_include_that_goes_up(self):
        self.finds("daemon/base/clock.cc", '#include "daemon/crypto/keys.h"\n', "daemon/base/clock.cc:1: base may not include crypto")

    def test_refuses_an_include_that_goes_sideways(self):
        self.finds("daemon/outbox/courier.cc", '\n#include "daemon/inbox/inbox.h"\n', "daemon/outbox/courier.cc:2: outbox may not include inbox")

    def test_refuses_a_client_that_includes_a_flow(self):
        found = self.findings(files={
            "clients/cli/main.cc": '#include "daemon/message/message.h"\n#include "daemon/outbox/outbox.h"\n',
            "clients/cli/CMakeLists.txt": "add_executable(liaison main.cc)\n"})
        self.assertEqual(found, ["clients/cli/main.cc:2: clients may not include outbox"])

    def test_refuses_a_room_without_a_floor(self):
        found = self.findings(files={"daemon/attic/a.cc": "", "daemon/attic/CMakeLists.txt": "a.cc\n"})
        self.assertEqual(len(found), 1, found)
        self.assertIn("the room attic has no floor", found[0])

    def test_refuses_the_store_writer_outside_journal(self):
        self.finds("daemon/outbox/courier.cc", '#include "daemon/store/store.h"\n', "daemon/outbox/courier.cc:1: only journal and app")

    def test_refuses_tests_in_a_room(self):
        self.finds("daemon/outbox/courier.cc", '#include "tests/outbox/fake.h"\n', "daemon/outbox/courier.cc:1: a room does not include tests")

    def test_refuses_third_parties_outside_their_room(self):
        for included in ("openssl/evp.h", "sqlite3.h", "grpcpp/grpcpp.h", "utf8proc.h", "spdlog/spdlog.h",
                         "prometheus/counter.h", "boost/beast.hpp", "CLI/CLI.hpp", "netinet/tcp.h",
                         "liaison/desk/v1/desk.grpc.pb.h"):
            with self.subTest(included=included):
                self.finds("daemon/outbox/courier.cc", f"#include <{included}>\n", f"daemon/outbox/courier.cc:1: <{included}> belongs to")

    def test_refuses_a_long_file(self):
        self.finds("daemon/outbox/outbox.cc", "\n" * 501, "daemon/outbox/outbox.cc:501: longer than 500 lines")
        self.assertEqual(self.findings(files={"daemon/outbox/outbox.cc": "\n" * 500}), [])

    def test_refuses_names_of_no_thing(self):
        self.finds("daemon/outbox/outbox.cc", "class CourierMana" + "ger final {\n", "daemon/outbox/outbox.cc:1: Mana")
        self.finds("daemon/outbox/string_utils.h", GUARD.format("OUTBOX_STRING_UTILS", ""), "daemon/outbox/string_utils.h:1: utils")

    def test_refuses_marks_of_unfinished_work(self):
        for mark in ("TO" + "DO", "FIX" + "ME", "X" + "XX"):
            with self.subTest(mark=mark):
                self.finds("daemon/outbox/outbox.cc", f"// {mark}: later\n", "daemon/outbox/outbox.cc:1: a mark")
        self.assertEqual(self.findings(files={"daemon/outbox/outbox.cc": '// "X' + 'XX" unknown\n'}), [])

    def test_refuses_words_of_elsewhere(self):
        self.finds("README.md", "see ../sha" + "red/x\n", "README.md:1: the project speaks of itself alone")

    def test_refuses_a_dropped_status(self):
        self.finds("daemon/outbox/outbox.cc", "Stop().Ignore" + "Error();\n", "daemon/outbox/outbox.cc:1: a Status is dropped")

    def test_refuses_sleep_in_tests(self):
        for line in ("std::this_thread::sl" + "eep_for(a);", "absl::Sl" + "eepFor(a);", "usl" + "eep(5);"):
            with self.subTest(line=line):
                self.finds("tests/outbox/courier_test.cc", line, "tests/outbox/courier_test.cc:1: a test that sleeps")

    def test_refuses_sleep_in_scripts_unless_bounded(self):
        self.finds("tests/integration/a.sh", "sleep 1\n", "tests/integration/a.sh:1: a script sleeps")
        self.assertEqual(self.findings(files={"tests/integration/a.sh": "sleep 1  # bounded: by the loop\n"}), [])
        self.assertEqual(self.findings(files={"tests/integration/a.py": "time.sleep(1)  # bounded by patience\n"}), [])
        self.assertNotEqual(self.findings(files={"tests/integration/a.py": "time.sl" "eep(1)\n"}), [])

    def test_refuses_real_time_in_rooms(self):
        for call in ("absl::Now()", "std::chrono::steady_clock::now()"):
            with self.subTest(call=call):
                self.finds("daemon/outbox/outbox.cc", f"auto t = {call};\n", "daemon/outbox/outbox.cc:1: ask the Clock")

    def test_refuses_a_guard_that_is_not_the_path(self):
        self.finds("daemon/base/ids.h", GUARD.format("BASE_ID", ""), "daemon/base/ids.h:1: the include guard must be LIAISON_DAEMON_BASE_IDS_H_")

    def test_refuses_sources_that_nothing_builds(self):
        self.finds("tests/outbox/r_test.cc", "", "tests/outbox/r_test.cc:1: no CMakeLists.txt names it")
        self.finds("daemon/outbox/box.cc", "", "daemon/outbox/box.cc:1: no CMakeLists.txt names it")

    def test_refuses_calls_that_share_a_message(self):
        proto = IN_ORDER["proto/liaison/desk/v1/desk.proto"]
        self.finds("proto/liaison/desk/v1/desk.proto", proto.replace("}\nenum", "  rpc All(AllRequest) returns (stream Entry);\n}\nenum"),
                   "proto/liaison/desk/v1/desk.proto:3: All needs a Response of its own")
        found = self.findings(files={"proto/liaison/desk/v1/desk.proto": proto.replace(
            "}\nenum", "  rpc All(ListRequest) returns (AllResponse);\n}\nenum")})
        self.assertEqual(len(found), 2, found)

    def test_refuses_an_enum_without_an_unspecified_zero(self):
        self.finds("proto/liaison/desk/v1/state.proto", "message M {\n  enum State {\n    HELD = 0;\n  }\n}\n",
                   "proto/liaison/desk/v1/state.proto:2: the zero of State must be")


if __name__ == "__main__":
    unittest.main()
