#!/usr/bin/env python3
"""Verifies evidence records by RFC 4998, written from the RFC and sharing nothing with sigill.

    verify_record.py --ca ROOT.der --now EPOCH --object FILE... -- RECORD...

The objects must be the whole data object group. DER is read with the standard library alone, and
time-stamp tokens are verified with `openssl ts`, each as of its own time and as of when the next
one took over. Digests other than SHA-256, SHA-384 and SHA-512 are refused. Revocation is not asked
for. One line is printed for each record: its path, and `verified` or `refused: why`.
"""

import argparse
import calendar
import hashlib
import os
import subprocess
import sys
import tempfile
import time

SEQUENCE, SET, INTEGER, OCTET_STRING, OID, GENERALIZED_TIME = 0x30, 0x31, 2, 4, 6, 0x18
DIGESTS = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
SIGNED_DATA = "1.2.840.113549.1.7.2"
TST_INFO = "1.2.840.113549.1.9.16.1.4"


class Refused(Exception):
    """Why a record is not verified."""


def need(condition, why):
    if not condition:
        raise Refused(why)


class Element:
    """One element of DER with the bytes that it came from."""

    def __init__(self, tag, content, whole):
        self.tag, self.content, self.whole = tag, content, whole

    def children(self):
        found, rest = [], self.content
        while rest:
            element, rest = read(rest)
            found.append(element)
        return found

    def expect(self, tag):
        need(self.tag == tag, f"tag {self.tag:#x} in place of {tag:#x}")
        return self


def read(data):
    need(len(data) >= 2 and data[0] & 0x1F != 0x1F, "no element of DER")
    length, start = data[1], 2
    if length & 0x80:
        count = length & 0x7F
        need(0 < count <= 4 and len(data) >= 2 + count, "no definite length")
        length, start = int.from_bytes(data[2 : 2 + count], "big"), 2 + count
        need(length >= 0x80 and data[2] != 0, "a length in more octets than it needs")
    end = start + length
    need(len(data) >= end, "an element that is cut off")
    return Element(data[0], data[start:end], data[:end]), data[end:]


def whole(data, tag):
    element, rest = read(data)
    need(not rest, "something follows")
    return element.expect(tag)


def integer(element):
    content = element.expect(INTEGER).content
    minimal = len(content) == 1 or (len(content) > 1 and content[0] << 1 | content[1] >> 7 not in (0, 0x1FF))
    need(minimal, "no INTEGER of DER")
    return int.from_bytes(content, "big", signed=True)


def oid(element):
    content = element.expect(OID).content
    need(content and not content[-1] & 0x80, "an OID that is cut off")
    arcs, value = [], 0
    for octet in content:
        value = value << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, [first, arcs[0] - 40 * first] + arcs[1:]))


def digest_name(identifier):
    name = DIGESTS.get(identifier)
    need(name, f"digest algorithm {identifier}")
    return name


def digest(name, data):
    return hashlib.new(name, data).digest()


class Token:
    """A time-stamp token (RFC 3161) as far as a record needs it."""

    def __init__(self, element):
        self.whole = element.expect(SEQUENCE).whole
        info = element.children()
        need(len(info) == 2 and oid(info[0]) == SIGNED_DATA, "no SignedData")
        data = whole(info[1].expect(0xA0).content, SEQUENCE).children()
        need(len(data) >= 4, "SignedData that is cut off")
        content = data[2].expect(SEQUENCE).children()
        need(len(content) == 2 and oid(content[0]) == TST_INFO, "no TSTInfo")
        octets = whole(content[1].expect(0xA0).content, OCTET_STRING).content
        fields = whole(octets, SEQUENCE).children()
        need(len(fields) >= 5 and integer(fields[0]) == 1, "no TSTInfo of version 1")
        imprint = fields[2].expect(SEQUENCE).children()
        need(len(imprint) == 2, "no imprint")
        self.digest = digest_name(oid(imprint[0].expect(SEQUENCE).children()[0]))
        self.imprint = imprint[1].expect(OCTET_STRING).content
        text = fields[4].expect(GENERALIZED_TIME).content.decode("ascii", "replace")
        try:
            self.time = calendar.timegm(time.strptime(text[:14] + "Z", "%Y%m%d%H%M%SZ"))
        except ValueError:
            raise Refused(f"time {text}") from None


