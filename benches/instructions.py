"""Instructions that the hot path takes, counted with callgrind, against those that are on record.

    python3 benches/instructions.py target/release/sigill [--record]

Counts do not depend on what else the machine does, so that CI can compare them: more than a twentieth above the
record fails. They do depend on the compiler, on valgrind, on the system's library (which allocates and copies) and on
whether the processor has AVX2, as valgrind then shows it: the record says with which it was made, and where one
differs, only a quarter more fails. Digests and signatures are counted apart, since valgrind hides the processor's
instructions for them and they are no work of ours. Where valgrind is absent, it says so and passes.
"""

import json
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RECORD = ROOT / "benches/instructions.json"
CASES = ["b-b-rsa", "b-t-p256", "b-lt-rsa", "b-lta-p256"]
# Hash maps, which are seeded anew in each run, move a count by less than a hundredth.
TOLERANCE = 1.05
TOLERANCE_ELSEWHERE = 1.25
PRIMITIVES = re.compile(r"\b(ring|sha[12])(::|-\d)|ring_core|ecp_nistz|\bbn_|LIMBS")


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
    command = ["callgrind_annotate", "--auto=no", "--threshold=100", profile]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    own = 0
    for count, name in re.findall(r"^\s*([\d,]+) \([ \d.]+%\)  (.+)$", listed, re.MULTILINE):
        count = int(count.replace(",", ""))
        if name == "PROGRAM TOTALS":
            own += count
        elif PRIMITIVES.search(name):
            own -= count
    return own


def surroundings():
    """What a count depends on beside the program's source."""

    def told(*command):
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    flags = Path("/proc/cpuinfo").read_text().split()
    library = " ".join(platform.libc_ver())
    return [told("rustc", "--version"), told("valgrind", "--version"), library, "AVX2" if "avx2" in flags else "no AVX2"]


def main():
    if not shutil.which("valgrind"):
        print("valgrind is not installed: no instructions were counted")
        return 0
    program, here = Path(sys.argv[1]).resolve(), surroundings()
    with ThreadPoolExecutor() as pool:
        counts = dict(zip(CASES, pool.map(lambda case: count(program, case), CASES)))
    if "--record" in sys.argv:
        RECORD.write_text(json.dumps({"made with": here, "instructions": counts}, indent=1) + "\n")
    record = json.loads(RECORD.read_text())
    tolerance = TOLERANCE
    if record["made with"] != here:
        tolerance = TOLERANCE_ELSEWHERE
        print(f"the record was made with {record['made with']}, not {here}: up to {tolerance} of it passes")
    worse = 0
    for case, counted in counts.items():
        ratio = counted / record["instructions"][case]
        worse += ratio > tolerance
        print(f"{case}: {counted:,} instructions, {ratio:.3f} of the record")
    if worse:
        print("more than on record: find out why, or take the record anew with --record and say why")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
