"""Instructions that the hot path takes, counted with callgrind, against those that are on record.

    python3 benches/instructions.py target/release/sigill [--record]

Counts do not depend on what else the machine does, so that CI can compare them: more than a twentieth above the
record fails. Digests and signatures are counted apart, since valgrind hides the processor's instructions for them and
they are no work of ours. Where valgrind is absent, it says so and passes.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RECORD = ROOT / "benches/instructions.json"
CASES = ["b-b-rsa", "b-t-p256", "b-lt-rsa", "b-lta-p256"]
# Against another order of hash maps, which are seeded anew in each run.
TOLERANCE = 1.05
PRIMITIVES = re.compile(r"sha[12](_|::)|sha2|ring_core|ring::|ecp_nistz|bn_|LIMBS")


def count(program, case):
    """Instructions for judging the document twenty times, less those for judging it ten times, a tenth of that."""
    return round((total(program, case, 20) - total(program, case, 10)) / 10)


def total(program, case, times):
    document = ROOT / f"fixtures/cases/pades/{case}/input.pdf"
    trust = ROOT / "fixtures/pki/trust/root.pem"
    command = [program, "validate", "--jobs", "1", "--at", "2026-02-01T00:00:00Z", "--format", "json", "--trust", trust]
    with tempfile.TemporaryDirectory() as folder:
        profile = Path(folder) / "profile"
        subprocess.run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}", *command, *[document] * times],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return own_instructions(profile)


def own_instructions(profile):
    command = ["callgrind_annotate", "--auto=no", "--threshold=95", profile]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    own = 0
    for count, name in re.findall(r"^\s*([\d,]+) \([ \d.]+%\)  (.+)$", listed, re.MULTILINE):
        count = int(count.replace(",", ""))
        if name == "PROGRAM TOTALS":
            own += count
        elif PRIMITIVES.search(name):
            own -= count
    return own


def main():
    if not shutil.which("valgrind"):
        print("valgrind is not installed: no instructions were counted")
        return 0
    program = Path(sys.argv[1]).resolve()
    counts = {case: count(program, case) for case in CASES}
    if "--record" in sys.argv:
        RECORD.write_text(json.dumps(counts, indent=1) + "\n")
    record = json.loads(RECORD.read_text())
    worse = 0
    for case, counted in counts.items():
        ratio = counted / record[case]
        worse += ratio > TOLERANCE
        print(f"{case}: {counted:,} instructions, {ratio:.3f} of the record")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
