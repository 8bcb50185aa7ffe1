"""What was acknowledged survives kill -9 of either side and arrives exactly once; a partner that is away misses nothing."""

import json
import os
import random
import subprocess

import agencies
from agencies import draft

ROUNDS = 40 if agencies.LONG else 8
LINES = 150
QUEUED = 10_000 if agencies.LONG else 300


class Crash(agencies.AgenciesTest):
    STARTED = ()

    def setUp(self):
        for agency in (self.bgc, self.ho):
            if agency.process is None:
                agency.retry_quickly()
                agency.start()

    def push_file(self, name, lines):
        path = self.agencies.folder / f"{name}.jsonl"
        with open(path, "w") as file:
            for line in lines:
                file.write(json.dumps(line) + "\n")
        return path

    def push_and_kill(self, path, key, victim, after):
        """Pushes a file, and kills the victim once so many lines are acknowledged. Gives what was acknowledged."""
        command = self.bgc.command("system", "alert", "push", "-f", path, "--idempotency-key", key)
        acknowledged = {}
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as push:
            if after == 0:
                victim.kill()
            for line in push.stdout:
                result = json.loads(line)
                if result["state"]:
                    acknowledged[result["line"]] = result["id"]
                if len(acknowledged) == after and victim.process.poll() is None:
                    victim.kill()
                    push.terminate()
                    break
            for line in push.stdout:  # what it had written before it ended
                result = json.loads(line)
                if result["state"]:
                    acknowledged[result["line"]] = result["id"]
        if victim.process.poll() is None:
            victim.kill()
        return acknowledged

    def test_what_was_acknowledged_arrives_exactly_once_whoever_is_killed(self):
        seed = int(os.environ.get("LIAISON_SEED", random.SystemRandom().randrange(1_000_000)))
        chance = random.Random(seed)
        print(f"LIAISON_SEED={seed}", flush=True)
        path = self.push_file("alerts", [draft("alert")] * LINES)
        sent = set()
        for turn in range(ROUNDS):
            victim = chance.choice((self.bgc, self.ho))
            acknowledged = self.push_and_kill(path, f"round-{turn}", victim, chance.randrange(LINES + 1))
            victim.start()
            again = self.expect(
                self.bgc.call("system", "alert", "push", "-f", path, "--idempotency-key", f"round-{turn}"), 0)
            ids = {one["line"]: one["id"] for one in again.lines}
            self.assertEqual(len(set(ids.values())), LINES)
            for line, one in acknowledged.items():
                self.assertEqual(ids[line], one, f"line {line} of round {turn} was acknowledged under another id")
            sent |= set(ids.values())
        self.assertEqual(len(sent), ROUNDS * LINES)
        self.await_delivery(self.bgc)
        arrived = [one["id"] for one in self.ho.box("inbox")]
        self.assertEqual(len(arrived), len(set(arrived)))
        self.assertEqual(set(arrived), sent)
        self.assertEqual({one["id"]: one["state"] for one in self.bgc.box("outbox")}, dict.fromkeys(sent, "DELIVERED"))
        received = [one["exchange"] for one in self.ho.records("--log", "exchange", "--event", "RECEIVED")]
        self.assertEqual(sorted(received), sorted(sent))
        self.assert_logs_hold(self.bgc, self.ho)


class Absence(agencies.AgenciesTest):
    STARTED = ()

    def test_a_partner_that_was_away_gets_everything_once_the_urgent_first(self):
        self.bgc.retry_quickly()
        self.bgc.start()
        most_urgent = draft("alert") | {"urgency": "U1"}
        most_urgent["payload"]["alert"]["validTo"] = "2026-12-03T00:00:00Z"  # 72 hours at most
        kinds = [draft("alert") | {"urgency": "U3"}, draft("alert"), most_urgent]
        self.send(self.bgc, draft("alert"))
        before = self.bgc.resident_bytes()
        lines = [kinds[i % 3] for i in range(QUEUED)]
        ran = self.expect(self.bgc.push(lines, "--idempotency-key", "away", role="system"), 0)
        self.assertLess(self.bgc.resident_bytes() - before, 64 << 20)
        self.assertEqual(len(self.bgc.box("outbox", "--state", "queued")), QUEUED + 1)
        sent = {one["id"] for one in ran.lines}
        self.bgc.kill()
        self.bgc.start()
        self.ho.start()
        self.await_delivery(self.bgc)
        self.assertLess(self.bgc.resident_bytes() - before, 64 << 20)
        arrived = {one["id"]: one["urgency"] for one in self.ho.box("inbox")}
        order = [one["exchange"] for one in self.ho.records("--log", "exchange", "--event", "RECEIVED")]
        self.assertEqual(len(order), len(set(order)))
        self.assertLessEqual(sent, set(order))
        self.assertEqual(len(order), QUEUED + 1)
        self.assertEqual([arrived[one] for one in order], sorted(arrived.values()))
        self.assert_logs_hold(self.bgc, self.ho)


if __name__ == "__main__":
    agencies.main()
