"""A second evaluator of the sharing policy, in plain Python, written from the words of proto/liaison/policy/v1/policy.proto
and not from the daemon's code: where the two differ, one of them or the words are wrong.

Policies and cases are the JSON of tests/policy/cases.proto, with the proto's own field names. Slow and plain on purpose.
"""

import datetime
import functools
import zoneinfo

TLP = ["TLP_UNSPECIFIED", "CLEAR", "GREEN", "AMBER", "AMBER_STRICT", "RED"]
ONWARD = ["ONWARD_SHARING_UNSPECIFIED", "NONE", "WITH_PERMISSION", "WITHIN_COMMUNITY", "PUBLIC"]
JUDICIAL = ["JUDICIAL_USE_UNSPECIFIED", "NOT_PERMITTED", "WITH_PERMISSION", "PERMITTED"]
PAP = ["PAP_UNSPECIFIED", "PAP_CLEAR", "PAP_GREEN", "PAP_AMBER", "PAP_RED"]
KNOWN = {
    "tlp": TLP, "onward": ONWARD, "judicial_use": JUDICIAL, "pap": PAP,
    "code": ["HANDLING_CODE_UNSPECIFIED", "P", "C"],
    "action": ["ACTION_CODE_UNSPECIFIED", "A1", "A2", "A3"],
    "sanitisation": ["SANITISATION_CODE_UNSPECIFIED", "S1", "S2"],
}
EUROPOL = ["H0", "H1", "H2", "H3"]
WIDEST_ONWARD = {"CLEAR": "PUBLIC", "GREEN": "WITHIN_COMMUNITY", "AMBER": "WITH_PERMISSION", "AMBER_STRICT": "WITH_PERMISSION",
                 "RED": "NONE"}
SPOKEN_OF_BY_LABELS = ["notes.instructions", "notes.named_recipients"]
CATEGORIES = ["VICTIM", "SUSPECTED_VICTIM", "PERSON_AT_RISK", "RETURNEE", "IRREGULAR_CROSSER", "WITNESS", "SUSPECT", "ARRESTED",
              "CONVICTED", "SMUGGLED_MIGRANT", "FAMILY_MEMBER", "CONTACT", "OFFICER"]
ORIGINS = ["HUMAN_GENERATED", "AUTOMATED_RULE", "AI_GENERATED", "UNCERTAIN"]
ROLES = ["OFFICER", "SYSTEM", "RELEASER"]
FIREWALLED_PURPOSES = {"BORDER_CONTROL", "DRUG_CRIME", "TRAFFICKING_PROSECUTION"}
VICTIMS = {"VICTIM", "SUSPECTED_VICTIM"}
PROTECTORS = {"INTERNATIONAL_ORGANISATION", "NGO"}
POINTING = ["biometrics", "certificate_ref", "evidence_ref", "recruitment_place", "exploitation_place", "route"]
PROTECTIVE = {"RECALL", "RECALL_CONFIRMATION", "ONWARD_SHARING_NOTICE"}
OPENING = "FIELD_OPENING"
ANSWER = "VICTIM_VERIFICATION_RESPONSE"
ABOUT_OTHERS = {OPENING, "FORWARDED_ITEM"}

DATE_LEVELS = ["MONTH", "YEAR", "AGE_BAND"]
PLACE_LEVELS = ["LOCALITY", "DISTRICT", "PROVINCE", "COUNTRY"]
PLACE_FORMS = {"PLACE_COUNTRY": "COUNTRY", "PLACE_PROVINCE": "PROVINCE", "PLACE_DISTRICT": "DISTRICT",
               "PLACE_LOCALITY": "LOCALITY"}
NO_TEXT = {"FORM_UNSPECIFIED", "PLACE_EXACT"}

# A fate is (action, level or keep_last).
KEEP, WITHHOLD, OMIT = ("keep", None), ("withhold", None), ("omit", None)
UNCHANGED = {KEEP, WITHHOLD, OMIT}


class Denied(Exception):
    def __init__(self, step, reason="POLICY_DENIED", rules=None):
        super().__init__(step)
        self.step, self.reason, self.rules = step, reason, rules


# ---- fates ----

