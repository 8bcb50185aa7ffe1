"""What a rule of the policy obliges to, with real daemons: quotas that are exact, a date of deletion, a notice."""

import datetime
import json
import re
import subprocess

import agencies
from agencies import draft

REQUEST = "victim_verification_request"


def zone_where_it_is_noon():
    """No day ends while the test runs."""
    offset = 12 - datetime.datetime.now(datetime.timezone.utc).hour
    return f"Etc/GMT{-offset:+d}" if offset else "Etc/GMT"  # the sign is that of POSIX


ZONE = zone_where_it_is_noon()


class Quota(agencies.AgenciesTest):
    STARTED = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.oblige("ho-verification-request-out", 'quota: "requests" retention: "30d" notice: true')
        cls.oblige("ho-alerts-out-systems", 'quota: "alerts"')
        cls.oblige("ho-verification-response-out", 'quota: "persons"')
        cls.declare(f'quota {{ id: "requests" per_day: 3 time_zone: "{ZONE}" }}')
        cls.declare(f'quota {{ id: "alerts" per_day: 3 time_zone: "{ZONE}" }}')
        cls.declare(f'quota {{ id: "persons" distinct_subjects_per_day: 2 time_zone: "{ZONE}" }}')
        for agency in (cls.bgc, cls.ho):
            agency.start()

    @classmethod
    def edit(cls, pattern, text):
        path = cls.bgc.folder / "policy.textproto"
        edited, times = re.subn(pattern, text, path.read_text(), count=1)
        if times != 1:
            raise AssertionError(f"{path} has no {pattern}")
        path.write_text(edited)

    @classmethod
    def oblige(cls, rule, obligations):
        cls.edit(rf'id: "{rule}"', f'id: "{rule}"  obligations {{ {obligations} }}')

    @classmethod
    def declare(cls, quota):
        cls.edit("version: 1\n", f"version: 1\n  {quota}\n")

    def test_what_is_over_a_quota_is_denied_also_after_a_restart(self):
        first = self.send(self.bgc, draft(REQUEST), "--wait", "delivered")
        for _ in range(2):
            self.send(self.bgc, draft(REQUEST))
        for _ in range(2):
            refused = self.expect(self.bgc.send(draft(REQUEST)), 4, "POLICY_DENIED")
            decision = refused.data["results"][0]["decision"]
            self.assertEqual(decision["step"], "quota")
            self.assertEqual(decision["rules"].count("ho-verification-request-out"), 1)
            self.assertEqual(decision["missing"],
                             f"quota requests is spent: 3 attempts a day in {ZONE}")
            self.assertEqual(self.bgc.stop(), 0)
            self.bgc.start()
        tried = self.bgc.send(draft(REQUEST), "--dry-run")
        preview = self.expect(tried, 4, "POLICY_DENIED").data["previews"][0]
        self.assertEqual([(one["id"], one["attempts"], one["perDay"]) for one in preview["quotas"]],
                         [("requests", 5, 3)])
        self.deletion_and_notice(first)
        self.assert_logs_hold(self.bgc, self.ho)

    def deletion_and_notice(self, first):
        shown = self.expect(self.ho.call("officer", "message", "show", first), 0).data["statement"]
        created = datetime.datetime.fromisoformat(shown["created"].replace("Z", "+00:00"))
        self.assertEqual(shown["handling"]["deleteBy"], str((created + datetime.timedelta(days=30)).date()))
        notices = self.bgc.records("--event", "NOTICE", "--log", "desk")
        over = [one for one in notices if one["actor"]["detail"].startswith("denied: quota requests is spent")]
        self.assertEqual(len(over), 2, "one for each over the quota")
        notices = [one for one in notices if not one["actor"]["detail"].startswith("denied")]
        self.assertEqual(len(notices), 3, "one for each that went")
        self.assertEqual({one["actor"]["name"] for one in notices}, {"officer-1"})
        self.assertIn(first, {one["exchange"] for one in notices})

    def test_many_at_once_are_exactly_as_many_as_the_quota_holds(self):
        text = json.dumps(draft("alert")) + "\n"
        pushes = [subprocess.Popen(self.bgc.command("system", "alert", "push", "-f", "-", "--idempotency-key", key),
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                  for key in ("one", "other")]
        lines = []
        for push in pushes:
            out, err = push.communicate(10 * text, timeout=agencies.PATIENCE)
            self.assertEqual(push.returncode in (0, 4), True, err)
            lines += [json.loads(line) for line in out.splitlines()]
        states = [line["state"] for line in lines]
        self.assertEqual((states.count("QUEUED"), states.count("DENIED"), len(states)), (3, 17, 20))
        reasons = {line["error"]["reason"] for line in lines if line["state"] == "DENIED"}
        self.assertEqual(reasons, {"POLICY_DENIED"})
        self.assert_logs_hold(self.bgc)

    def test_persons_are_told_apart(self):
        def about(name):
            body = draft("victim_verification_response")
            body["payload"]["victimVerificationResponse"]["subject"]["names"] = [
                {"fullOriginal": name, "script": "Latn", "use": "LEGAL"}]
            return self.bgc.send(body)

        for name in ("Ví Dụ Một", "Ví Dụ Hai", "VÍ DỤ MỘT"):
            self.expect(about(name), 0)
        refused = self.expect(about("Ví Dụ Ba"), 4, "POLICY_DENIED")
        self.assertEqual(refused.data["results"][0]["decision"]["missing"],
                         f"quota persons is spent: 2 persons a day in {ZONE}")
        self.expect(about("Hai Ví Dụ"), 0)
        self.assert_logs_hold(self.bgc)


if __name__ == "__main__":
    agencies.main()
