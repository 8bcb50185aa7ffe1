#!/usr/bin/env python3
"""Writes the vectors of this folder again: merge/*.txt, change/*.txt and message/*.txt. Standard library only, but for
message/at_rest.txt, which is left as it is where the package `cryptography` (for AES-GCM) is missing.

Encodes and hashes on its own, without any code of the daemon, so that the two check each other. The signature of
message/statement.txt was made once (ECDSA is random) and is copied; its private key was thrown away.
"""

import base64
import hashlib
import hmac
import pathlib
import re
import sys
import unicodedata

HERE = pathlib.Path(__file__).parent


# --- Protobuf wire format --------------------------------------------------------------------------------------------

def varint(n):
    out = bytearray()
    while n >= 0x80:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def num(field, n):
    return varint(field << 3) + varint(n)


def data(field, content):
    content = content.encode() if isinstance(content, str) else content
    return varint(field << 3 | 2) + varint(len(content)) + content


# --- Merge -----------------------------------------------------------------------------------------------------------

TITLE = ("notice.title", data(1, "Invented"))
LANG = ("notice.title_lang", data(2, "en"))
CHILD = "notice.persons[%d].is_child"


def name(person, at, text="A"):
    return (f"notice.persons[{person}].names[{at}].full_original", data(1, text))


def escaped(path):
    return "".join(c if 0x21 <= ord(c) < 0x7F and c != "%" else "".join(f"%{b:02x}" for b in c.encode()) for c in path)


def merge(file, about, records=(), withheld=(), refused=None, payload=None, unknown=(), newer=False):
    lines = [f"# {about}", f"schema {'newer' if newer else 'same'}"]
    lines += [f"record {escaped(path) or '-'} {value.hex() or '-'}" + "".join(f" {one}" for one in kind)
              for path, value, *kind in records]
    lines += [f"withheld {escaped(path)}" for path in withheld]
    if refused:
        lines.append(f"refused {refused}")
    else:
        lines.append(f"accepted {payload.hex()}")
        lines += [f"unknown {path} {size}" for path, size in unknown]
    folder = HERE / "merge"
    folder.mkdir(exist_ok=True)
    (folder / f"{file}.txt").write_text("\n".join(lines) + "\n")


def accepted():
    merge("accepted_plain", "Two leaves of one bond.", [TITLE, LANG],
          payload=data(10, TITLE[1] + LANG[1]))
    merge("accepted_all_withheld", "Nothing is shown, yet the message stays as an empty one.", [],
          [TITLE[0], LANG[0]], payload=data(10, b""))
    merge("accepted_withheld_element", "An element whose leaves are all withheld stays in its place as an empty message.",
          [name(0, 0), name(2, 0, "C")], [name(1, 0)[0]],
          payload=data(10, data(8, data(3, data(1, "A"))) + data(8, data(3, b"")) + data(8, data(3, data(1, "C")))))
    merge("accepted_half_withheld_element", "A sent leaf beside a withheld one.",
          [("notice.persons[0].local_id", data(1, "p1"))], [name(0, 0)[0]],
          payload=data(10, data(8, data(1, "p1") + data(3, b""))))
    merge("accepted_empty_message", "A message without any field is one leaf with an empty value.",
          [("notice.persons[0]", b"")], payload=data(10, data(8, b"")))
    merge("accepted_withheld_empty_message", "The same, withheld.", [], ["notice.persons[0]"],
          payload=data(10, data(8, b"")))
    elements = sorted((name(0, at, f"N{at}") for at in range(12)))
    merge("accepted_twelve_elements", "The tree is built by position: names[10] and names[11] come before names[1].",
          elements, payload=data(10, data(8, b"".join(data(3, data(1, f"N{at}")) for at in range(12)))))
    merge("accepted_repeated_scalar", "All values of a repeated scalar are one record without a position.",
          [("notice.persons[0].citizenships", data(8, "VNM") + data(8, "GBR"))],
          payload=data(10, data(8, data(8, "VNM") + data(8, "GBR"))))
    merge("accepted_packed", "Repeated numbers are packed.", [("alert.what_to_do", data(9, varint(1) + varint(300)))],
          payload=data(11, data(9, varint(1) + varint(300))))
    merge("accepted_unknown_enum", "An enum number that the schema does not have is kept.",
          [("notice.intelligence_confidence", num(12, 4711))], payload=data(10, num(12, 4711)))
    merge("accepted_explicit_default", "A value that is set to its default is set.",
          [("notice.sensitive_source", num(13, 0))], payload=data(10, num(13, 0)))
    merge("accepted_newer_unknown", "A newer schema's paths are kept as unknown; the messages that they go through stay.",
          [("newer_body.title", data(1, "x")), ("notice.persons[0].newer[3].field", data(99, "xyz")), TITLE, LANG],
          payload=data(10, TITLE[1] + LANG[1] + data(8, b"")), newer=True,
          unknown=[("newer_body.title", 3), ("notice.persons[0].newer[3].field", 6)])


