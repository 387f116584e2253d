"""sigill beside pyHanko, and beside a plain digest, on PDF documents with many or large revisions.

    python3 benches/compare_pdf.py target/release/sigill

Makes a document with 51 signatures, one with 5 signatures that bring 5 MB each, one with 50 document
time-stamps, one of 500 MB with one signature, and signed ones of 2,000 objects with 200 and 800 updates, in a
temporary folder or in COMPARE_PDF_FOLDER; then measures each tool on each document in a process of its own: seconds
and peak resident memory (getrusage), the median of three runs, or the only one where it takes longer than a minute;
after ten minutes it is ended. `openssl dgst -sha256` tells what it costs to read and hash the file once. pyHanko is
installed with pip where it is missing.
"""

import importlib.util
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
AT = "2026-02-01T00:00:00Z"

if importlib.util.find_spec("pyhanko") is None:
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "-r", ROOT / "fixtures/make/requirements.txt"], check=True
    )

PYHANKO = """
import sys
from datetime import datetime, timezone
from pathlib import Path
from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko_certvalidator import ValidationContext

root = pem.unarmor(Path(sys.argv[2]).read_bytes())[2]
moment = datetime(2026, 2, 1, tzinfo=timezone.utc)
with open(sys.argv[1], "rb") as handle:
    reader = PdfFileReader(handle)
    for signature in reader.embedded_signatures:
        context = ValidationContext(trust_roots=[x509.Certificate.load(root)], moment=moment)
        check = validate_pdf_timestamp if signature.sig_object_type == "/DocTimeStamp" else validate_pdf_signature
        status = check(signature, context)
        assert status.intact and status.valid, status.summary()
"""


def documents(folder):
    sys.path.insert(0, str(ROOT / "fixtures/make"))
    import documents as make
    from pyhanko import stamp
    from pyhanko.pdf_utils import content, generic, layout
    from pyhanko.sign import fields, signers

    class BulkyContent(content.PdfContent):
        def __init__(self, megabytes):
            super().__init__(box=layout.BoxConstraints(width=10, height=10))
            self.megabytes = megabytes

        def render(self):
            return b"% " + os.urandom(self.megabytes << 19).hex().encode() + b"\n"

    def attached(pdf, megabytes):
        writer = make.incremental(pdf)
        stream = generic.StreamObject(stream_data=os.urandom(megabytes << 20))
        files = writer.root.setdefault(generic.pdf_name("/Bulk"), generic.ArrayObject())
        files.append(writer.add_object(stream))
        writer.update_root()
        return make.written(writer)

    def signed(pdf, count):
        for number in range(count):
            pdf = make.sign_pdf(pdf, field_name=f"Signature{number}")
        return pdf

    def grown(pdf, count, megabytes):
        """Each signature brings its own bytes as an appearance."""
        for number in range(count):
            writer = make.incremental(pdf)
            spec = fields.SigFieldSpec(f"Signature{number}", box=(10, 10 + 60 * number, 200, 60 + 60 * number))
            metadata = signers.PdfSignatureMetadata(
                field_name=spec.sig_field_name, subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256"
            )
            style = stamp.StaticStampStyle(background=BulkyContent(megabytes))
            signer = signers.PdfSigner(
                metadata, signer=make.signer("person-rsa"), new_field_spec=spec, stamp_style=style
            )
            pdf = signer.sign_pdf(writer, bytes_reserved=make.RESERVED).getvalue()
        return pdf

    def stamped(pdf, count):
        pdf = make.sign_pdf(pdf)
        for number in range(count):
            pdf = make.add_document_timestamp(pdf, field_name=f"Timestamp{number}")
        return pdf

    def paged(pages):
        """Four objects a page."""
        font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
        content = "<< /Length 22 >>\nstream\nBT /F1 12 Tf (a) Tj ET\nendstream"
        numbers = range(3, 3 + 4 * pages, 4)
        objects = ["<< /Type /Catalog /Pages 2 0 R >>"]
        kids = " ".join(f"{number} 0 R" for number in numbers)
        objects.append(f"<< /Type /Pages /Count {pages} /Kids [{kids}] >>")
        for number in numbers:
            page = f"/Contents {number + 1} 0 R /Resources {number + 2} 0 R"
            objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] {page} >>")
            objects += [content, f"<< /Font << /F1 {number + 3} 0 R >> >>", font]
        pdf = b"%PDF-1.7\n"
        entries = "0000000000 65535 f \n"
        for number, body in enumerate(objects, 1):
            entries += f"{len(pdf):010} 00000 n \n"
            pdf += f"{number} 0 obj\n{body}\nendobj\n".encode()
        size = len(objects) + 1
        trailer = f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(pdf)}\n%%EOF\n"
        return pdf + f"xref\n0 {size}\n{entries}{trailer}".encode()

    def updated(pdf, count):
        """Each update brings another store of evidence."""
        catalog = re.findall(rb"\n1 0 obj\s*<<(.*?)>>\s*endobj", pdf, re.S)[-1].decode()
        size = re.findall(rb"/Size (\d+)", pdf)[-1].decode()
        previous = re.findall(rb"startxref\s+(\d+)", pdf)[-1].decode()
        pdf = bytearray(pdf)
        for number in range(count):
            place = len(pdf)
            store = f"/DSS << /Certs [] /Number {number} >>"
            pdf += f"1 0 obj\n<< {catalog} {store} >>\nendobj\n".encode()
            section = len(pdf)
            trailer = f"trailer\n<< /Size {size} /Root 1 0 R /Prev {previous} >>\nstartxref\n{section}\n%%EOF\n"
            pdf += f"xref\n1 1\n{place:010} 00000 n \n{trailer}".encode()
            previous = section
        return bytes(pdf)

    plain = make.plain_pdf()
    wanted = {
        "51-signatures": lambda: signed(plain, 51),
        "5-signatures-of-5-MB": lambda: grown(plain, 5, 5),
        "50-time-stamps": lambda: stamped(plain, 50),
        "500-MB": lambda: signed(attached(plain, 500), 1),
        "200-updates": lambda: updated(signed(paged(500), 1), 200),
        "800-updates": lambda: updated(signed(paged(500), 1), 800),
    }
    for name, make_it in wanted.items():
        path = folder / f"{name}.pdf"
        if not path.exists():
            path.write_bytes(make_it())
        yield name, path


