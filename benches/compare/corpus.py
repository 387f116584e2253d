"""The documents that all are measured on: signed with pyHanko by the test PKI of the fixtures, every one different.

    python3 corpus.py FOLDER DOCUMENTS_PER_SET

Each set is a folder with its documents and `facts.json`: of each document whether it must be accepted, and what was
done to it where it must not. pyHanko makes one document of each kind and size; `renew.py` makes the others from these.
"""

import asyncio
import functools
import json
import multiprocessing
import random
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "fixtures/make"))

import bases
import documents as make
import renew
from asn1crypto import cms

make.Signer = renew.Signer
# asyncio.run describes what comes of its task in full for nothing, which takes minutes for a large CMS.
make.run = asyncio.new_event_loop().run_until_complete
# All dates of the test PKI are right at this time.
AT = "2026-02-01T00:00:00Z"
# Kilobytes, 146 on average.
SIZES = [5, 10, 20, 30, 50, 75, 100, 150, 220, 800]
LARGE = [2_000, 5_000]
SIGNERS = ["person-rsa", "person-p256"]
# What is done to 10 of 100 documents; 3 more have a signer whose certificate had ended. All kinds are in the first 50.
DEFECTS = {
    7: "content-flip",
    17: "signature-flip",
    27: "time-stamp-of-another",
    37: "time-stamp-flip",
    47: "page-replaced",
    57: "content-flip",
    67: "signature-flip",
    77: "content-flip",
    87: "page-replaced",
    97: "time-stamp-flip",
    33: "expired-signer",
    63: "expired-signer",
    93: "expired-signer",
}
WITHOUT_TIMESTAMP = {"time-stamp-flip": "signature-flip", "time-stamp-of-another": "content-flip"}
WITHOUT_PAGES = {"page-replaced": "content-flip"}


def plan(level, count, sizes):
    """Number, signer, kilobytes and defect of each document of a set."""
    rows = []
    for number in range(count):
        defect = DEFECTS.get(number % 100)
        if level in ("b-b", "cades-b"):
            defect = WITHOUT_TIMESTAMP.get(defect, defect)
        if level.startswith("cades"):
            defect = WITHOUT_PAGES.get(defect, defect)
        signer = "expired" if defect == "expired-signer" else SIGNERS[number // len(sizes) % 2]
        rows.append((level, number, signer, sizes[number % len(sizes)], defect))
    return rows


# Content


def pages(number, kilobytes):
    """A document of text and one picture a page, of about this size once it is signed."""
    random_bytes = random.Random(kilobytes).randbytes
    left = max(0, kilobytes * 1000 - 22_000)
    count = min(40, 1 + left // 20_000)
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    kids = []
    for page in range(count):
        first = len(objects) + 1
        kids.append(b"%d 0 R" % first)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources"
            b" << /Font << /F1 3 0 R >> /XObject << /I1 %d 0 R >> >> >>" % (first + 1, first + 2)
        )
        text = b"BT /F1 12 Tf 72 720 Td (Document %06d, page %d) Tj ET q 100 0 0 100 72 500 cm /I1 Do Q" % (
            number,
            page,
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text))
        height = max(1, left // count // 100)
        objects.append(
            b"<< /Type /XObject /Subtype /Image /Width 100 /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8"
            b" /Length %d >>\nstream\n%s\nendstream" % (height, 100 * height, random_bytes(100 * height))
        )
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), count)
    return make.assemble_pdf(objects)


# Signatures


def pdf(level, number, signer, kilobytes, defect):
    timestamp = "another" if defect == "time-stamp-of-another" else "right"
    template = pdf_template(level, signer, kilobytes, timestamp)
    numbered = template.replace(b"(Document 000000", b"(Document %06d" % number)
    # What is wrong in the first revision is there before the document is time-stamped.
    early = (lambda revision: tampered_pdf(revision, number, defect)) if defect != "page-replaced" else None
    renewed = renew.pdf(numbered, signer, timestamp, early)
    return tampered_pdf(renewed, number, defect) if defect == "page-replaced" else renewed