GENERALISED, MASKED, PSEUDONYM, MATCH_TOKEN = range(2, 6)
BIRTH = "notice.persons[0].birth.edtf"
LOCAL_ID = "notice.persons[0].local_id"


def accepted_changes():
    def person(content):
        return data(10, data(8, content))
    merge("accepted_generalised", "A date made coarser; its original is withheld at the same path.",
          [(BIRTH, data(1, "1990"), GENERALISED)], [BIRTH], payload=person(data(4, data(1, "1990"))))
    for kind, name, text in ((MASKED, "masked", "**"), (PSEUDONYM, "pseudonym", "pn-" + "a" * 26),
                             (MATCH_TOKEN, "match_token", "mt-" + "a" * 52)):
        merge(f"accepted_{name}", f"A text of kind {kind}, its original withheld.", [(LOCAL_ID, data(1, text), kind)],
              [LOCAL_ID], payload=person(data(1, text)))
    merge("accepted_masked_date", "A date is a string too.", [(BIRTH, data(1, "*******"), MASKED)], [BIRTH],
          payload=person(data(4, data(1, "*******"))))
    merge("accepted_changed_bond", "A changed text goes, so its language goes with it.",
          [(TITLE[0], data(1, "*******d"), MASKED), LANG], [TITLE[0]], payload=data(10, data(1, "*******d") + LANG[1]))
    merge("accepted_newer_changed", "A newer schema's path of a changed kind is kept as unknown.",
          [("newer_body.title", data(1, "*"), MASKED), TITLE, LANG], ["newer_body.title"],
          payload=data(10, TITLE[1] + LANG[1]), newer=True, unknown=[("newer_body.title", 3)])


def refused_changes():
    masked = (LOCAL_ID, data(1, "**"), MASKED)
    token = (LOCAL_ID, data(1, "pn-" + "a" * 26), PSEUDONYM)
    original = (LOCAL_ID, data(1, "p1"))

    def change(file, about, records, withheld=(), step=1, **more):
        merge(f"refused_{file}", about, records, withheld, refused=step, **more)
    change("changed_alone", "A changed value without its original.", [masked])
    change("changed_beside_another", "The original that is withheld is another field's.", [masked],
           ["notice.persons[0].perpetrator.organisation_ref"])
    change("changed_and_original", "The original sent beside the changed value.", [original, masked])
    change("changed_twice", "Two changed values of one field.", [masked, token], [LOCAL_ID])
    change("changed_twice_same_kind", "The same, of one kind.", [masked, masked], [LOCAL_ID])
    change("changed_order", "The kinds are in the wrong order.", [token, masked], [LOCAL_ID])
    change("original_sent_withheld_changed", "Sent, withheld and changed.", [original, masked], [LOCAL_ID])
    change("kind_zero", "No kind.", [(LOCAL_ID, data(1, "p1"), 0)])
    change("kind_six", "A kind that does not exist.", [(LOCAL_ID, data(1, "p1"), 6)], [LOCAL_ID])
    change("kind_six_newer", "Nor in a newer schema.", [("newer_body.title", data(1, "x"), 6)], ["newer_body.title"],
           newer=True)
    change("generalised_text", "A text that is no date cannot be made coarser.", [(LOCAL_ID, data(1, "p"), GENERALISED)],
           [LOCAL_ID], step=2)
    as_written = "notice.persons[0].birth.as_written"
    change("generalised_as_written", "Nor can a date as it was written.", [(as_written, data(4, "1990"), GENERALISED)],
           [as_written], step=2)
    for kind, name in ((GENERALISED, "generalised"), (MASKED, "masked"), (PSEUDONYM, "pseudonym"),
                       (MATCH_TOKEN, "match_token")):
        change(f"{name}_number", "A number cannot be changed.", [("notice.intelligence_confidence", num(12, 1), kind)],
               ["notice.intelligence_confidence"], step=2)
        change(f"{name}_list", "A list of texts cannot be changed.",
               [("notice.persons[0].citizenships", data(8, "V"), kind)], ["notice.persons[0].citizenships"], step=2)
        change(f"{name}_message", "A message cannot be changed.", [("notice.persons[0]", b"", kind)], ["notice.persons[0]"],
               step=2)
    change("changed_torn", "A changed text without its language.", [(TITLE[0], data(1, "*"), MASKED)],
           [TITLE[0], LANG[0]], step=4)
    change("changed_number_value", "A changed value that is no text.", [(LOCAL_ID, num(1, 1), MASKED)], [LOCAL_ID], step=5)
    change("changed_foreign_field", "A changed value that is another field's.", [(LOCAL_ID, data(19, b""), MASKED)],
           [LOCAL_ID], step=6)