def meet(a, b):
    """What both allow."""
    for strict in (OMIT, WITHHOLD):
        if strict in (a, b):
            return strict
    if a == KEEP or b == KEEP:
        return b if a == KEEP else a
    if a[0] != b[0]:
        return WITHHOLD
    if a[0] == "mask":
        return ("mask", min(a[1], b[1]))
    if a[0] == "generalise":
        for levels in (DATE_LEVELS, PLACE_LEVELS):
            if a[1] in levels and b[1] in levels:
                return max(a, b, key=lambda fate: levels.index(fate[1]))
        return WITHHOLD
    return a


def meet_all(fates):
    return functools.reduce(meet, fates, KEEP)


def on_leaf(fate, form):
    """What the fate of a path means for one leaf below it."""
    if fate in UNCHANGED:
        return fate
    if fate[0] != "generalise":
        return WITHHOLD if form in NO_TEXT else fate
    if fate[1] in DATE_LEVELS:
        return {"DATE": fate, "DATE_TEXT": WITHHOLD}.get(form, KEEP)
    if form in PLACE_FORMS:
        finer = PLACE_LEVELS.index(PLACE_FORMS[form]) < PLACE_LEVELS.index(fate[1])
        return WITHHOLD if finer else KEEP
    return WITHHOLD if form in ("PLACE_EXACT", "PLACE_EXACT_TEXT") else KEEP


def name_of(fate):
    name = fate[0].upper()
    if fate[0] == "generalise":
        return f"{name} to {fate[1]}"
    if fate[0] == "mask" and fate[1]:
        return f"{name}, keep last {fate[1]}"
    return name


def goes(fate):
    return fate not in (WITHHOLD, OMIT)


def entries(rules):
    """What a rule's `fields` say: by path and by class, what is named twice met."""
    paths, classes = {}, {}
    for action in ("keep", "withhold", "omit", "pseudonymise", "match_token"):
        for path in rules.get(action, []):
            paths.setdefault(path, []).append((action, None))
    for one in rules.get("generalise", []):
        paths.setdefault(one["path"], []).append(("generalise", one["to"]))
    for one in rules.get("mask", []):
        paths.setdefault(one["path"], []).append(("mask", one.get("keep_last", 0)))
    for action in ("keep", "withhold", "omit"):
        for sens in rules.get(action + "_class", []):
            classes.setdefault(sens, []).append((action, None))
    return ({path: meet_all(fates) for path, fates in paths.items()},
            {sens: meet_all(fates) for sens, fates in classes.items()})


def find(rules, field, unnamed):
    paths, classes = rules
    words = field["schema_path"].split(".")
    for length in range(len(words), 0, -1):
        path = ".".join(words[:length])
        if path in paths:
            return on_leaf(paths[path], field.get("form", "FORM_UNSPECIFIED"))
    return classes.get(field["sens"], unnamed)


# ---- a policy ----

SECONDS = {"m": 60, "h": 3600, "d": 86400}


def seconds(span):
    return int(span[:-1]) * SECONDS[span[-1]]


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def midnight(day, zone, later):
    at = datetime.date.fromisoformat(day) + datetime.timedelta(days=later)
    return datetime.datetime(at.year, at.month, at.day, tzinfo=zoneinfo.ZoneInfo(zone))