class ArchiveTimeStamp:
    """RFC 4998, 4.1, with implicit tags."""

    def __init__(self, element):
        fields = element.expect(SEQUENCE).children()
        need(fields, "an empty ArchiveTimeStamp")
        stated = None
        if fields[0].tag == 0xA0:
            parts = fields.pop(0).children()
            need(1 <= len(parts) <= 2, "no AlgorithmIdentifier")
            stated = digest_name(oid(parts[0]))
        if fields and fields[0].tag == 0xA1:
            fields.pop(0)
        self.lists = None
        if fields and fields[0].tag == 0xA2:
            lists = fields.pop(0).children()
            self.lists = [[hash_.expect(OCTET_STRING).content for hash_ in one.expect(SEQUENCE).children()] for one in lists]
            need(self.lists and all(self.lists), "an empty list")
        need(len(fields) == 1, "not one token")
        self.token = Token(fields[0])
        self.digest = stated or self.token.digest

    def root(self):
        """4.3: each list is hashed with the hash of those before it, in binary ascending order."""
        below = []
        for one in self.lists:
            hashes = sorted(one + below)
            below = hashes if len(hashes) == 1 else [digest(self.digest, b"".join(hashes))]
        return below[0]

    def covers(self, hashes, why):
        """4.3, steps 1 to 4, for all of a group and nothing else."""
        need(self.digest == self.token.digest, f"{why}: the token is of another algorithm")
        if self.lists is None:
            need(len(hashes) == 1 and self.token.imprint == hashes[0], f"{why}: not covered")
            return
        size = hashlib.new(self.digest).digest_size
        need(all(len(hash_) == size for one in self.lists for hash_ in one), f"{why}: a hash of another length")
        need(sorted(self.lists[0]) == sorted(hashes), f"{why}: not covered")
        need(self.root() == self.token.imprint, f"{why}: the token is over something else")


def read_record(data):
    fields = whole(data, SEQUENCE).children()
    need(len(fields) >= 3 and integer(fields[0]) == 1, "no record of version 1")
    for algorithm in fields[1].expect(SEQUENCE).children():
        oid(algorithm.expect(SEQUENCE).children()[0])
    rest = fields[2:]
    for tag in (0xA0, 0xA1):
        if rest and rest[0].tag == tag:
            need(tag == 0xA0, "the objects were encrypted")
            rest.pop(0)
    need(len(rest) == 1, "no archiveTimeStampSequence at the end")
    chains = rest[0].expect(SEQUENCE).children()
    need(chains, "no chain")
    read_chains = []
    for chain in chains:
        stamps = chain.expect(SEQUENCE).children()
        need(stamps, "a chain without an archive time-stamp")
        read_chains.append((chain.whole, [ArchiveTimeStamp(stamp) for stamp in stamps]))
    return read_chains


def der(tag, content):
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def verify_hashes(chains, objects):
    """5.3, without the signatures."""
    before = b""
    for number, (encoded, stamps) in enumerate(chains):
        name = stamps[0].digest
        need(all(stamp.digest == name for stamp in stamps), "a chain of several algorithms")
        hashes = [digest(name, data) for data in objects]
        if number:
            sequence = digest(name, der(SEQUENCE, before))
            hashes = [digest(name, hash_ + sequence) for hash_ in hashes]
        stamps[0].covers(hashes, f"chain {number + 1}")
        for older, newer in zip(stamps, stamps[1:]):
            newer.covers([digest(name, older.token.whole)], f"a renewal in chain {number + 1}")
        before += encoded


def verify_token(token, authority, at, folder):
    path = os.path.join(folder, "token")
    with open(path, "wb") as file:
        file.write(token.whole)
    command = ["openssl", "ts", "-verify", "-token_in", "-in", path, "-digest", token.imprint.hex()]
    command += ["-CAfile", authority, "-attime", str(at)]
    done = subprocess.run(command, capture_output=True, text=True)
    lines = done.stderr.strip().splitlines() or [""]
    need(done.returncode == 0 and "Verification: OK" in done.stdout, f"openssl: {lines[-1]}")


def verify(path, objects, authority, now, folder):
    with open(path, "rb") as file:
        chains = read_record(file.read())
    verify_hashes(chains, objects)
    tokens = [stamp.token for _, stamps in chains for stamp in stamps]
    times = [token.time for token in tokens] + [now]
    need(times == sorted(times), "times out of order")
    for token, until in zip(tokens, times[1:]):
        verify_token(token, authority, token.time, folder)
        verify_token(token, authority, until, folder)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ca", required=True)
    parser.add_argument("--now", type=int, required=True)
    parser.add_argument("--object", action="append", default=[])
    parser.add_argument("records", nargs="+")
    arguments = parser.parse_args()
    objects = []
    for path in arguments.object:
        with open(path, "rb") as file:
            objects.append(file.read())
    refused = 0
    with tempfile.TemporaryDirectory() as folder:
        authority = os.path.join(folder, "root.pem")
        subprocess.run(["openssl", "x509", "-inform", "DER", "-in", arguments.ca, "-out", authority], check=True)
        for path in arguments.records:
            try:
                verify(path, objects, authority, arguments.now, folder)
                print(f"{path}: verified")
            except Refused as why:
                refused += 1
                print(f"{path}: refused: {why}")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