def refused_paths():
    path_cases = {
        "empty_path": ("", 1), "empty_segment": ("notice..title", 1), "trailing_dot": ("notice.title.", 1),
        "upper_case": ("notice.Title", 1), "path_not_ascii": ("notice.tïtle", 1), "path_with_space": ("notice. title", 1),
        "digit_first": ("notice.1title", 1), "leading_zero": ("notice.persons[00].local_id", 1),
        "leading_zero_one": ("notice.persons[01].local_id", 1), "empty_position": ("notice.persons[].local_id", 1),
        "negative_position": ("notice.persons[-1].local_id", 1), "long_position": ("notice.persons[100000].local_id", 1),
        "open_bracket": ("notice.persons[0.local_id", 1), "two_positions": ("notice.persons[0][0].local_id", 1),
        "too_long": ("notice." + "x" * 249, 1), "too_deep": ("notice" + ".persons[0]" + ".a" * 15, 2),
        "no_such_field": ("notice.colour", 2), "below_a_scalar": ("notice.title.text", 2),
        "missing_position": ("notice.persons.local_id", 2), "position_on_scalar": ("notice.title[0]", 2),
        "position_on_repeated_scalar": ("alert.what_to_do[0]", 2), "position_on_message": ("notice[0].title", 2),
        "root_of_another_message": ("statement.from", 2),
    }
    for file, (path, step) in path_cases.items():
        merge(f"refused_{file}", f"The path is wrong: {file.replace('_', ' ')}.", [(path, data(1, "x"))], refused=step)
    merge("refused_too_deep_newer", "17 segments, in a schema that could have them.", [(".".join("a" * 17), b"")],
          refused=1, newer=True)
    merge("refused_newer_below_a_scalar", "A newer schema does not make a message of a text.",
          [("notice.title.text", data(1, "x"))], refused=2, newer=True)
    merge("refused_newer_position", "Nor a list of what was none.", [("notice.title[0]", data(1, "x"))], refused=2,
          newer=True)


def refused_sets():
    merge("refused_nothing", "No leaf at all.", refused=1)
    merge("refused_not_increasing", "The order is wrong.", [LANG, TITLE], refused=1)
    merge("refused_duplicate", "A path twice.", [TITLE, TITLE, LANG], refused=1)
    merge("refused_sent_and_withheld", "A path that is sent and withheld.", [TITLE, LANG], [TITLE[0]], refused=1)
    merge("refused_withheld_not_increasing", "The order of what is withheld is wrong.", [], [LANG[0], TITLE[0]], refused=1)
    merge("refused_hole", "The positions have a hole.", [name(0, 0), name(0, 2)], refused=3)
    merge("refused_not_from_zero", "The positions do not begin at 0.", [name(1, 0)], refused=3)
    merge("refused_withheld_hole", "The same among what is withheld.", [name(0, 0)], [name(2, 0)[0]], refused=3)
    merge("refused_parent_as_leaf", "A path that is the parent of another.", [("notice.persons[0]", b""), name(0, 0)],
          refused=3)
    merge("refused_withheld_parent", "The parent withheld, its child sent.", [name(0, 0)], ["notice.persons[0]"], refused=3)
    merge("refused_oneof", "Two members of a oneof.", [("alert.alert_ref", data(1, "x")), TITLE, LANG], refused=3)
    merge("refused_oneof_withheld", "The same, one of them withheld.", [TITLE, LANG], ["alert.alert_ref"], refused=3)
    merge("refused_broken_bond", "A text without its language.", [TITLE], [LANG[0]], refused=4)
    merge("refused_broken_bond_below", "A bond on a message covers all below it.",
          [("notice.items[0].lang", data(3, "en")), ("notice.items[0].text", data(2, "x"))],
          ["notice.items[0].evaluation.source"], refused=4)
    merge("refused_message_with_value", "A message's path with a value.", [("notice", TITLE[1])], refused=2)