class Policy:
    def __init__(self, file):
        policy = file["policy"]
        self.agreements = {one["id"]: one for one in policy.get("agreement", [])}
        self.rules = policy.get("rule", [])
        self.fields = {one["id"]: entries(one.get("fields", {})) for one in self.rules}
        self.derogations = {one["id"]: one["derogation"]["within"] for one in self.rules if "derogation" in one}

    # ---- the steps ----

    def decide(self, case):
        """The answer as the JSON of cases.Decision; `rules` is None where the words do not say which are named."""
        facts, fields = case["facts"], case.get("fields", [])
        fates = []
        try:
            return self.steps(facts, fields, fates)
        except Denied as denied:
            return {"outcome": "DENY", "reason": denied.reason, "step": denied.step, "rules": denied.rules,
                    "fates": [name_of(fate) for fate in fates]}

    def steps(self, facts, fields, fates):
        out = facts["direction"] == "OUT"
        protective = facts["type"] in PROTECTIVE
        if out and facts.get("role") not in ROLES:
            raise Denied("caller_role", "ROLE_MISSING")
        if not facts.get("partner_active"):
            raise Denied("partner")
        agreement = self.agreements.get(facts.get("agreement_id", ""), {})
        if agreement.get("partner") != facts["partner"]:
            agreement = {}
        if not protective:
            for kind in kinds(facts):
                self.agreement_step(agreement, kind)
        if out:
            self.legal_basis_step(agreement, facts)
        self.labels_step(facts, fields)
        omitted = self.consent_step(facts) if out else []
        if out:
            self.subjects_step(facts)
        self.forbid_step(facts, fields)
        permits = [] if protective else self.permit_step(facts)
        if facts["type"] == OPENING and not self.sent_permits(facts):
            raise Denied("permit")
        fates.extend(self.fates(facts, fields, permits, omitted))
        self.fields_step(out and facts["type"] != OPENING, fields, fates)
        if set(facts.get("derogations", [])) - set(self.derogations):
            raise Denied("obligations", rules=["builtin:D-39"])
        if any(fate[0] == "match_token" for fate in fates) and not facts.get("has_match_key"):
            raise Denied("obligations", "OBLIGATION_UNSUPPORTED")
        return self.terms(facts, fields, permits, fates)

    @staticmethod
    def agreement_step(agreement, facts):
        if not agreement or agreement.get("suspended"):
            raise Denied("agreement", "AGREEMENT_NOT_IN_FORCE")
        valid, now = agreement["valid"], instant(facts["now"])
        ended = "to" in valid and now >= midnight(valid["to"], valid["time_zone"], 1)
        if ended or now < midnight(valid["from"], valid["time_zone"], 0):
            raise Denied("agreement", "AGREEMENT_NOT_IN_FORCE")
        purposes = facts.get("purposes", [])
        if facts["type"] not in agreement["types"] or not purposes or set(purposes) - set(agreement["purposes"]):
            raise Denied("agreement")

    @staticmethod
    def legal_basis_step(agreement, facts):
        if not facts.get("has_personal_data"):
            return
        named = {basis["country"] for basis in facts.get("legal_bases", [])
                 if basis.get("code", "LEGAL_BASIS_UNSPECIFIED") != "LEGAL_BASIS_UNSPECIFIED"}
        cited = {citation["country"] for citation in agreement.get("legal_basis", [])}
        if {facts["own_country"], facts["partner_country"]} - (named & cited):
            raise Denied("legal_basis")

    @staticmethod
    def labels_step(facts, fields):
        def fault_if(condition):
            if condition:
                raise Denied("labels")

        handling = facts.get("handling", {})
        fault_if(any(handling.get(name, codes[0]) not in codes for name, codes in KNOWN.items()))
        europol = handling.get("europol", [])
        fault_if(any(code not in EUROPOL for code in europol))
        asked = ["action" in handling, "sanitisation" in handling]
        if handling.get("code") == "C":
            fault_if(not all(asked) or not facts.get("has_instructions"))
        else:
            fault_if(any(asked))
        tlp = effective_tlp(handling)
        onward = handling.get("onward", ONWARD[0])
        fault_if(ONWARD.index(onward) > ONWARD.index(WIDEST_ONWARD[tlp]))
        fault_if(tlp == "RED" and not facts.get("named_recipients"))
        fault_if(tlp == "CLEAR" and any(field["sens"] not in ("L0", "L1", "L6") for field in fields))
        fault_if("H0" in europol and len(europol) > 1)
        fault_if("H1" in europol and handling.get("judicial_use") == "PERMITTED")
        fault_if("H2" in europol and ONWARD.index(onward) > ONWARD.index("WITH_PERMISSION"))
        fault_if("H3" in europol and not facts.get("has_instructions"))
        if "received_handling" in facts:
            fault_if(is_looser(handling, facts["received_handling"]))
            fault_if(set(facts.get("purposes", [])) - set(facts.get("received_purposes", [])))

    @staticmethod
    def consent_step(facts):
        """What is taken out: classes, and words of a path."""
        omitted = []
        if facts.get("has_possible_child"):
            unguarded = facts.get("lacks_child_safeguard") and "received_handling" not in facts
            if effective_tlp(facts.get("handling", {})) != "RED" or unguarded:
                raise Denied("consent", rules=["builtin:D-05"])
            if facts.get("partner_class") not in PROTECTORS:
                omitted = ["biometrics"]
        if not facts.get("has_adult_victim") or facts.get("consent_covers"):
            return omitted
        purposes = set(facts.get("purposes", []))
        if facts.get("urgency") == "U1" and facts.get("has_no_consent_reason") and \
                purposes in ({"THREAT_TO_LIFE"}, {"THREAT_TO_LIFE", "VICTIM_RESCUE"}):
            return omitted + ["L4", "L7", "L8"]
        if any(basis.get("code") == "MODERN_SLAVERY_DUTY_TO_NOTIFY" and basis.get("country") == facts.get("own_country")
               for basis in facts.get("legal_bases", [])):
            named = [] if facts.get("has_only_anonymous_refusals") else ["L2"]
            return omitted + named + ["L3", "L5", "L8"] + POINTING
        raise Denied("consent", rules=["builtin:D-04"])

    @staticmethod
    def subjects_step(facts):
        purposes = set(facts.get("purposes", []))
        case = purposes & FIREWALLED_PURPOSES
        if case and VICTIMS & set(facts.get("subjects", [])) and not facts.get("victims_consent_to_investigation"):
            raise Denied("subjects", rules=["builtin:D-10"])

    def forbid_step(self, facts, fields):
        classes = {field["sens"] for field in fields}
        forbids = [rule["id"] for rule in self.that_tighten("FORBID", facts)
                   if not rule.get("carries") or classes & set(rule["carries"])]
        if forbids:
            raise Denied("forbid", rules=sorted(forbids))

    def permit_step(self, facts):
        permits = self.that_apply("PERMIT", facts)
        if not permits:
            raise Denied("permit")
        return permits

    def fates(self, facts, fields, permits, omitted):
        restricts = self.that_apply("RESTRICT", facts)
        protective = facts["type"] in PROTECTIVE

        def fate_of(field):
            sens = field["sens"]
            words = [sens] + field["schema_path"].split(".")
            if sens == "L6" or set(omitted) & set(words) or (protective and sens not in ("L0", "L1")):
                return OMIT
            return meet_all([find(self.fields[rule["id"]], field, OMIT) for rule in permits] +
                            [find(self.fields[rule["id"]], field, KEEP) for rule in restricts])

        def omitted_if_sent(field):
            rules = [(rule, OMIT) for rule in self.sent_permits(facts)]
            rules += [(rule, KEEP) for rule in self.that_apply("RESTRICT", kinds(facts)[0])]
            return any(find(self.fields[rule["id"]], field, unnamed) == OMIT for rule, unnamed in rules)

        fates = [fate_of(field) for field in fields]
        if len(kinds(facts)) > 1:
            fates = [OMIT if omitted_if_sent(field) else fate for field, fate in zip(fields, fates)]
        for bond in {field["bond"] for field in fields if field.get("bond")}:
            members = [place for place, field in enumerate(fields) if field.get("bond") == bond]
            for strict in (OMIT, WITHHOLD):
                if any(fates[place] == strict for place in members):
                    for place in members:
                        fates[place] = strict
                    break
        return fates

    @staticmethod
    def fields_step(out, fields, fates):
        if not out:
            if any(fate != KEEP for fate in fates):
                raise Denied("fields")
            return
        def is_there(field, fate):
            """What labels speak of goes as it was written."""
            return fate == KEEP if field["schema_path"] in SPOKEN_OF_BY_LABELS else goes(fate)

        if any(field.get("needed") and not is_there(field, fate) for field, fate in zip(fields, fates)):
            raise Denied("fields", "FIELD_NEEDED")
        if not any(goes(fate) for fate in fates):
            raise Denied("fields")

    def terms(self, facts, fields, permits, fates):
        leaving = {field["sens"] for field, fate in zip(fields, fates) if goes(fate)}
        holds = [rule for rule in self.that_tighten("HOLD", facts)
                 if is_answer(facts) or not rule.get("carries") or leaving & set(rule["carries"])]
        aside = facts.get("derogations", [])
        obligations = [rule.get("obligations", {}) for rule in permits + self.sent_permits(facts) + holds]
        obligations += [{"release": {"persons": 2, "within": self.derogations[rule]}, "notice": True} for rule in aside]
        releases = [one["release"] for one in obligations if "release" in one]
        retentions = [seconds(one["retention"]) for one in obligations if one.get("retention")]
        answer = {
            "rules": None,
            "fates": [name_of(fate) for fate in fates],
            "persons": max((one["persons"] for one in releases), default=0),
            "within_seconds": min((seconds(one["within"]) for one in releases), default=0),
            "quotas": sorted({one["quota"] for one in obligations if one.get("quota")}),
            "retention_seconds": min(retentions, default=0),
            "notice": any(one.get("notice") for one in obligations),
            "supervisors": bool(aside),
        }
        held = 1 + facts.get("releases", 0) < answer["persons"]
        answer.update(outcome="HOLD" if held else "ALLOW", step="release" if held else "done", reason="")
        return answer

    # ---- conditions ----

    def standing(self, facts):
        """But for those that are set aside."""
        aside = set(facts.get("derogations", [])) & set(self.derogations)
        return [rule for rule in self.rules if rule["id"] not in aside]

    def that_apply(self, effect, facts):
        return [rule for rule in self.standing(facts) if rule["effect"] == effect and applies(rule, facts)]

    def sent_permits(self, facts):
        """The permits for what an opening opens, whoever sends it."""
        if facts["type"] != OPENING:
            return []
        return [rule for rule in self.rules if rule["effect"] == "PERMIT" and
                any(applies(rule, {**kinds(facts)[0], "role": role}) for role in ROLES)]

    def that_tighten(self, effect, facts):
        return [rule for rule in self.standing(facts)
                if rule["effect"] == effect and any(applies(rule, kind) for kind in kinds(facts))]


