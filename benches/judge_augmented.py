"""What pyHanko, OpenSSL and qpdf say of augmented documents: an opinion that shares no code with sigill.

    python3 benches/judge_augmented.py --trust fixtures/pki/root.pem --at 2026-11-24T15:00:00Z FILE...

PDF: pyHanko (0.38 was used) judges every signature and document time-stamp with nothing but the file and the anchors:
whether each is intact and trusted, by revocation data in the file, and whether later revisions changed no more than
they may. Its implementation of level LTA is not asked, for it wants a time-stamp inside the signature, where a document
time-stamp serves as well (EN 319 142-1, 6.3). qpdf checks the file where it is installed.

CMS (with the content beside it under the same name and .bin, where it is detached): OpenSSL verifies the signatures and
each token; what a token must be over is composed here from EN 319 122-1, 5.3 and 5.5, by asn1crypto.

One line for each file; the exit status is 1 if one is found wanting, 2 if pyHanko is missing.
"""

import argparse
import datetime
import hashlib
import logging
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    from asn1crypto import cms, core, pem, tsp, x509
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
    from pyhanko.sign.validation.dss import DocumentSecurityStore
except ImportError as missing:
    print(f"pyHanko: {missing}")
    sys.exit(2)

logging.disable(logging.CRITICAL)


def certificate(path):
    content = Path(path).read_bytes()
    return x509.Certificate.load(pem.unarmor(content)[2] if pem.detect(content) else content)


def problems_of_pdf(path, trust, at):
    """What is wrong with the signatures in a file, in words."""
    # Of certificates that name lists or responders, revocation data is required.
    setting = {"trust_roots": trust, "moment": at, "allow_fetching": False, "revocation_mode": "hard-fail"}
    problems = []
    with open(path, "rb") as file:
        # Hybrid files are read where it is not strict.
        reader = PdfFileReader(file, strict=False)
        store = DocumentSecurityStore.read_dss(reader)
        for signature in reader.embedded_regular_signatures:
            context = store.as_validation_context(dict(setting))
            status = validate_pdf_signature(signature, context, context)
            if not (status.bottom_line and status.docmdp_ok):
                problems.append(f"{signature.field_name}: {status.summary()}")
        for stamp in reader.embedded_timestamp_signatures:
            status = validate_pdf_timestamp(stamp, store.as_validation_context(dict(setting)))
            if not (status.intact and status.valid and status.trusted):
                problems.append(f"{stamp.field_name}: {status.summary()}")
        if not reader.embedded_regular_signatures or not reader.embedded_timestamp_signatures:
            problems.append("no signature or no document time-stamp")
    return problems


SIGNATURE_TIMESTAMP = "1.2.840.113549.1.9.16.2.14"
ARCHIVE_TIMESTAMP_V3 = "0.4.0.1733.2.4"
HASH_INDEX_V3 = "0.4.0.19122.1.5"


def openssl(*arguments):
    done = subprocess.run(["openssl", *map(str, arguments)], check=False, capture_output=True, text=True)
    return None if done.returncode == 0 else f"openssl {arguments[0]}: {done.stderr.strip().splitlines()[-1:]}"