def refused_values():
    def value(file, about, path, bad, step=6):
        merge(f"refused_{file}", about, [(path, bad)], refused=step)
    title = "notice.created_at"  # field 4
    value("empty_value", "A leaf without a value.", title, b"")
    value("foreign_field", "The value holds another field.", title, data(7, b""))
    value("second_field", "The value holds a field of its parent beside its own.", title, data(4, "x") + num(13, 1))
    value("unknown_field", "The value holds a field that the schema does not have.", title, data(4, "x") + num(99, 1), 5)
    value("unknown_field_alone", "Only that.", title, num(99, 1), 5)
    value("two_values", "Two values of a scalar.", title, data(4, "x") + data(4, "y"))
    value("wrong_wire_type", "A number where a text belongs.", title, num(4, 1), 5)
    value("group", "A group.", title, varint(4 << 3 | 3) + varint(4 << 3 | 4), 5)
    value("group_unknown", "A group of an unknown field.", title, data(4, "x") + varint(99 << 3 | 3) + varint(99 << 3 | 4), 5)
    value("end_group", "The end of a group that did not begin.", title, varint(4 << 3 | 4), 5)
    value("wire_type_6", "A wire type that does not exist.", title, varint(4 << 3 | 6), 5)
    value("field_zero", "Field number 0.", title, data(0, "x"), 5)
    value("trailing_zero", "A zero byte after the value.", title, data(4, "x") + b"\0", 5)
    value("truncated", "A text shorter than it says.", title, b"\x22\x05abc", 5)
    value("not_utf8", "A text that is not UTF-8.", title, data(4, b"\xff\xfe"), 5)
    value("long_tag", "A tag that is not minimal.", title, b"\xa2\x00\x01x")
    value("long_length", "A length that is not minimal.", title, b"\x22\x81\x00x")
    value("long_varint", "A number that is not minimal.", "notice.intelligence_confidence", b"\x60\x81\x00")
    value("bool_two", "A bool that is neither 0 nor 1.", "notice.sensitive_source", num(13, 2))
    value("varint_over_range", "An enum number of more than 32 bits.", "notice.intelligence_confidence", num(12, 1 << 33 | 1))
    value("unpacked", "Repeated numbers that are not packed.", "alert.what_to_do", num(9, 1) + num(9, 2))
    value("packed_twice", "Packed numbers in two pieces.", "alert.what_to_do", data(9, varint(1)) + data(9, varint(2)))
    value("packed_empty", "An empty list.", "alert.what_to_do", data(9, b""))
    merge("refused_swapped_values", "Two values under each other's path.",
          [(TITLE[0], LANG[1]), (LANG[0], TITLE[1])], refused=6)
    merge("refused_swallowing_value", "A value that ends in the middle of the next.",
          [(TITLE[0], b"\x0a\x04"), (LANG[0], data(2, "en"))], refused=6)
    merge("refused_value_in_value", "A record that brings its neighbour's field along.",
          [(TITLE[0], TITLE[1] + LANG[1])], [], refused=6)


# --- Changes of values -----------------------------------------------------------------------------------------------

BANDS = [(0, 8), (9, 17), (18, 20), (21, 23), (24, 26), (27, 29), (30, 38), (39, 47), (48, 9999)]


def band_end(end, reference, last):
    """The first (or last) year of the band of one end of an interval, "" and ".." as they are."""
    if end in ("", ".."):
        return end
    year, qualifier = int(end[:4].replace("X", "9" if last else "0")), end[-1] if end[-1] in "?~%" else ""
    if year > reference:
        return ".." if last else f"{reference + 1:04}{qualifier}"
    young, old = next(band for band in BANDS if band[0] <= reference - year <= band[1])
    if not last and old == 9999:
        return ".."
    return f"{reference - (young if last else old):04}{qualifier}"


