#!/usr/bin/env python3
"""Runs the tour of README.md as it stands there, against three daemons.

    tests/docs/readme_test.py BIN

BIN is the folder with liaisond and liaison. A fenced block of `sh` after `<!-- run -->` must end with exit code 0,
each of its commands; after `<!-- run: exit N -->` its last command must end with N. A block of `text` right behind shows
what it prints: each cell, but ids, hashes and times, must be there. All blocks run in one shell, in the
folder that deploy/prepare.sh makes. Standard library only.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
AGENCIES = ("bgc-example", "ho-example", "io-example")
PROGRAMS = None

BLOCK = re.compile(r"<!-- run(?:: exit (\d+))? -->\n```sh\n(.*?)```", re.DOTALL)
OUTPUT = re.compile(r"<!-- run[^\n]*\n```sh\n.*?```\n(?:```text\n(.*?)```)?", re.DOTALL)
# What is another one each time: ids, hashes, times, numbers.
CHANGING = re.compile(r"…|\b[0-9a-f]{8,}|\d{4}-\d\d-\d\dT|^\d+$")


def text_of(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def script_of(text):
    """The blocks as one script, which says where it is before each and ends when a code is another."""
    parts = ["set -eu"]
    for number, (code, commands) in enumerate(BLOCK.findall(text), 1):
        parts.append(f"echo '--- block {number}' >&2")
        if code:
            # A negated group runs without -e, so that its own code is seen.
            parts.append(f"code=0\n{{ {commands}}} || code=$?")
            parts.append(f'[ $code = {code} ] || {{ echo "exit code $code instead of {code}" >&2; exit 1; }}')
        else:
            parts.append(commands)
    return "\n".join(parts)


def missing_from(text, output):
    """The cells that the text shows under each block and that its output does not have."""
    said = re.split(r"^--- block \d+\n", output, flags=re.MULTILINE)[1:]
    missing = []
    for number, (shown, out) in enumerate(zip(OUTPUT.findall(text), said), 1):
        out = " ".join(out.split())
        cells = [" ".join(cell.split()) for line in shown.split("\n") for cell in re.split(r"\s{2,}", line)]
        missing += [f"block {number}: {cell}" for cell in cells if not CHANGING.search(cell) and cell not in out]
    return missing


class TourTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="liaison-readme.")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def run_shell(self, script, seconds):
        """In a session of its own, which is ended whatever happens."""
        environment = dict(os.environ, PATH=PROGRAMS + ":" + os.environ["PATH"])
        for name in [name for name in environment if name.startswith("LIAISON_") and "TEST_RUN" not in name]:
            del environment[name]
        shell = subprocess.Popen(["bash", "-c", script], cwd=self.folder, env=environment, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)
        try:
            output = shell.communicate(timeout=seconds)[0]
        except subprocess.TimeoutExpired:
            os.killpg(shell.pid, signal.SIGKILL)
            output = shell.communicate()[0] + f"\n(not done after {seconds} seconds)"
        return shell.returncode, output

    def daemons(self, command, seconds):
        return self.run_shell(f". '{ROOT}/deploy/daemons.sh'\n{command}", seconds)

    def start(self):
        code, output = self.run_shell(f"'{ROOT}/deploy/prepare.sh' '{self.folder}' >/dev/null", 120)
        self.assertEqual(code, 0, output)
        for name in os.listdir(os.path.join(ROOT, "clients/examples/drafts")):
            shutil.copy(os.path.join(ROOT, "clients/examples/drafts", name), self.folder)
        self.addCleanup(self.daemons, f"stop_daemons '{self.folder}'", 60)
        # Each waits until its daemon is ready; the daemons have sessions of their own.
        starts = " && ".join(f"start_daemon '{PROGRAMS}' '{self.folder}' {agency}" for agency in AGENCIES)
        code, output = self.daemons(f"({starts}) >/dev/null 2>&1", 120)
        self.assertEqual(code, 0, f"the agencies did not start: {output}")

    def test_every_command_of_the_tour_ends_as_it_says(self):
        self.assertGreaterEqual(len(BLOCK.findall(text_of("README.md"))), 7)
        self.start()
        code, output = self.run_shell(script_of(text_of("README.md")), 240)
        self.assertEqual(code, 0, output[-4000:])
        self.assertEqual(missing_from(text_of("README.md"), output), [])
        self.the_example_in_cpp_sends_once()

    def the_example_in_cpp_sends_once(self):
        if not os.path.isfile(os.path.join(PROGRAMS, "send_notice")):
            return  # a build of the daemon and the command line alone
        command = "send_notice bgc-example/officer.textproto ho-example bgc-ho-example-2026 some-key"
        first, second = self.run_shell(command, 60), self.run_shell(command, 60)
        self.assertEqual(first[0], 0, first[1])
        self.assertEqual(first, second)


class ScriptTest(unittest.TestCase):
    """That the test above can fail."""

    def ends_well(self, text):
        done = subprocess.run(["bash", "-c", script_of(text)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              check=False)
        return done.returncode == 0

    def test_a_block_that_fails_ends_the_tour(self):
        self.assertTrue(self.ends_well("<!-- run -->\n```sh\ntrue\n```"))
        self.assertFalse(self.ends_well("<!-- run -->\n```sh\nfalse\ntrue\n```"))

    def test_a_stated_code_must_be_the_one(self):
        self.assertTrue(self.ends_well("<!-- run: exit 4 -->\n```sh\n(exit 4)\n```"))
        self.assertFalse(self.ends_well("<!-- run: exit 4 -->\n```sh\n(exit 5)\n```"))
        self.assertFalse(self.ends_well("<!-- run: exit 4 -->\n```sh\ntrue\n```"))

    def test_what_is_shown_must_be_printed(self):
        text = "<!-- run -->\n```sh\ntrue\n```\n```text\nID        STATE\n12345678  NEW\n```\n<!-- run -->\n```sh\ntrue\n```\n"
        self.assertEqual(missing_from(text, "--- block 1\nID  STATE\n99999999  NEW\n--- block 2\n"), [])
        self.assertEqual(missing_from(text, "--- block 1\nID  STATE\n99999999  READ\n--- block 2\nNEW\n"), ["block 1: NEW"])

    def test_a_block_without_the_mark_is_not_run(self):
        self.assertEqual(script_of("```sh\nfalse\n```"), "set -eu")


if __name__ == "__main__":
    if len(sys.argv) < 2 or not os.path.isfile(os.path.join(sys.argv[1], "liaisond")):
        sys.exit(__doc__)
    PROGRAMS = os.path.abspath(sys.argv.pop(1))
    unittest.main()
