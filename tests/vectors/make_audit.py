#!/usr/bin/env python3
"""Makes the audit_*.txt vectors again, from the text of the standards and from none of the daemon's code.

    tests/vectors/make_audit.py DIR

Needs openssl for Ed25519. The signing key is the one of RFC 8032, 7.1, test 1: public, and good for nothing else.
"""
import base64
import hashlib
import pathlib
import subprocess
import sys
import tempfile

SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
PUBLIC = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
ORIGIN = "bgc.example/liaison-log/1/1"


def sha256(data):
    return hashlib.sha256(data).digest()


def split(n):
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def root(leaves):  # RFC 6962, 2.1, MTH
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0])
    k = split(len(leaves))
    return sha256(b"\x01" + root(leaves[:k]) + root(leaves[k:]))


def inclusion(m, leaves):  # RFC 6962, 2.1.1, PATH
    if len(leaves) <= 1:
        return []
    k = split(len(leaves))
    if m < k:
        return inclusion(m, leaves[:k]) + [root(leaves[k:])]
    return inclusion(m - k, leaves[k:]) + [root(leaves[:k])]


def subproof(m, leaves, whole):  # RFC 6962, 2.1.2, SUBPROOF
    if m == len(leaves):
        return [] if whole else [root(leaves)]
    k = split(len(leaves))
    if m <= k:
        return subproof(m, leaves[:k], whole) + [root(leaves[k:])]
    return subproof(m - k, leaves[k:], False) + [root(leaves[:k])]


def tree_vectors():
    leaves = [bytes.fromhex(h) for h in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f")]
    yield "# The eight leaves of the Certificate Transparency tests: leaf <hex or ->"
    for leaf in leaves:
        yield "leaf " + (leaf.hex() or "-")
    yield "# root <size> <hex>"
    for n in range(len(leaves) + 1):
        yield f"root {n} {root(leaves[:n]).hex()}"
    yield "# inclusion <index> <size> <hex>..."
    for n in range(1, len(leaves) + 1):
        for i in range(n):
            yield " ".join([f"inclusion {i} {n}"] + [h.hex() for h in inclusion(i, leaves[:n])])
    yield "# consistency <from> <to> <hex>..."
    for n in range(1, len(leaves) + 1):
        for m in range(1, n + 1):
            yield " ".join([f"consistency {m} {n}"] + [h.hex() for h in subproof(m, leaves[:n], True)])


def sign(message):
    der = bytes.fromhex("302e020100300506032b657004220420") + SEED
    with tempfile.TemporaryDirectory() as folder:
        key, data = pathlib.Path(folder, "key"), pathlib.Path(folder, "data")
        key.write_bytes(der)
        data.write_bytes(message)
        return subprocess.run(
            ["openssl", "pkeyutl", "-sign", "-rawin", "-keyform", "DER", "-inkey", key, "-in", data],
            check=True, capture_output=True).stdout


def base64_text(data):
    return base64.b64encode(data).decode()


KEY_HASH = sha256(ORIGIN.encode() + b"\n\x01" + PUBLIC)[:4]


def verifier_key():
    return f"{ORIGIN}+{KEY_HASH.hex()}+{base64_text(b'%c' % 1 + PUBLIC)}"


def checkpoint(size, root_hash):
    body = f"{ORIGIN}\n{size}\n{base64_text(root_hash)}\n"
    return f"{body}\n\u2014 {ORIGIN} {base64_text(KEY_HASH + sign(body.encode()))}\n"


def varint(n):
    out = b""
    while n > 0x7f:
        out += bytes([n & 0x7f | 0x80])
        n >>= 7
    return out + bytes([n])


def number(field, value):
    return varint(field << 3) + varint(value)


def text(field, value):
    return varint(field << 3 | 2) + varint(len(value)) + value


def record(i):
    """liaison.audit.v1.Record by hand: GENESIS, then SENT to an invented agency."""
    out = number(1, 1790000000000 + i) + text(2, ORIGIN.encode()) + number(3, 1 if i == 0 else 10)
    if i > 0:
        out += (text(4, b"bgc-example") + text(5, bytes([i]) * 16) + text(6, b"ho-example")
                + text(7, sha256(b"statement %d" % i)))
    return out


def receipt_vectors():
    records = [record(i) for i in range(5)]
    yield "# The second of five records: record <hex>, index, path <hex>..., leaf <hex>"
    yield "record " + records[1].hex()
    yield "index 1"
    yield " ".join(["path"] + [h.hex() for h in inclusion(1, records)])
    yield "leaf " + sha256(b"\x00" + records[1]).hex()
    yield "# The log's verifier key, then the signed head that the path leads to"
    yield "key " + verifier_key()
    yield "checkpoint"
    yield checkpoint(5, root(records)).rstrip("\n")


def main():
    folder = pathlib.Path(sys.argv[1])
    for name, lines in (("audit_tree.txt", tree_vectors()), ("audit_receipt.txt", receipt_vectors())):
        (folder / name).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