def generalised(level, edtf, reference, first_year):
    ends = edtf.split("/")
    if level == "MONTH":
        return "/".join(re.sub(r"^(\d{4}-\d\d)-\d\d", r"\1", end) for end in ends)
    if level == "YEAR":
        return "/".join(re.sub(r"^(\d{4})-\d\d(-\d\d|-XX)?", r"\1", end) for end in ends)
    first, last = band_end(ends[0], reference, False), band_end(ends[-1], reference, True)
    if first in ("", "..") and last in ("", ".."):
        return f"{first_year:04}/{last}" if ends[0] not in ("", "..") else f"{first}/9999"
    return f"{first}/{last}"


DATES = ["1990-05-17", "1990-05", "1990", "1990-05-XX", "1990-XX-XX", "1990-XX", "199X", "19XX", "1990-05-17~", "1990?",
         "2004-02-29", "1990-05-17/1991-06-18", "1990-05/..", "../1990-05-17", "/1990-05", "1990-05-17%/", "1985~/1992?",
         "1950/..", "1950/2030", "../2030", "/2030", "2030-01-01", "2026", "2018", "2017", "2009", "2008", "2006", "2005", "2003", "2002", "2000",
         "1999", "1997", "1996", "1988", "1987", "1979", "1978", "0001"]


def generalise_vectors():
    lines = ["# Dates made coarser. Level, calendar, Gregorian year from which ages are reckoned, date, result."]
    for level in ("MONTH", "YEAR", "AGE_BAND"):
        lines += [f"{level} GREGORIAN 2026 {date} {generalised(level, date, 2026, 1)}" for date in DATES]
        lines += [f"{level} BUDDHIST 2026 {date} {generalised(level, date, 2026 + 543, 544)}"
                  for date in ("2533-05-17", "2533~", "254X", "2567-02-29", "2493/..", "2493/2573", "0544")]
    return lines


def mask_vectors():
    lines = ["# Masked texts. How many of the last characters stay, text, result; hex."]
    for keep, text, stays in ((0, "B1234567", 0), (4, "B1234567", 2), (2, "+84901234567", 2), (4, "+84901234567", 4),
                              (4, "012345678", 3), (4, "AB", 0), (1, "ABC", 1), (3, "Nguyễn Ví Dụ", 3), (4, "", 0)):
        lines.append(f"{keep} {text.encode().hex() or '-'} "
                     f"{('*' * (len(text) - stays) + text[len(text) - stays:]).encode().hex() or '-'}")
    decomposed = unicodedata.normalize("NFD", "Thị Ví Dụ")  # its last code point is the dot below the u
    lines.append(f"1 {decomposed.encode().hex()} {('*' * len(decomposed)).encode().hex()}")
    khmer = "ឧទាហរណ៍" + "\u200b" + "ន"  # the space without width goes, what stands after it stays
    lines.append(f"2 {khmer.encode().hex()} {('*' * (len(khmer) - 1) + khmer[-1]).encode().hex()}")
    return lines


def token(mark, size, key, *parts):
    digest = hmac.new(key, b"".join(parts), "sha256").digest()
    return mark + base64.b32encode(digest).decode().lower()[:size]


def match_form(text):
    def counts(c):
        return unicodedata.category(c) not in ("Zs", "Zl", "Zp", "Cc") and c not in "-./\u200b\u200c\u200d\u200e\u200f\u061c"

    def upper(c):
        return c.upper() if len(c.upper()) == 1 else c
    composed = unicodedata.normalize("NFKC", text)
    return unicodedata.normalize("NFKC", "".join(upper(c) for c in composed if counts(c)))


