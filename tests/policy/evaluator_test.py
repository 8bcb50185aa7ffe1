#!/usr/bin/env python3
"""Two evaluators of one policy language, by different hands, agree on random policies and cases.

evaluator.py is written from the words of policy.proto; DECIDE_CASES is a program around the daemon's own code. A difference is
printed with its seed; LIAISON_SEED runs one seed again. LIAISON_LONG asks two million cases instead of some thousands.
"""

import collections
import json
import os
import random
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import evaluator  # noqa: E402

DECIDE_CASES = os.environ.get("LIAISON_DECIDE_CASES", "build/bin/decide_cases")
CASES_A_POLICY = 40
POLICIES = 50_000 if os.environ.get("LIAISON_LONG") else 500

PARTNERS = ["one-example", "two-example"]
COUNTRIES = ["GB", "KH", "XX"]
TYPES = ["INTELLIGENCE_NOTICE", "ALERT", "VICTIM_VERIFICATION_RESPONSE", "FIELD_OPENING", "FORWARDED_ITEM"]
PURPOSES = ["TRAFFICKING_INVESTIGATION", "VICTIM_IDENTIFICATION", "VICTIM_RESCUE", "THREAT_TO_LIFE", "BORDER_CONTROL",
            "TRAFFICKING_PROSECUTION"]
CLASSES = ["L0", "L1", "L2", "L3", "L4", "L5", "L7", "L8"]
SUBJECTS = ["VICTIM", "SUSPECTED_VICTIM", "WITNESS", "SUSPECT"]
UNKNOWN_SUBJECTS = ["SUBJECT_CATEGORY_UNSPECIFIED", 99]
PARTNER_CLASSES = ["LAW_ENFORCEMENT", "MINISTRY", "INTERNATIONAL_ORGANISATION", "NGO", "FUNDER"]
URGENCIES = ["U1", "U2", "U3"]
DAYS = ["2025-12-31", "2026-01-01", "2026-06-15", "2026-12-31"]
ZONES = ["UTC", "Asia/Ho_Chi_Minh", "Europe/London"]
INSTANTS = ["2025-12-31T16:59:59Z", "2025-12-31T17:00:00Z", "2026-01-01T00:00:00Z", "2026-06-15T22:59:59Z",
            "2026-06-15T23:00:00Z", "2026-12-31T17:00:00Z", "2027-01-01T00:00:00Z"]
NOON = ["2026-06-15T12:00:00Z"]  # in force, where an agreement has not ended before

# The invented schema: path, class, form, needed, bond. A bond names its message, as payload::Leaf::bond does.
LEAVES = [
    ("n.title", "L1", "TEXT", True, ""),
    ("n.count", "L1", "FORM_UNSPECIFIED", False, ""),
    ("n.text", "L8", "TEXT", False, "n:item"),
    ("n.grade", "L1", "FORM_UNSPECIFIED", False, "n:item"),
    ("n.person.name", "L2", "TEXT", False, ""),
    ("n.person.kind", "L2", "FORM_UNSPECIFIED", False, "n.person:subject"),
    ("n.person.consent", "L2", "FORM_UNSPECIFIED", False, "n.person:subject"),
    ("n.person.number", "L3", "TEXT", False, ""),
    ("n.person.health", "L4", "FORM_UNSPECIFIED", False, ""),
    ("n.person.biometrics.kind", "L4", "FORM_UNSPECIFIED", False, ""),
    ("n.person.route.stage", "L4", "FORM_UNSPECIFIED", False, ""),
    ("n.person.birth.edtf", "L2", "DATE", False, ""),
    ("n.person.birth.as_written", "L2", "DATE_TEXT", False, ""),
    ("n.person.birth.calendar", "L2", "FORM_UNSPECIFIED", False, ""),
    ("n.person.place.country", "L2", "PLACE_COUNTRY", False, ""),
    ("n.person.place.admin1.name", "L2", "PLACE_PROVINCE", False, ""),
    ("n.person.place.district", "L3", "PLACE_DISTRICT", False, ""),
    ("n.person.place.locality", "L3", "PLACE_LOCALITY", False, ""),
    ("n.person.place.street", "L5", "PLACE_EXACT_TEXT", False, ""),
    ("n.person.place.point.lat", "L5", "PLACE_EXACT", False, "n.person.place.point:point"),
    ("n.person.place.point.lon", "L5", "PLACE_EXACT", False, "n.person.place.point:point"),
    ("n.person.place.role", "L1", "FORM_UNSPECIFIED", False, ""),
    ("n.source", "L6", "TEXT", False, ""),
    ("n.plan", "L7", "TEXT", False, ""),
]
WHOLES = {"n.person.birth": "DATE", "n.person.place": "PLACE"}
# A few messages have it: a label asks for it, and its class denies most of them.
INSTRUCTIONS = ("notes.instructions", "L8", "TEXT", True, "")
PATHS = sorted({".".join(leaf[0].split(".")[:length]) for leaf in LEAVES + [INSTRUCTIONS] for length in range(1, leaf[0].count(".") + 2)})


