"""What one agency sends, the other reads; both can prove it. What policy forbids does not leave, and is on record."""

import json

import agencies
from agencies import draft

TYPES = ("intelligence_notice", "alert", "alert_hit", "alert_cancel", "victim_verification_request",
         "victim_verification_response")


class Exchange(agencies.AgenciesTest):
    STARTED = ("bgc", "ho", "io")

    def test_every_type_of_message_arrives_and_is_read(self):
        for name in TYPES:
            with self.subTest(name):
                sent = self.send(self.bgc, draft(name), "--to", "ho-example", "--wait", "delivered")
                arrived = [one for one in self.ho.box("inbox") if one["id"] == sent]
                self.assertEqual([(one["type"], one["state"], one["from"]) for one in arrived],
                                 [(name.upper(), "NEW", "bgc-example")])
                self.expect(self.ho.call("officer", "message", "show", sent[:12]), 0)
                self.assertEqual([one["state"] for one in self.ho.box("inbox") if one["id"] == sent], ["READ"])
                ours = [one["state"] for one in self.bgc.box("outbox") if one["id"] == sent]
                self.assertEqual(ours, ["DELIVERED"])

    def test_sensitive_values_are_covered_until_a_reason_is_given(self):
        sent = self.send(self.bgc, draft("victim_verification_request"), "--wait", "delivered")
        covered = self.expect(self.ho.call("officer", "message", "show", sent), 0).data
        instructions = draft("victim_verification_request")["payload"]["notes"]["instructions"]
        self.assertEqual(covered["payload"]["notes"]["instructions"], "[L8]")
        self.assertNotIn(instructions, json.dumps(covered))
        self.assertIn("notes.instructions", covered["masked"])
        self.expect(self.ho.call("officer", "message", "show", sent, "--reveal"), 2, "USAGE")
        shown = self.expect(
            self.ho.call("officer", "message", "show", sent, "--reveal", "--reason", "case EXAMPLE-1"), 0).data
        self.assertEqual(shown["payload"]["notes"]["instructions"], instructions)
        reads = self.ho.records("--log", "desk", "--event", "READ", "--exchange", sent)
        self.assertEqual([one["actor"]["reason"] for one in reads], ["", "case EXAMPLE-1"])

    def test_what_policy_withholds_is_named_and_never_leaves(self):
        sent = self.send(self.bgc, draft("victim_verification_request"), "--wait", "delivered")
        shown = self.expect(
            self.ho.call("officer", "message", "show", sent, "--reveal", "--reason", "case EXAMPLE-1"), 0)
        withheld = [one["path"] for one in shown.data["withheld"]]
        self.assertIn("victim_verification_request.claimed_by_subject.identity_number", withheld)
        number = draft("victim_verification_request")["payload"]["victimVerificationRequest"]["claimedBySubject"][
            "identityNumber"]
        self.assertNotIn(number, shown.out)

    def test_a_request_is_answered(self):
        request = self.send(self.bgc, draft("victim_verification_request"), "--wait", "delivered")
        reply = self.ho.call("officer", "message", "reply", request[:12], "-f",
                             agencies.DRAFTS / "victim_verification_response.json", "--wait", "delivered")
        answer = self.expect(reply, 0).data["results"][0]["id"]
        waited = self.expect(
            self.bgc.call("officer", "message", "wait", request, "--for", "answered", "--timeout", "20s"), 0).data
        self.assertEqual((waited["state"], waited["reached"]), ("ANSWERED", True))
        timeline = self.expect(self.bgc.call("officer", "message", "timeline", request), 0).data["entries"]
        self.assertEqual([(one["id"], one["event"]) for one in timeline],
                         [(request, "SENT"), (request, "DELIVERED"), (answer, "RECEIVED")])

    def test_both_sides_prove_what_was_exchanged(self):
        sent = self.send(self.bgc, draft("intelligence_notice"), "--wait", "delivered")
        for agency, records in ((self.bgc, 2), (self.ho, 1)):
            proof = self.expect(agency.call("auditor", "audit", "prove", sent), 0).data
            self.assertEqual(len(proof["receipts"]), records)
        self.assert_logs_hold(self.bgc, self.ho, self.io)

    def test_what_policy_forbids_does_not_leave_and_is_on_record(self):
        # Nothing but the rule that forbids it stands in its way.
        alert = draft("alert")
        alert["agreementId"] = "bgc-io-example-2026"
        alert["legalBases"].append({"code": "INTERNATIONAL_AGREEMENT", "country": "XX"})
        before = len(self.io.box("inbox"))
        refused = self.expect(self.bgc.send(alert, "--to", "io-example"), 4, "POLICY_DENIED")
        result = refused.data["results"][0]
        self.assertEqual(result["state"], "DENIED")
        record = self.bgc.records("--event", "DENIED_OUT", "--exchange", result["id"])
        self.assertEqual([(one["partner"], one["decision"]["outcome"], one["actor"]["name"]) for one in record],
                         [("io-example", "DENY", "officer-1")])
        self.assertIn("no-alerts-to-io", record[0]["decision"]["rules"])
        self.assertEqual(len(self.io.box("inbox")), before)

    def test_trying_out_tells_the_decision_and_stores_nothing(self):
        sizes = [self.bgc.call("auditor", "audit", "head", "--log", log).data["size"] for log in ("exchange", "desk")]
        allowed = self.bgc.send(draft("alert"), "--to", "ho-example", "--dry-run")
        self.expect(allowed, 0)
        self.expect(self.bgc.send(draft("alert"), "--to", "io-example", "--dry-run"), 4, "AGREEMENT_NOT_IN_FORCE")
        explain = ("policy", "explain", "-f", agencies.DRAFTS / "alert.json")
        self.expect(self.bgc.call("officer", *explain), 0)
        self.expect(self.bgc.call("officer", *explain, "--to", "io-example"), 4, "AGREEMENT_NOT_IN_FORCE")
        self.expect(self.bgc.call("officer", *explain, "--to", "nobody-example"), 3, "UNKNOWN_PARTNER")
        self.assertEqual(
            [self.bgc.call("auditor", "audit", "head", "--log", log).data["size"] for log in ("exchange", "desk")],
            sizes)

    def test_one_key_is_one_message(self):
        key = ("--idempotency-key", "one-key-is-one-message")
        first = self.send(self.bgc, draft("alert"), *key)
        self.assertEqual(self.send(self.bgc, draft("alert"), *key), first)
        self.expect(self.bgc.send(draft("alert_cancel"), *key), 7, "IDEMPOTENCY_CONFLICT")
        # The key is the caller's own: another caller's is another message.
        self.assertNotEqual(self.send(self.bgc, draft("alert"), *key, role="system"), first)

    def test_a_bad_line_fails_alone(self):
        alert = draft("alert")
        ran = self.bgc.push([alert, '{"nonsense": 1}\n', alert | {"idempotencyKey": "its-own"}],
                            "--idempotency-key", "a-bad-line", role="system")
        self.assertEqual(ran.code, 2, str(ran))
        self.assertEqual([(one["line"], one["state"], (one.get("error") or {}).get("reason", ""))
                          for one in ran.lines],
                         [(1, "QUEUED", ""), (2, "", "VALIDATION_FAILED"), (3, "QUEUED", "")])
        again = self.bgc.push([alert], "--idempotency-key", "a-bad-line", role="system")
        self.assertEqual(again.lines[0]["id"], ran.lines[0]["id"])

    def test_every_field_at_fault_is_named_at_once(self):
        bad = draft("alert") | {"urgency": "URGENCY_UNSPECIFIED", "purposes": []}
        error = self.expect(self.bgc.send(bad), 2, "VALIDATION_FAILED").error
        self.assertLessEqual({"urgency", "purposes"}, {one["field"] for one in error["fields"]})

    def test_messages_to_several_agencies_are_one_each(self):
        request = draft("victim_verification_request")
        ran = self.bgc.send(request, "--to", "ho-example,io-example")
        self.assertEqual([one["to"] for one in ran.data["results"]], ["ho-example", "io-example"])
        self.assertEqual(ran.data["results"][0]["state"], "QUEUED")
        # The draft names the agreement with ho-example.
        self.expect(ran, 4, "AGREEMENT_NOT_IN_FORCE")


if __name__ == "__main__":
    agencies.main()