def kinds(facts):
    """What is asked about: the message that the fields stand in, and the one that is about it."""
    inner = facts.get("inner", "MESSAGE_TYPE_UNSPECIFIED")
    if facts["type"] == OPENING or inner != "MESSAGE_TYPE_UNSPECIFIED":
        return [{**facts, "type": inner}, facts]
    return [facts]


def is_answer(facts):
    return ANSWER in (facts["type"], facts.get("inner"))


def applies(rule, facts):
    permit = rule["effect"] == "PERMIT"

    def among(name, value):
        return not rule.get(name) or value in rule[name]

    def meets(name, values):
        """A PERMIT covers all of them; the others meet one."""
        if not rule.get(name):
            return True
        return set(values) <= set(rule[name]) if permit else bool(set(values) & set(rule[name]))

    origin = facts.get("origin")
    return (rule["direction"] == facts["direction"]
            and rule.get("partner", "") in ([facts["partner"]] if permit else ["", facts["partner"]])
            and among("types", facts["type"])
            and meets("purposes", facts.get("purposes", []))
            and ("max_tlp" not in rule
                 or TLP.index(effective_tlp(facts.get("handling", {}))) <= TLP.index(rule["max_tlp"]))
            and (facts["direction"] == "IN" or among("roles", facts.get("role")))
            and rule.get("agreement", "") in ("", facts.get("agreement_id", ""))
            and among("partner_classes", facts.get("partner_class"))
            and among("countries", facts["partner_country"])
            and among("urgencies", facts.get("urgency"))
            and ((rule["effect"] == "HOLD" and is_answer(facts)) or meets("subjects", facts.get("subjects", []))
                 or (not permit and set(facts.get("subjects", [])) - set(CATEGORIES)))
            and among("origins", origin if origin in ORIGINS else "UNCERTAIN"))