class Maker:
    """Makes policies and cases. Mostly such as pass the early steps, so that the late ones are reached."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def often(self, chance):
        return self.random.random() < chance

    def some(self, values, chance=0.5):
        chosen = [value for value in values if self.often(chance)]
        return chosen or [self.random.choice(values)]

    def one(self, values):
        return self.random.choice(values)

    # ---- policies ----

    def batch(self):
        agreements = [self.agreement(f"agreement-{i}") for i in range(self.random.randint(1, 3))]
        quotas = [{"id": f"quota-{i}", "per_day": 5} for i in range(2)]
        rules = [self.rule(f"rule-{i}", agreements) for i in range(self.random.randint(3, 10))]
        policy = {"id": "random", "version": 1, "agreement": agreements, "rule": rules, "quota": quotas}
        paths = [{"path": path, "whole": WHOLES.get(path, "WHOLE_UNSPECIFIED")} for path in PATHS]
        return {"file": {"policy": policy}, "paths": paths,
                "cases": [self.case(agreements, rules) for _ in range(CASES_A_POLICY)]}

    def agreement(self, name):
        valid = {"from": self.one(DAYS[:3]), "time_zone": self.one(ZONES)}
        if self.often(0.6):
            valid["to"] = self.one([day for day in DAYS if day >= (valid["from"] if self.often(0.2) else "2026-06")])
        citations = [{"country": country, "citation": "invented"} for country in ["VN"] + self.some(COUNTRIES, 0.95)]
        return {"id": name, "partner": self.one(PARTNERS), "kind": "MOU", "valid": valid, "types": self.some(TYPES, 0.8),
                "purposes": self.some(PURPOSES, 0.9), "legal_basis": citations, "suspended": self.often(0.05)}

    def rule(self, name, agreements):
        effect = self.random.choices(["PERMIT", "FORBID", "RESTRICT", "HOLD"], [6, 1, 2, 1])[0]
        permit = effect == "PERMIT"
        direction = "OUT" if effect == "HOLD" or self.often(0.8) else "IN"
        rule = {"id": name, "effect": effect, "direction": direction}
        if permit or self.often(0.4):
            rule["partner"] = self.one(PARTNERS)
        if permit or self.often(0.5):
            rule["types"] = self.some(TYPES, 0.8 if permit else 0.4)
        if permit or self.often(0.5):
            rule["purposes"] = self.some(PURPOSES, 0.95 if permit else 0.3)
        if (permit and direction == "OUT") or self.often(0.3):
            rule["roles"] = self.some(evaluator.ROLES, 0.7)
        self.add_conditions(rule, agreements)
        if permit or effect == "RESTRICT":
            rule["fields"] = self.fields(permit)
        if permit and self.often(0.5):
            rule["obligations"] = self.obligations(direction)
        if effect == "HOLD":
            rule["obligations"] = {"release": self.release()}
        if effect in ("FORBID", "HOLD") and self.often(0.5):
            rule["carries"] = self.some(CLASSES, 0.2)
        if not permit and direction == "OUT" and self.often(0.5):
            rule["derogation"] = {"within": self.one(["20m", "3h", "1d"])}
        return rule

    def add_conditions(self, rule, agreements):
        if self.often(0.2):
            rule["max_tlp"] = self.one(evaluator.TLP[1:])
        if self.often(0.15):
            fitting = [one["id"] for one in agreements if rule.get("partner", one["partner"]) == one["partner"]]
            if fitting:
                rule["agreement"] = self.one(fitting)
        for name, values in (("partner_classes", PARTNER_CLASSES), ("countries", COUNTRIES), ("urgencies", URGENCIES),
                             ("subjects", SUBJECTS), ("origins", evaluator.ORIGINS)):
            if self.often(0.12):
                rule[name] = self.some(values, 0.7)

    def fields(self, permit):
        fields = {}
        if permit:
            fields["keep_class"] = self.some(CLASSES, 0.8)
        for action in ("withhold_class", "omit_class"):
            if self.often(0.4):
                fields[action] = self.some(CLASSES, 0.15)
        for action in ("keep", "withhold", "omit", "pseudonymise", "match_token"):
            if self.often(0.2) and (permit or action != "keep"):
                fields[action] = self.some(PATHS, 0.07)
        if self.often(0.5):
            fields["mask"] = [{"path": path, "keep_last": self.random.randint(0, 4)} for path in self.some(PATHS, 0.07)]
        if self.often(0.5):
            fields["generalise"] = [self.generalise() for _ in range(self.random.randint(1, 2))]
        if not permit and not fields:
            fields["omit_class"] = ["L4"]
        return fields

    def generalise(self):
        path = self.one(list(WHOLES))
        levels = evaluator.DATE_LEVELS if WHOLES[path] == "DATE" else evaluator.PLACE_LEVELS
        return {"path": path, "to": self.one(levels)}

    def release(self):
        return {"persons": self.random.randint(2, 4), "within": self.one(["30m", "4h", "2d"])}

    def obligations(self, direction):
        obligations = {}
        if direction == "OUT" and self.often(0.3):
            obligations["release"] = self.release()
        if self.often(0.4):
            obligations["quota"] = self.one(["quota-0", "quota-1"])
        if self.often(0.4):
            obligations["retention"] = self.one(["30d", "365d"])
        if self.often(0.3):
            obligations["notice"] = True
        return obligations

    # ---- cases ----

    def case(self, agreements, rules):
        agreement = self.one(agreements)
        out = self.often(0.8)
        facts = {
            "direction": "OUT" if out else "IN",
            "partner": agreement["partner"] if self.often(0.95) else self.one(PARTNERS),
            "partner_country": self.one(COUNTRIES), "own_country": "VN", "partner_active": self.often(0.97),
            "type": self.one(sorted(evaluator.PROTECTIVE)) if self.often(0.05) else self.one(agreement["types"] if self.often(0.9) else TYPES),
            "purposes": self.purposes(agreement), "agreement_id": agreement["id"] if self.often(0.97) else "none",
            "legal_bases": [{"code": self.one(["CONSENT"] * 5 + ["MODERN_SLAVERY_DUTY_TO_NOTIFY"]), "country": country}
                            for country in ["VN"] + self.some(COUNTRIES, 0.97)],
            "handling": self.handling(), "urgency": self.one(URGENCIES), "has_instructions": self.often(0.8),
            "named_recipients": self.some(["handle-1"]) if self.often(0.8) else [],
            "has_personal_data": self.often(0.8), "has_adult_victim": self.often(0.3), "consent_covers": self.often(0.6),
            "has_no_consent_reason": self.often(0.5), "partner_class": self.one(PARTNER_CLASSES),
            "subjects": self.some(SUBJECTS + UNKNOWN_SUBJECTS, 0.3) if self.often(0.7) else [],
            "victims_consent_to_investigation": self.often(0.7),
            "origin": self.one(["ORIGIN_UNSPECIFIED"] + evaluator.ORIGINS), "has_match_key": self.often(0.8),
            "releases": self.random.choice([0, 0, 1, 2]), "now": self.one(INSTANTS if self.often(0.2) else NOON),
        }
        if not evaluator.VICTIMS & set(facts["subjects"]):
            facts["victims_consent_to_investigation"] = True  # as policy.h defines it
        if facts["type"] in evaluator.ABOUT_OTHERS:
            facts["inner"] = self.one(TYPES[:3]) if self.often(0.97) else "MESSAGE_TYPE_UNSPECIFIED"
        if facts["has_adult_victim"] and self.often(0.4):
            facts["has_only_anonymous_refusals"] = not facts["consent_covers"]
        if self.often(0.1):
            facts.update(has_possible_child=True, lacks_child_safeguard=self.often(0.3))
            facts["handling"]["tlp"] = "RED" if self.often(0.8) else facts["handling"]["tlp"]
        if out:
            facts["role"] = self.one(evaluator.ROLES) if self.often(0.97) else "ROLE_UNSPECIFIED"
            facts["derogations"] = self.derogations(rules) if self.often(0.2) else []
        if self.often(0.15):
            facts["received_handling"] = self.handling()
            facts["received_purposes"] = self.some(PURPOSES, 0.9)
            if self.often(0.7):
                facts["handling"] = self.tightened(facts["received_handling"])
        return {"facts": facts, "fields": self.message(facts)}

    def derogations(self, rules):
        known = [rule["id"] for rule in rules if "derogation" in rule]
        if known and self.often(0.9):
            return self.some(known, 0.4)
        return [self.one(rules)["id"] if self.often(0.7) else "nothing"]

    def purposes(self, agreement):
        if self.often(0.02):
            return []
        return self.some(agreement["purposes"] if self.often(0.9) else PURPOSES, 0.25)

    def handling(self):
        handling = {"tlp": self.one(["AMBER", "AMBER_STRICT", "RED", "GREEN", "TLP_UNSPECIFIED"])}
        if self.often(0.05):
            handling["tlp"] = "CLEAR"
        if self.often(0.3):
            handling.update(code="C", action="A1", sanitisation="S2")
        elif self.often(0.5):
            handling["code"] = "P"
        if self.often(0.05):
            handling["action"] = "A2"
        if self.often(0.3):
            handling["onward"] = self.one(evaluator.ONWARD[1:] if self.often(0.3) else ["NONE"])
        if self.often(0.3):
            handling["judicial_use"] = self.one(evaluator.JUDICIAL[1:])
        if self.often(0.3):
            handling["pap"] = self.one(evaluator.PAP[1:])
        if self.often(0.2):
            handling["europol"] = self.random.sample(evaluator.EUROPOL, self.one([1, 1, 2]))
        for label, values in (("victim_contact_permitted", [True]), ("notify", ["MAY", "MUST_NOT"]),
                              ("attribution", ["MAY", "MUST", "MUST_NOT"]), ("delete_by", DAYS), ("review_on", DAYS)):
            if self.often(0.1):
                handling[label] = self.one(values)
        return handling

    def tightened(self, received):
        """Mostly what passes on should be."""
        handling = {**self.handling(), **received}
        if self.often(0.3):
            handling["tlp"] = "RED"
            handling.pop("onward", None)
        return handling

    def message(self, facts):
        leaves = [leaf for leaf in LEAVES if self.often(0.7)] + ([INSTRUCTIONS] if self.often(0.2) else [])
        if facts["handling"]["tlp"] == "CLEAR" and self.often(0.8):
            leaves = [leaf for leaf in leaves if leaf[1] in ("L0", "L1")]
        if facts["direction"] == "IN" and self.often(0.7):
            leaves = [leaf for leaf in leaves if leaf[1] in ("L0", "L1", "L2")]
        if facts["type"] == "FIELD_OPENING":
            leaves = self.random.sample(leaves, min(len(leaves), self.random.randint(1, 3)))
        return [{"path": path, "schema_path": path, "sens": sens, "form": form, "needed": needed, "bond": bond}
                for path, sens, form, needed, bond in leaves]


def daemons_answers(batches):
    """Each answer with the names of cases.proto, what the JSON leaves out filled in."""
    lines = "".join(json.dumps(batch) + "\n" for batch in batches)
    done = subprocess.run([DECIDE_CASES], input=lines, capture_output=True, text=True, timeout=3000, check=False)
    if done.returncode != 0:
        raise AssertionError(f"decide_cases ended with {done.returncode}: {done.stderr[-2000:]}")
    for line in done.stdout.splitlines():
        answers = json.loads(line)
        if answers.get("faults"):
            raise AssertionError(f"a random policy is refused: {answers['faults']}")
        yield [{"outcome": one["outcome"], "reason": one.get("reason", ""), "step": one["step"],
                "rules": one.get("rules", []), "fates": one.get("fates", []), "persons": one.get("persons", 0),
                "within_seconds": int(one.get("withinSeconds", 0)), "quotas": one.get("quotas", []),
                "retention_seconds": int(one.get("retentionSeconds", 0)), "notice": one.get("notice", False),
                "supervisors": one.get("supervisors", False)}
               for one in answers.get("decisions", [])]


class Evaluators(unittest.TestCase):
    def test_agree_on_random_policies_and_cases(self):
        given = os.environ.get("LIAISON_SEED")
        first = int(given) if given else random.randrange(1 << 32)
        seeds = [first] if given else range(first, first + POLICIES)
        print(f"seeds from {first}", file=sys.stderr)
        reached = collections.Counter()
        for start in range(0, len(seeds), 100):
            some = seeds[start:start + 100]
            batches = [Maker(seed).batch() for seed in some]
            for seed, batch, answers in zip(some, batches, daemons_answers(batches), strict=True):
                self.compare(seed, batch, answers, reached)
        print(dict(reached), file=sys.stderr)
        if not given:
            # Both must have been somewhere: agreement on denials at the door proves little.
            for step in ("agreement", "legal_basis", "labels", "consent", "subjects", "forbid", "permit", "fields",
                         "obligations", "release", "done", "FIELD_OPENING forbid", "FIELD_OPENING fields",
                         "FIELD_OPENING done", "FORWARDED_ITEM forbid", "FORWARDED_ITEM fields", "FORWARDED_ITEM release",
                         "FORWARDED_ITEM done", "derogation obligations", "derogation release", "derogation done"):
                self.assertGreater(reached[step], 0, step)

    def compare(self, seed, batch, answers, reached):
        policy = evaluator.Policy(batch["file"])
        self.assertEqual(len(batch["cases"]), len(answers))
        for case, theirs in zip(batch["cases"], answers):
            ours = policy.decide(case)
            reached[ours["step"]] += 1
            if case["facts"]["type"] in evaluator.ABOUT_OTHERS:
                reached[f"{case['facts']['type']} {ours['step']}"] += 1
            if case["facts"].get("derogations"):
                reached[f"derogation {ours['step']}"] += 1
            for name, value in ours.items():
                if name == "rules" and value is None:
                    continue
                if value != theirs[name]:
                    self.fail(f"LIAISON_SEED={seed} makes a difference: {name} is {theirs[name]!r} to the daemon and {value!r} to the words\n"
                              f"policy {json.dumps(batch['file'])}\ncase {json.dumps(case)}\n"
                              f"daemon {json.dumps(theirs)}\nwords {json.dumps(ours)}")


if __name__ == "__main__":
    unittest.main()
