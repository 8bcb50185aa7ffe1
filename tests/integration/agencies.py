"""Three invented agencies with real daemons on loopback, for tests from outside.

The programs are those that LIAISON_DAEMON and LIAISON_CLI name, by default those of build/bin. Everything lies in a folder of its
own that is removed at the end; no daemon outlives the test, not even one that is killed. Waiting is looking at a state
again and again until it is there or time is up, never waiting for time to pass.
"""

import json
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

TREE = pathlib.Path(__file__).resolve().parents[2]
DAEMON = os.environ.get("LIAISON_DAEMON", TREE / "build" / "bin" / "liaisond")
COMMAND_LINE = os.environ.get("LIAISON_CLI", TREE / "build" / "bin" / "liaison")
DRAFTS = TREE / "clients" / "examples" / "drafts"
LONG = bool(os.environ.get("LIAISON_LONG"))

PATIENCE = 30.0  # seconds; on a loaded machine under a sanitizer everything is slow
LOOK_EVERY = 0.02


def until(what, look, patience=PATIENCE):
    """Calls `look` until it gives something true, and returns that."""
    end = time.monotonic() + patience
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"within {patience} s it did not come true that {what}")
        time.sleep(LOOK_EVERY)  # bounded by `patience`


def draft(name):
    return json.loads((DRAFTS / f"{name}.json").read_text())


class Ran:
    """What a command answered. `data` is what it wrote as JSON, `error` the error object on its standard error."""

    def __init__(self, command, code, out, err):
        self.command, self.code, self.out, self.err = command, code, out, err

    @property
    def data(self):
        return json.loads(self.out)

    @property
    def lines(self):
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def error(self):
        return json.loads(self.err.splitlines()[-1])["error"]

    @property
    def reason(self):
        """Of the error object, which comes last; "" when the last line is progress, or there is none."""
        last = json.loads(self.err.splitlines()[-1]) if self.err.strip() else {}
        return last.get("error", {}).get("reason", "")

    def __str__(self):
        return f"{' '.join(self.command)}\nexit code {self.code}\n{self.out[-2000:]}\n{self.err[-2000:]}"


def run(*command, stdin="", environment=None):
    command = [str(word) for word in command]
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=120,
                          env={**os.environ, **(environment or {})}, check=False)
    return Ran(command, done.returncode, done.stdout, done.stderr)