def effective_tlp(handling):
    tlp = handling.get("tlp", TLP[0])
    return "AMBER_STRICT" if tlp == TLP[0] else tlp


def is_looser(handling, received):
    """Labels may be tightened on the way, never loosened."""
    def place(label, codes, unset):
        """How strict or wide both are, as their places in `codes`."""
        return [codes.index(of.get(label, unset) if of.get(label) != KNOWN.get(label, [None])[0] else unset)
                for of in (handling, received)]

    def later(label):
        return label in received and handling.get(label, "9999-12-31") > received[label]

    tlp, received_tlp = (TLP.index(effective_tlp(of)) for of in (handling, received))
    action, received_action = place("action", ["A1", "A2", "A3", None], None)
    sanitisation, received_sanitisation = place("sanitisation", [None, "S1", "S2"], None)
    onward, received_onward = place("onward", ONWARD, "NONE")
    judicial, received_judicial = place("judicial_use", JUDICIAL, "NOT_PERMITTED")
    pap, received_pap = place("pap", PAP, "PAP_CLEAR")
    attributions = [of.get("attribution", "MAY") for of in (handling, received)]
    return (tlp < received_tlp
            or (received.get("code") == "C" and handling.get("code") != "C")
            or action > received_action
            or sanitisation < received_sanitisation
            or onward > received_onward
            or judicial > received_judicial
            or pap < received_pap
            or bool(handling.get("victim_contact_permitted") and not received.get("victim_contact_permitted"))
            or (handling.get("notify") == "MAY" and received.get("notify") != "MAY")
            or (attributions[1] != "MAY" and attributions[0] != attributions[1])
            or later("review_on")
            or later("delete_by")
            or bool(set(received.get("europol", [])) - {"H0"} - set(handling.get("europol", []))))