def measure(command):
    """Seconds and megabytes of one run, in a process of its own so that memory is its own."""
    code = (
        "import json,resource,subprocess,sys,time\n"
        "start=time.monotonic()\n"
        "try:\n"
        " done=subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL,stderr=subprocess.PIPE,timeout=600)\n"
        " end=[done.returncode,done.stderr.decode()[-300:]]\n"
        "except subprocess.TimeoutExpired:\n"
        " end=[-1,'it took too long']\n"
        "used=resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(json.dumps([time.monotonic()-start,used.ru_maxrss/1024,*end]))"
    )
    done = subprocess.run([sys.executable, "-c", code, *map(str, command)], capture_output=True, check=True)
    return json.loads(done.stdout)


def main():
    sigill = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "target/release/sigill").resolve()
    root = ROOT / "fixtures/pki/trust/root.pem"
    keep = os.environ.get("COMPARE_PDF_FOLDER")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(keep or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        script = folder / "pyhanko_validate.py"
        script.write_text(PYHANKO)
        print(f"{'document':24} {'MB':>7} {'tool':>8} {'seconds':>8} {'peak MB':>8}")
        for name, path in documents(folder):
            tools = {
                "sigill": [sigill, "validate", path, "--trust", root, "--at", AT],
                "pyhanko": [sys.executable, script, path, root],
                "openssl": ["openssl", "dgst", "-sha256", path],
            }
            for tool, command in tools.items():
                runs = [measure(command)]
                while runs[0][0] < 60 and len(runs) < 3:
                    runs.append(measure(command))
                if runs[0][2]:
                    print(f"{name}: {tool} ended with {runs[0][2]}: {runs[0][3]}")
                seconds = statistics.median(run[0] for run in runs)
                memory = statistics.median(run[1] for run in runs)
                size = path.stat().st_size / 1e6
                print(f"{name:24} {size:7.1f} {tool:>8} {seconds:8.2f} {memory:8.0f}", flush=True)


if __name__ == "__main__":
    main()