class Agency:
    def __init__(self, folder, made):
        self.id = made["id"]
        self.folder = folder / self.id
        self.config = pathlib.Path(made["config"])
        self.data = pathlib.Path(made["data"])
        self.pki = self.folder / "pki"
        self.listeners = {name: made[name] for name in ("exchange", "desk", "ops")}
        self.log_file = self.folder / "liaisond.log"
        self.process = None

    # ---- the daemon ----

    def spawn(self, config=None):
        """Starts a daemon, which dies with this process, and does not wait until it is ready."""
        with open(self.log_file, "ab") as log:
            return subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", DAEMON, "--config", config or self.config],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def start(self):
        self.process = self.spawn()
        until(f"{self.id} is ready", self._ready_or_dead)
        return self

    def _ready_or_dead(self):
        if self.process.poll() is not None:
            raise AssertionError(f"{self.id} ended with {self.process.returncode}:\n{self.log()[-3000:]}")
        return self.http("/readyz")[0] == 200

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        """As a power cut of this process alone would."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        return self.process.wait(timeout=PATIENCE)

    def end(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait()

    def log(self):
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def resident_bytes(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/statm").read_text()
        return int(status.split()[1]) * resource.getpagesize()

    def http(self, path):
        """Status and text of the listener for operations; 0 when it is not there."""
        try:
            with urllib.request.urlopen(f"http://{self.listeners['ops']}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode()
        except OSError:
            return 0, ""

    def verify_offline(self, config=None):
        return run(DAEMON, "--config", config or self.config, "--verify")

    def retry_quickly(self):
        """So that a test need not wait long for a partner that comes back. Before the daemon starts."""
        with open(self.config, "a") as config:
            config.write("limits { retry_first_ms: 50 retry_most_seconds: 1 }\n")

    # ---- its people ----

    def context(self, role):
        return self.folder / f"{role}.textproto"

    def forge(self, name, certificate, key, listener="desk", agency=None):
        """A context of the command line with another certificate, or for another agency's listener."""
        target = agency or self
        path = self.folder / f"{name}.textproto"
        path.write_text(
            f'context {{\n  name: "{name}"\n  agency: "{target.id}"\n  desk: "{target.listeners[listener]}"\n'
            f'  certificate: "{certificate}"\n  key: "{key}"\n  ca: "{target.pki / "people-ca.crt"}"\n}}\n')
        return path

    def command(self, role, *words):
        return [str(word) for word in
                (COMMAND_LINE, "--config", self.context(role), "-o", "json", *words)]

    def call(self, role, *words, stdin=""):
        """Runs the command line as one of the agency's people."""
        return run(*self.command(role, *words), stdin=stdin)

    def send(self, body, *words, role="officer"):
        return self.call(role, "message", "send", "-f", "-", *words, stdin=json.dumps(body))

    def push(self, drafts, *words, role="officer"):
        text = "".join(one if isinstance(one, str) else json.dumps(one) + "\n" for one in drafts)
        return self.call(role, "alert", "push", "-f", "-", *words, stdin=text)

    def box(self, box, *words):
        ran = self.call("officer", "message", "list", "--box", box, "--limit", "100000", *words)
        if ran.code != 0:
            raise AssertionError(str(ran))
        return ran.data["messages"]

    def records(self, *words):
        ran = self.call("auditor", "audit", "list", "--limit", "100000", *words)
        if ran.code != 0:
            raise AssertionError(str(ran))
        return ran.data["entries"]


class Agencies:
    """bgc, ho and io, prepared and not started. A context manager."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="liaison-integration."))
        try:
            subprocess.run([TREE / "deploy" / "prepare.sh", self.folder], check=True, timeout=120,
                           capture_output=True)
            made = {one["id"]: one for one in json.loads((self.folder / "demo.json").read_text())["agencies"]}
            self.bgc, self.ho, self.io = (
                Agency(self.folder, made[f"{name}-example"]) for name in ("bgc", "ho", "io"))
        except BaseException:
            shutil.rmtree(self.folder)
            raise

    def all(self):
        return (self.bgc, self.ho, self.io)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        for agency in self.all():
            agency.end()
        shutil.rmtree(self.folder, ignore_errors=True)


class AgenciesTest(unittest.TestCase):
    """Tests that share agencies: the daemons named in `STARTED` run when the first test begins."""

    STARTED = ("bgc", "ho")

    @classmethod
    def setUpClass(cls):
        cls.agencies = cls.enterClassContext(Agencies())
        cls.bgc, cls.ho, cls.io = cls.agencies.all()
        for name in cls.STARTED:
            getattr(cls, name).start()

    def expect(self, ran, code, reason=""):
        """The exit code and the reason of the error object. Gives what was answered."""
        self.assertEqual(ran.code, code, str(ran))
        self.assertEqual(ran.reason, reason, str(ran))
        return ran

    def send(self, agency, body, *words, role="officer"):
        """Sends to one agency, and gives the id."""
        return self.expect(agency.send(body, *words, role=role), 0).data["results"][0]["id"]

    def await_delivery(self, agency):
        until("nothing is queued", lambda: not agency.box("outbox", "--state", "queued"), patience=4 * PATIENCE)

    def assert_logs_hold(self, *agencies):
        for agency in agencies:
            ran = self.expect(agency.call("auditor", "audit", "verify", "--full"), 0)
            self.assertTrue(ran.data["ok"], str(ran))
            self.assertEqual(ran.data["faults"], [])


def main():
    # So that what is to be cleaned up is cleaned up when a test takes too long and is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    unittest.main(verbosity=2)
