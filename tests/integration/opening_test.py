"""What a message withheld is opened later: the partner proves for itself that it is what was committed to."""

import json

import agencies
from agencies import draft, until

REQUEST = "victim_verification_request"
NUMBER = f"{REQUEST}.documents_seen[0].number"
DOCUMENT = f"{REQUEST}.documents_seen[0]"
INDICATOR = f"{REQUEST}.indicators[0]"


class Opening(agencies.AgenciesTest):
    def setUp(self):
        self.request = self.send(self.bgc, draft(REQUEST), "--wait", "delivered")

    def open(self, *words, role="officer"):
        return self.bgc.call(role, "message", "open", self.request, *words)

    def shown(self, agency, exchange=None):
        return self.expect(agency.call("officer", "message", "show", exchange or self.request, "--reveal",
                                       "--reason", "case EXAMPLE-1"), 0).data

    def test_the_partner_reads_what_was_withheld_in_its_place(self):
        number = draft(REQUEST)["payload"]["victimVerificationRequest"]["documentsSeen"][0]["number"]
        self.assertNotIn(number, json.dumps(self.shown(self.ho)))
        opened = self.expect(self.open(NUMBER, "--wait", "delivered"), 0).data["results"][0]
        self.assertEqual(opened["state"], "DELIVERED")
        for agency in (self.bgc, self.ho):
            shown = self.shown(agency)
            self.assertEqual(shown["payload"]["victimVerificationRequest"]["documentsSeen"][0]["number"], number)
            self.assertEqual([(one["path"], one["id"]) for one in shown["opened"]],
                             [(NUMBER, f"bgc-example/{opened['id']}")])
            self.assertNotIn(NUMBER, [one["path"] for one in shown["withheld"]])
            covered = self.expect(agency.call("officer", "message", "show", self.request), 0)
            self.assertNotIn(number, covered.out)
        timeline = self.expect(self.ho.call("officer", "message", "timeline", self.request), 0).data["entries"]
        self.assertIn((opened["id"], "RECEIVED"), [(one["id"], one["event"]) for one in timeline])
        self.assert_logs_hold(self.bgc, self.ho)

    def test_a_dry_run_tells_what_would_be_opened_and_stores_nothing(self):
        before = len(self.bgc.box("outbox"))
        ran = self.expect(self.open(DOCUMENT, "--dry-run"), 0)
        preview = ran.data["previews"][0]
        self.assertIn("ho-opening-out", preview["decision"]["rules"])
        self.assertEqual([one["path"] for one in preview["view"]["fieldOpening"]["fields"]],
                         [f"{DOCUMENT}.mrz", NUMBER])
        self.assertEqual(len(self.bgc.box("outbox")), before)

    def test_what_no_rule_lets_be_opened_is_denied_whole_by_name(self):
        ran = self.open(NUMBER, INDICATOR)
        self.assertEqual(ran.code, 4, str(ran))
        result = ran.data["results"][0]
        self.assertEqual(result["state"], "DENIED")
        self.assertIn(f"{INDICATOR}.code", [one["path"] for one in result["decision"]["fields"]])
        self.assertEqual(self.shown(self.ho)["opened"], [])

    def test_mistakes_name_the_field(self):
        error = self.expect(self.open(f"{REQUEST}.subject.gender", "nowhere", f"{INDICATOR}.code"), 2,
                            "VALIDATION_FAILED").error
        self.assertEqual([one["rule"] for one in error["fields"]], ["NOT_WITHHELD", "UNKNOWN", "BOND"])
        self.assertEqual([one["field"] for one in error["fields"]],
                         [f"FIELD {REQUEST}.subject.gender", "FIELD nowhere", f"FIELD {INDICATOR}.code"])
        self.expect(self.open(NUMBER), 0)
        error = self.expect(self.open(NUMBER), 2, "VALIDATION_FAILED").error
        self.assertEqual([one["rule"] for one in error["fields"]], ["OPENED"])
        self.expect(self.bgc.call("officer", "message", "open", "0" * 32, NUMBER), 3, "NOT_FOUND")
        # What ho-example received is not its own to open.
        self.expect(self.ho.call("officer", "message", "open", self.request, NUMBER), 3, "NOT_FOUND")

    def test_an_opening_survives_a_restart_on_both_sides(self):
        self.ho.stop()
        opening = self.expect(self.open(NUMBER), 0).data["results"][0]["id"]
        self.bgc.kill()
        self.bgc.start()
        self.ho.start()
        until("the opening is delivered", lambda: [one for one in self.bgc.box("outbox", "--state", "delivered")
                                                   if one["id"] == opening])
        self.ho.kill()
        self.ho.start()
        self.assertEqual([one["path"] for one in self.shown(self.ho)["opened"]], [NUMBER])
        self.assert_logs_hold(self.bgc, self.ho)


if __name__ == "__main__":
    agencies.main()