def token_vectors():
    mac_key, pair_key, conversation = bytes(range(32)), bytes(range(64, 96)), bytes(range(16))
    key = hmac.new(mac_key, b"liaison/pseudonym/v1", "sha256").digest()
    number = "notice.persons.documents.number"
    lines = ["# Keyed tokens. Texts and keys are hex.",
             "# pseudonym: MAC key, partner, conversation, path, text, token. match: pair key, path, text, its form, token."]
    for partner, path, text in (("ho-example", number, "B1234567"), ("io-example", number, "B1234567"),
                                ("ho-example", "alert.indicators.document.number", "B1234567"),
                                ("ho-example", "notice.persons.names.full_original", "Nguyễn Thị Ví Dụ"),
                                ("ho-example", number, "b1234567")):
        last = path.rsplit(".", 1)[-1].encode()
        made = token("pn-", 26, key, partner.encode(), b"\0", conversation, last, b"\0", text.encode())
        lines.append(f"pseudonym {mac_key.hex()} {partner} {conversation.hex()} {path} {text.encode().hex()} {made}")
    for path, text in ((number, "B1234567"), (number, "b 123-45/67."), (number, "Ｂ１２３４５６７"),
                       ("notice.persons.names.full_original", "Nguyễn Thị Ví Dụ"),
                       ("notice.persons.names.full_original", unicodedata.normalize("NFD", "nguyễn thị ví dụ")),
                       ("notice.persons.names.full_original", "Straße ﬁn"), (number, "-./ "),
                       (number, "\u200e" + "B12\u200b34\u00a0567")):
        form = match_form(text)
        made = token("mt-", 52, pair_key, b"liaison/match/v1\0", path.rsplit(".", 1)[-1].encode(), b"\0", form.encode())
        lines.append(f"match {pair_key.hex()} {path} {text.encode().hex()} {form.encode().hex() or '-'} {made}")
    return lines


def changes():
    folder = HERE / "change"
    folder.mkdir(exist_ok=True)
    for file, lines in (("generalise", generalise_vectors()), ("mask", mask_vectors()), ("tokens", token_vectors())):
        (folder / f"{file}.txt").write_text("\n".join(lines) + "\n")


# --- Message ---------------------------------------------------------------------------------------------------------

SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d0301070342000444f2eed4159663a9c11384eadd7128d9c69e96684bd67851373bd5f7942a58f3a39b7abc67f89acaf6e9745924be1b7347f594f3b52440d2621c04f010ec3994")
SIGNATURE = bytes.fromhex("30450220776a995f6b17c22d1e9d5c6ea4e881eaa36befecd2f9a4dadff1370c43d4c14b022100fc991fe42a81e1ca0ff9190dd1263cee117235fd5a16894a2f3eb6d99ea36927")
TYPE = "application/vnd.liaison.statement.v1+protobuf"


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def pae(kind, body):
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(body), body)


def u16(text):
    return len(text).to_bytes(2, "big") + text.encode()


def root(leaves):
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha(b"\1", root(leaves[:split]), root(leaves[split:]))


def message():
    folder = HERE / "message"
    folder.mkdir(exist_ok=True)
    kind, body = "http://example.com/HelloWorld", b"hello world"
    (folder / "pae.txt").write_text(
        "# The example of the DSSE specification, version 1.\n"
        f"type {kind}\nbody {body.hex()}\npae {pae(kind, body).hex()}\ndigest {sha(pae(kind, body)).hex()}\n")

    exchange = bytes(range(16))
    sender, recipient = "bgc-example", "ukho-example"
    fields = [("notice.persons[0].local_id", data(1, "p1"), True), ("notice.title", data(1, "Invented"), False),
              ("notice.title_lang", data(2, "en"), False)]
    lines = ["# One statement with three leaves, one of them withheld; salts are fixed here and random in use.",
             f"exchange {exchange.hex()}", f"from {sender}", f"to {recipient}", f"spki {SPKI.hex()}"]
    leaves = []
    for at, (path, value, withheld) in enumerate(fields):
        salt = bytes([0xA0 + at]) * 16
        commitment = sha(b"liaison/value/v1\0", exchange, u16(sender), salt, value)
        leaves.append(sha(b"\0liaison/field/v1\0", b"\1", u16(path), commitment))
        lines.append(f"field {path} {'withheld' if withheld else 'sent'} {salt.hex()} {value.hex()} {commitment.hex()}"
                     f" {leaves[-1].hex()}")
    created, expires = 1767225600, 1767830400  # 2026-01-01 and 2026-01-08, UTC
    statement = b"".join([
        data(1, exchange), data(2, sender), data(3, recipient), data(4, sha(SPKI)), num(5, 10), num(6, 1),
        data(7, exchange), num(10, 3), data(11, num(1, created)), data(12, num(1, expires)), num(13, 1),
        data(14, num(1, 4)), data(15, varint(3)), data(18, root(leaves)), num(19, len(fields))])
    encoded = pae(TYPE, statement)
    lines += [f"root {root(leaves).hex()}", f"statement {statement.hex()}", f"pae {encoded.hex()}",
              f"digest {sha(encoded).hex()}", f"signature {SIGNATURE.hex()}"]
    (folder / "statement.txt").write_text("\n".join(lines) + "\n")
    return encoded


