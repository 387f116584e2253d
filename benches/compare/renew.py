"""Other documents from a signed one: the digests and signatures in it are made again for content that was changed.

pyHanko takes a tenth of a second to sign a document, and a run over documents that are all the same would say
nothing of those that verify each signature once. Nothing changes its length, so that all offsets stay.
"""

import hashlib
import re

import documents as make
import pki
from asn1crypto import cms as asn1_cms
from asn1crypto import tsp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from pyhanko_certvalidator.registry import SimpleCertificateStore

OTHER_DIGEST = bytes(32)
BYTE_RANGE = re.compile(rb"/ByteRange \[\s*(\d+) (\d+) (\d+) (\d+)\s*\]")


def pdf(changed, signer, timestamp, early=None):
    """Renews one signature after the other; `early` may do something to the document after the first."""
    for index, found in enumerate(list(BYTE_RANGE.finditer(changed))):
        start, length, after, rest = (int(group) for group in found.groups())
        covered = changed[start : start + length] + changed[after : after + rest]
        container = bytes.fromhex(changed[start + length + 1 : after - 1].decode())
        if index == 0:
            renewed = cms(container, covered, signer, timestamp)
        else:
            renewed = token(container, hashlib.sha256(covered).digest())
        changed = changed[: start + length + 1] + renewed.hex().encode() + changed[after - 1 :]
        if index == 0 and early:
            changed = early(changed)
    return changed


def cms(container, content, signer, timestamp):
    info = asn1_cms.ContentInfo.load(container)["content"]["signer_infos"][0]
    old_value = info["signature"].native
    renewed = signed(container, info, hashlib.sha256(content).digest(), signer)
    if not info["unsigned_attrs"]:
        return renewed
    old_token = info["unsigned_attrs"][0]["values"][0].dump()
    new_value = value_in(renewed, container, old_value)
    imprint = hashlib.sha256(new_value).digest() if timestamp == "right" else OTHER_DIGEST
    return exchanged(renewed, old_token, token(old_token, imprint))


def token(container, imprint):
    data = asn1_cms.ContentInfo.load(container)["content"]
    old = data["encap_content_info"]["content"].contents
    information = tsp.TSTInfo.load(old)
    old_imprint = information["message_imprint"]["hashed_message"].native
    new = exchanged(old, old_imprint, imprint)
    serial = information["serial_number"].native.to_bytes(8, "big")
    new = exchanged(new, serial, make.serial_number(imprint).to_bytes(8, "big"))
    renewed = exchanged(container, old, new)
    return signed(renewed, data["signer_infos"][0], hashlib.sha256(new).digest(), "tsa")


def signed(container, info, digest, signer):
    attributes = info["signed_attrs"]
    old = attributes.untag().dump()
    old_digest = next(
        attribute["values"][0].native for attribute in attributes if attribute["type"].native == "message_digest"
    )
    new = exchanged(old, old_digest, digest)
    renewed = exchanged(container, attributes.dump()[1:], new[1:])
    value = info["signature"].native
    return exchanged(renewed, value, signature(new, signer))


def signature(message, signer):
    key = pki.private_key(signer)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(message, padding.PKCS1v15(), hashes.SHA256())
    # Lengths of ECDSA signatures vary; half of those of P-256 have this one.
    while True:
        value = key.sign(message, ec.ECDSA(hashes.SHA256()))
        if len(value) == 71:
            return value


class Signer(make.Signer):
    """One whose signatures are all of one length, so that they can be exchanged."""

    @property
    def cert_registry(self):
        """Without its own certificate, which pyHanko adds itself: a set in DER holds nothing twice (X.690, 11.6)."""
        own = self.signing_cert.dump()
        others = [certificate for certificate in super().cert_registry if certificate.dump() != own]
        return SimpleCertificateStore.from_certs(others)

    def sign_raw(self, data, digest_algorithm):
        return signature(data, self.name)


def value_in(renewed, container, old_value):
    place = container.index(old_value)
    return renewed[place : place + len(old_value)]


def exchanged(data, old, new):
    assert len(old) == len(new) and old in data
    return data.replace(old, new)