@functools.cache
def pdf_template(level, signer, kilobytes, timestamp):
    if level == "b-b":
        return make.sign_pdf(pages(0, kilobytes), signer)
    signed = make.sign_pdf(pages(0, kilobytes), signer, timestamper=stamper(timestamp))
    if level in ("b-lt", "b-lta"):
        signed = with_evidence(signed, signer)
    return make.add_document_timestamp(signed) if level == "b-lta" else signed


def with_evidence(signed, signer):
    if signer == "expired":
        crls = ["issuing-ca-ec.crl", "root.crl", "tsa-ca.crl"]
        return make.add_dss(signed, bases.every_certificate(signer), crls=crls)
    crls = ["root.crl", "tsa-ca.crl"]
    return make.add_dss(signed, bases.every_certificate(signer), [f"{signer}.ocsp"], crls)


def stamper(timestamp):
    """A time-stamp over something else is one that was moved from another signature."""
    return make.FixtureTimeStamper(digest_override=renew.OTHER_DIGEST if timestamp == "another" else None)


def tampered_pdf(signed, number, defect):
    if defect == "page-replaced":
        return make.replace_page_content(signed, f"Something else {number}")
    if defect == "content-flip":
        place = signed.index(b"(Document ") + 10
        return flipped(signed, place)
    if defect in ("signature-flip", "time-stamp-flip"):
        start = signed.index(b"/Contents <") + len(b"/Contents <")
        end = signed.index(b">", start)
        container = bytes.fromhex(signed[start:end].decode())
        changed = tampered_cms(container, defect).hex().encode()
        return signed[:start] + changed + signed[start + len(changed) :]
    return signed


def cms_document(level, number, signer, kilobytes, defect):
    timestamp = "another" if defect == "time-stamp-of-another" else "right"
    content = b"%06d" % number + cms_content(kilobytes)[6:]
    template = cms_template(level, signer, kilobytes, timestamp)
    signed = renew.cms(template.replace(cms_content(kilobytes), content), content, signer, timestamp)
    if defect == "content-flip":
        return flipped(signed, signed.index(content) + 100)
    return tampered_cms(signed, defect)


@functools.cache
def cms_template(level, signer, kilobytes, timestamp):
    timestamper = stamper(timestamp) if level == "cades-t" else None
    return make.sign_cms(cms_content(kilobytes), signer, timestamper=timestamper)


@functools.cache
def cms_content(kilobytes):
    return random.Random(f"{kilobytes} KB").randbytes(max(500, kilobytes * 1000 - 4_000))


def tampered_cms(container, defect):
    signer = cms.ContentInfo.load(container)["content"]["signer_infos"][0]
    if defect == "signature-flip":
        value = signer["signature"].native
    elif defect == "time-stamp-flip":
        attributes = {attribute["type"].native: attribute for attribute in signer["unsigned_attrs"]}
        token = attributes["signature_time_stamp_token"]["values"][0]
        value = token["content"]["signer_infos"][0]["signature"].native
    else:
        return container
    return flipped(container, container.index(value) + len(value) - 5)


def flipped(data, place):
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


# Sets


def write(task):
    folder, row = task
    level, number, _, _, defect = row
    document = cms_document(*row) if level.startswith("cades") else pdf(*row)
    name = f"{number:05}.{'p7m' if level.startswith('cades') else 'pdf'}"
    (folder / name).write_bytes(document)
    return name, {"accepted": defect is None, "defect": defect}


def make_set(folder, level, count, sizes):
    if (folder / "facts.json").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    with multiprocessing.Pool() as pool:
        facts = dict(pool.imap(write, ((folder, row) for row in plan(level, count, sizes)), chunksize=20))
    (folder / "facts.json").write_text(json.dumps(facts, indent=1))


LEVELS = ["b-b", "b-t", "b-lt", "b-lta", "cades-b", "cades-t"]


def make_all(folder, count):
    for level in LEVELS:
        make_set(folder / level, level, count, SIZES)
    make_set(folder / "large", "b-lt", max(4, count // 50), LARGE)


if __name__ == "__main__":
    make_all(Path(sys.argv[1]), int(sys.argv[2]))