def changed_message():
    """A body with one leaf of each kind, each beside its withheld original. Not signed."""
    exchange, sender = bytes(range(16)), "bgc-example"
    number, given = "notice.persons[0].documents[0].number", "notice.persons[0].names[0].full_original"
    fields = [("notice.persons[0].birth.edtf", 1, data(1, "1990-05-17")),
              ("notice.persons[0].birth.edtf", GENERALISED, data(1, "1990")),
              (number, 1, data(4, "B1234567")),
              (number, MATCH_TOKEN, data(4, "mt-cnk5z6c7bl3aext7tlb4gsp3p4oufiedgjsjwbxtl4ufkyds7ona")),
              (LOCAL_ID, 1, data(1, "person-1")), (LOCAL_ID, MASKED, data(1, "******-1")),
              (given, 1, data(1, "Nguyễn Thị Ví Dụ")), (given, PSEUDONYM, data(1, "pn-k2tngsgleh43pnhws4llv74hxb"))]
    names = {GENERALISED: "generalised", MASKED: "masked", PSEUDONYM: "pseudonym", MATCH_TOKEN: "match_token"}
    lines = ["# A body with one leaf of each kind; the original of each is withheld at the same path. Not signed.",
             f"exchange {exchange.hex()}", f"from {sender}"]
    leaves = []
    for at, (path, kind, value) in enumerate(fields):
        salt = bytes([0xB0 + at]) * 16
        commitment = sha(b"liaison/value/v1\0", exchange, u16(sender), salt, value)
        leaves.append(sha(b"\0liaison/field/v1\0", bytes([kind]), u16(path), commitment))
        lines.append(f"field {path} {names.get(kind, 'withheld')} {salt.hex()} {value.hex()} {commitment.hex()}"
                     f" {leaves[-1].hex()}")
    statement = b"".join([data(1, exchange), data(2, sender), data(3, "ukho-example"), num(5, 10), num(6, 1),
                          data(7, exchange), data(18, root(leaves)), num(19, len(fields))])
    lines += [f"root {root(leaves).hex()}", f"statement {statement.hex()}"]
    (HERE / "message" / "changed.txt").write_text("\n".join(lines) + "\n")


# --- At rest ---------------------------------------------------------------------------------------------------------

def joined(*parts):
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def at_rest():
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    except ImportError:
        return
    wrapping_key, data_key, nonce = bytes(range(32)), bytes(range(32, 64)), bytes(range(64, 76))
    row = joined(b"bgc-example", b"body", b"bgc-example/" + bytes(range(16)).hex().encode(), b"message-202601")
    key_place = joined(b"liaison/at-rest/key/v1", row)
    column_place = joined(b"liaison/at-rest/column/v1", row, b"\1")
    wrapped = nonce + AESGCM(wrapping_key).encrypt(nonce, data_key, key_place)
    text = b"an invented body"
    column = AESGCM(data_key).encrypt(b"\0" * 11 + b"\1", text, column_place)
    (HERE / "message" / "at_rest.txt").write_text(
        "# One column of one row; keys and nonce are fixed here and random in use.\n"
        "agency bgc-example\ntable body\n"
        f"row bgc-example/{bytes(range(16)).hex()}\nkey_id message-202601\n"
        f"wrapping_key {wrapping_key.hex()}\ndata_key {data_key.hex()}\nkey_place {key_place.hex()}\n"
        f"wrapped {wrapped.hex()}\ncolumn 1\ncolumn_place {column_place.hex()}\ntext {text.hex()}\n"
        f"sealed {column.hex()}\n")


if __name__ == "__main__":
    at_rest()
    accepted()
    accepted_changes()
    refused_changes()
    refused_paths()
    refused_sets()
    refused_values()
    changes()
    to_sign = message()
    changed_message()
    if sys.argv[1:] == ["--print-pae"]:
        sys.stdout.buffer.write(to_sign)
