"""A reload is whole or not at all, also while messages pass: what is broken, older or contradicts itself changes nothing."""

import base64
import json
import subprocess
import tempfile

import agencies
from agencies import draft, until

LINES = 11_000 if agencies.LONG else 1100


class Reload(agencies.AgenciesTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.bgc.folder / "policy.textproto"
        cls.as_shipped = cls.policy.read_text()
        assert "version: 1\n" in cls.as_shipped
        cls.version = 0

    def setUp(self):
        """Each test has an edition of its own in force, with older and newer ones beside it."""
        type(self).version += 10
        self.text = self.edition(self.version)
        self.policy.write_text(self.text)
        self.expect(self.bgc.call("operator", "admin", "reload"), 0)

    def edition(self, version):
        return self.as_shipped.replace("version: 1\n", f"version: {version}\n", 1)

    def in_force(self):
        status = self.expect(self.bgc.call("operator", "status"), 0).data
        return status["policyDigest"], status["registryDigest"]

    def with_rule(self, rule):
        body = self.text.rstrip()
        self.assertTrue(body.endswith("}"))
        return f"{body[:-1]}\n{rule}\n}}\n"

    def bad_policies(self):
        """Each with the words that must say what is wrong."""
        return {
            "cut off in the middle": (self.text[: len(self.text) // 2], ""),
            "empty": ("", "policy"),
            "a field that does not exist": (self.with_rule('rule { id: "x" colour: 1 }'), "colour"),
            "a value that does not exist": (self.text.replace("effect: PERMIT", "effect: 99", 1), "effect"),
            "older": (self.edition(self.version - 1), f"version {self.version - 1} after {self.version}"),
            "without a version": (self.edition(0), "version"),
            "one id for two rules": (self.with_rule(
                'rule { id: "no-alerts-to-io" effect: FORBID direction: IN partner: "io-example" }'), "another one has this id"),
            "a restriction that keeps": (self.with_rule(
                'rule { id: "x" effect: RESTRICT direction: OUT fields { keep_class: [L5] } }'), "keep"),
            "a permit without purposes": (self.with_rule(
                'rule { id: "x" effect: PERMIT direction: OUT partner: "ho-example" types: [ALERT] roles: [OFFICER]'
                ' fields { keep_class: [L1] } }'), "purposes"),
            "an agreement that ends before it begins": (self.with_rule(
                'agreement { id: "x" partner: "ho-example" types: [ALERT] purposes: [TRAFFICKING_DETECTION]'
                ' valid { from: "2026-06-01" to: "2026-05-31" time_zone: "UTC" } }'), "valid"),
            "a quota that is not there": (self.with_rule(
                'rule { id: "x" effect: PERMIT direction: OUT partner: "ho-example" types: [ALERT]'
                ' purposes: [TRAFFICKING_DETECTION] roles: [OFFICER] fields { keep_class: [L1] }'
                ' obligations { quota: "nowhere" } }'), "quota"),
        }

    def push(self, key):
        """The process, and the file to which it writes: a pipe that nobody reads yet would stop it."""
        results = tempfile.TemporaryFile("w+", encoding="utf-8")
        self.addCleanup(results.close)
        command = self.bgc.command("officer", "alert", "push", "-f", "-", "--idempotency-key", key)
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=results, stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(process.kill)
        return process, results

    @staticmethod
    def states_of(results):
        results.seek(0)
        return [json.loads(line)["state"] for line in results]

    def test_what_is_broken_changes_nothing_under_load_and_says_why(self):
        before = self.in_force()
        admins = len(self.bgc.records("--log", "desk", "--event", "ADMIN"))
        policies = len(self.bgc.records("--log", "desk", "--event", "POLICY"))
        line = json.dumps(draft("alert")) + "\n"
        push, results = self.push("broken")
        with push:
            bad = self.bad_policies()
            for name, (text, word) in bad.items():
                push.stdin.write(line * (LINES // len(bad)))
                push.stdin.flush()
                with self.subTest(name):
                    self.policy.write_text(text)
                    refused = self.expect(self.bgc.call("operator", "admin", "reload"), 2, "VALIDATION_FAILED")
                    self.assertIn(word, refused.err)
                    self.assertEqual(self.in_force(), before)
                    self.assertIn("was refused", str(self.bgc.call("operator", "status").data["warnings"]))
                    self.assertIn("liaison_reload_refused 1", self.bgc.http("/metrics")[1])
            push.communicate(timeout=agencies.PATIENCE * 4)
        self.assertEqual(self.states_of(results), ["QUEUED"] * (LINES // len(bad) * len(bad)))
        self.assertEqual(len(self.bgc.records("--log", "desk", "--event", "POLICY")), policies)
        told = [one["actor"] for one in self.bgc.records("--log", "desk", "--event", "ADMIN")[admins:]]
        self.assertEqual([actor["name"] for actor in told], ["operator-1"] * len(bad))
        for actor, (_, word) in zip(told, bad.values()):
            self.assertIn("reload refused: ", actor["detail"])
            self.assertIn(word, actor["detail"])
        self.policy.write_text(self.text)
        self.expect(self.bgc.call("operator", "admin", "reload"), 0)
        self.assertIn("liaison_reload_refused 0", self.bgc.http("/metrics")[1])
        self.assertNotIn("was refused", str(self.bgc.call("operator", "status").data["warnings"]))
        self.await_delivery(self.bgc)
        self.assert_logs_hold(self.bgc, self.ho)

    def test_what_is_likely_not_meant_is_said_and_taken(self):
        self.policy.write_text(self.with_rule('rule { id: "x" effect: FORBID direction: OUT partner: "ho-exmaple" types: [ALERT] }')
                               .replace(f"version: {self.version}\n", f"version: {self.version + 1}\n", 1))
        reloaded = self.expect(self.bgc.call("operator", "admin", "reload"), 0)
        self.assertIn("partner ho-exmaple is not in agency.textproto", str(reloaded.data["warnings"]))
        self.assertIn("ho-exmaple", (self.bgc.folder / "liaisond.log").read_text())

    def test_what_is_whole_holds_from_one_message_to_the_next(self):
        """Under load a policy that forbids comes into force: no alert is accepted after the reload has answered."""
        forbidding = self.with_rule('rule { id: "nothing-now" effect: FORBID direction: OUT types: [ALERT] }')
        forbidding = forbidding.replace(f"version: {self.version}\n", f"version: {self.version + 1}\n", 1)
        line = json.dumps(draft("alert")) + "\n"
        push, results = self.push("whole")
        with push:
            push.stdin.write(line * (LINES // 2))
            push.stdin.flush()
            self.policy.write_text(forbidding)
            self.expect(self.bgc.call("operator", "admin", "reload"), 0)
            self.expect(self.bgc.send(draft("alert")), 4, "POLICY_DENIED")
            push.communicate(line * 20, timeout=agencies.PATIENCE * 4)
        states = self.states_of(results)
        self.assertEqual(set(states) - {"QUEUED", "DENIED"}, set())
        self.assertEqual(states[-20:], ["DENIED"] * 20)
        in_force = self.bgc.records("--log", "desk", "--event", "POLICY")[-1]
        denied = self.bgc.records("--event", "DENIED_OUT")
        digest = self.in_force()[0]
        self.assertTrue(denied)
        for one in denied:
            self.assertEqual(bytes.fromhex(digest), base64.b64decode(one["decision"]["policyDigest"]))
            self.assertGreaterEqual(one["time"], in_force["time"])
        until("nothing waits", lambda: not self.bgc.box("outbox", "--state", "queued"), patience=60)
        self.policy.write_text(self.edition(self.version + 2))
        self.expect(self.bgc.call("operator", "admin", "reload"), 0)
        self.assert_logs_hold(self.bgc, self.ho)


class Restart(agencies.AgenciesTest):
    STARTED = ("bgc",)

    def test_an_older_policy_is_refused_at_start_too(self):
        policy = self.bgc.folder / "policy.textproto"
        newer = policy.read_text().replace("version: 1\n", "version: 3\n", 1)
        policy.write_text(newer)
        self.expect(self.bgc.call("operator", "admin", "reload"), 0)
        policy.write_text(newer.replace("version: 3\n", "version: 2\n", 1))
        refused = self.expect(self.bgc.call("operator", "admin", "reload"), 2, "VALIDATION_FAILED")
        self.assertIn("version 2 after 3", refused.err)
        self.bgc.stop()
        ran = agencies.run(agencies.DAEMON, "--config", self.bgc.config)
        self.assertNotEqual(ran.code, 0)
        self.assertIn("version 2 after 3", ran.err)
        policy.write_text(newer)
        self.bgc.start()
        self.assert_logs_hold(self.bgc)


if __name__ == "__main__":
    agencies.main()