def problems_of_cms(path, trust, at):
    """What is wrong with the signatures and tokens in a CMS, in words."""
    data = cms.ContentInfo.load(Path(path).read_bytes())["content"]
    content, beside = data["encap_content_info"]["content"], Path(path).with_suffix(".bin")
    content = content.native if content.native is not None else beside.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        anchors, token_file = Path(folder, "anchors.pem"), Path(folder, "token.der")
        anchors.write_bytes(b"".join(pem.armor("CERTIFICATE", anchor.dump()) for anchor in trust))
        given = ["-CAfile", anchors, "-attime", int(at.timestamp())]
        detached = ["-content", beside] if beside.exists() else []
        output = Path(folder, "content")
        verify = ["cms", "-verify", "-binary", "-inform", "DER", "-in", path, "-purpose", "any", "-out", output]
        problems = [openssl(*verify, *detached, *given)]
        kinds = []
        for signer in data["signer_infos"]:
            for attribute in signer["unsigned_attrs"]:
                kind = attribute["type"].dotted
                if kind not in (SIGNATURE_TIMESTAMP, ARCHIVE_TIMESTAMP_V3):
                    continue
                kinds.append(kind)
                for value in attribute["values"]:
                    token = cms.ContentInfo.load(value.dump())
                    token_file.write_bytes(token.dump())
                    stamped = signer["signature"].native
                    if kind == ARCHIVE_TIMESTAMP_V3:
                        stamped = archived(data, signer, token, content, problems)
                    digest = hashlib.new(digest_of(token), stamped).hexdigest()
                    problems.append(openssl("ts", "-verify", "-digest", digest, "-in", token_file, "-token_in", *given))
        if ARCHIVE_TIMESTAMP_V3 not in kinds:
            problems.append("no archive time-stamp")
    return [problem for problem in problems if problem]


def digest_of(token):
    info = token["content"]["encap_content_info"]["content"].parsed
    return tsp.TSTInfo.load(info.dump())["message_imprint"]["hash_algorithm"]["algorithm"].native


def archived(data, signer, token, content, problems):
    """What an archive time-stamp is over (5.5.3); its index must name what is there (5.5.2)."""
    algorithm = digest_of(token)

    def digest(*parts):
        return hashlib.new(algorithm, b"".join(parts)).digest()

    attributes = token["content"]["signer_infos"][0]["unsigned_attrs"]
    [index] = [one["values"][0].dump() for one in attributes if one["type"].dotted == HASH_INDEX_V3]
    named = core.SequenceOf.load(index, spec=core.Any)
    lists = [core.SequenceOf.load(named[place].dump(), spec=core.OctetString) for place in (1, 2, 3)]
    present = [
        {digest(choice.dump()) for choice in data["certificates"] or []},
        {digest(choice.dump()) for choice in data["crls"] or []},
        {digest(one["type"].dump(), value.dump()) for one in signer["unsigned_attrs"] for value in one["values"]},
    ]
    for name, digests, there in zip(("certificates", "crls", "attributes"), lists, present, strict=True):
        if not {one.native for one in digests} <= there:
            problems.append(f"the index names {name} that are not there")
    fields = ("version", "sid", "digest_algorithm", "signed_attrs", "signature_algorithm", "signature")
    parts = [data["encap_content_info"]["content_type"].dump(), digest(content)]
    return b"".join(parts + [signer[field].dump() for field in fields] + [index])


def judge(path, trust, at):
    problems = []
    is_pdf = b"%PDF-" in Path(path).read_bytes()[:1024]
    try:
        problems += (problems_of_pdf if is_pdf else problems_of_cms)(path, trust, at)
    except Exception as error:  # noqa: BLE001, whatever a validator stumbles over is its verdict
        problems.append(f"{type(error).__name__}: {error}")
    if is_pdf and shutil.which("qpdf"):
        done = subprocess.run(["qpdf", "--check", path], check=False, capture_output=True, text=True)
        if done.returncode != 0:
            problems.append(f"qpdf: {done.stdout.strip()} {done.stderr.strip()}")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--trust", action="append", required=True, metavar="CERTIFICATE")
    parser.add_argument("--at", required=True, metavar="RFC3339", type=datetime.datetime.fromisoformat)
    arguments = parser.parse_args()
    trust = [certificate(path) for path in arguments.trust]
    wanting = 0
    for path in arguments.files:
        problems = judge(path, trust, arguments.at)
        wanting += bool(problems)
        print(f"{path}: {'; '.join(problems) or 'good'}", flush=True)
    sys.exit(1 if wanting else 0)


if __name__ == "__main__":
    main()
