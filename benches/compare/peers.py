"""The validators that are compared: each gives accepted or not by path, the seconds, and the peak memory in MB."""

import json
import re
import shutil
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
ANCHOR = ROOT / "fixtures/pki/trust/root.pem"
REVOCATION = ROOT / "fixtures/pki/revocation"
LISTS = [REVOCATION / f"{name}.crl" for name in ("root", "issuing-ca", "issuing-ca-ec", "tsa-ca")]
AT = "2026-02-01T00:00:00Z"
# AT for OpenSSL.
EPOCH = "1769904000"
LEVELS = ["b-b", "b-t", "b-lt", "b-lta", "cades-b", "cades-t", "large"]
PDF = ["b-b", "b-t", "b-lt", "b-lta", "large"]


class Outcome:
    def __init__(self, verdicts, seconds, megabytes):
        self.verdicts, self.seconds, self.megabytes = verdicts, seconds, megabytes


def sigill(cache, program, paths, level, cores):
    listed = [str(path) for path in paths]
    command = [program, "validate", "--jobs", str(cores), "--format", "json", "--at", AT, "--trust", str(ANCHOR)]
    output, seconds, megabytes = timed([*command, *listed], cores)
    verdicts = {}
    for line in output.splitlines():
        report = json.loads(line)
        found = [signature["indication"] for signature in report["signatures"]]
        accepted = bool(found) and all(verdict == "TOTAL-PASSED" for verdict in found)
        verdicts[report["document"]["path"]] = accepted
    return Outcome(verdicts, seconds, megabytes)


def pyhanko(cache, _, paths, level, cores):
    python = cache / "venv/bin/python"
    return in_process(lambda part: [python, HERE / "pyhanko_driver.py", ANCHOR, part, AT, level], cache, paths, cores)


def underskrift(cache, _, paths, level, cores):
    program = cache / "underskrift/release/underskrift-driver"
    return in_process(lambda part: [program, ANCHOR, part], cache, paths, cores)


def dss(cache, _, paths, level, cores):
    classes = f"{cache}/dss/target/classes:{(cache / 'dss/classpath').read_text().strip()}"
    return in_process(
        lambda part: ["java", "-cp", classes, "Driver", ANCHOR, part, AT, str(cores), *LISTS], cache, paths, cores, 1
    )


def pdfsig(cache, _, paths, level, cores):
    """NSS builds no chain in the test PKI and it verifies no document time-stamp: its word on the first signature,
    and on whether the last one covers the whole document, as it does unless a store of evidence follows."""

    def accepts(output):
        valid = "Signature is Valid." in output.split("Signature #2")[0]
        return valid and (level in ("b-lt", "large") or "- Total document signed" in output)

    return process_each(lambda path: ["pdfsig", "-nocert", path], accepts, paths, cores)


def mutool(cache, _, paths, level, cores):
    """It has no roots to build a chain to: its word on the first signature, and on edits where none are rightful."""

    def accepts(output):
        if "is unchanged since signing" in output:
            return True
        return level not in ("b-b", "b-t") and "The signature is valid" in output

    return process_each(lambda path: ["mutool", "sign", "-v", path], accepts, paths, cores)


def openssl(cache, _, paths, level, cores):
    command = ["openssl", "cms", "-verify", "-inform", "DER", "-CAfile", ANCHOR, "-attime", EPOCH, "-purpose", "any"]
    return process_each(
        lambda path: [*command, "-out", "/dev/null", "-in", path], lambda out: "successful" in out, paths, cores
    )


def openssl_ts(cache, _, paths, level, cores):
    """The time-stamps of the signatures alone, which `install` took out."""
    command = ["openssl", "ts", "-verify", "-token_in", "-CAfile", ANCHOR, "-attime", EPOCH]

    def line(path):
        token = cache / "tokens" / path.stem
        return [*command, "-in", f"{token}.token", "-data", f"{token}.value"]

    return process_each(line, lambda output: "Verification: OK" in output, paths, cores)


TOOLS = {
    "sigill": (sigill, LEVELS),
    "pyHanko": (pyhanko, LEVELS),
    "underskrift": (underskrift, PDF),
    "EU DSS": (dss, LEVELS),
    "pdfsig": (pdfsig, PDF),
    "mutool": (mutool, PDF),
    "openssl cms": (openssl, ["cades-b", "cades-t"]),
    "openssl ts": (openssl_ts, ["cades-t"]),
}


def versions(cache, program):
    """What each tool says of itself, or the project's own file that names the version of its package."""
    asked = {
        "sigill": [program, "--version"],
        "pyHanko": [cache / "venv/bin/python", "-c", "from importlib.metadata import version; print('pyHanko', version('pyhanko'))"],
        "Java": ["java", "-version"],
        "pdfsig": ["pdfsig", "-v"],
        "mutool": ["mutool", "-v"],
        "OpenSSL": ["openssl", "version"],
    }
    told = {name: first_line(command) for name, command in asked.items()}
    pinned = re.search(r'underskrift = \{ version = "=([^"]+)"', (HERE / "underskrift/Cargo.toml").read_text())
    released = re.search("<dss.version>(.+)</dss.version>", (HERE / "dss/pom.xml").read_text())
    return told | {"underskrift": f"underskrift {pinned[1]}", "EU DSS": f"EU DSS {released[1]}"}


def first_line(command):
    try:
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    except OSError:
        return f"{Path(command[0]).name} is not installed"
    return result.stdout.strip().partition("\n")[0]


# Processes


def timed(command, cores):
    """Output, seconds and peak memory of a process that is held to the first cores.

    `time` measures the memory: what the system says of a child of this process counts this process with it.
    """
    cpus = "0" if cores == 1 else f"0-{cores - 1}"
    # Whoever reads a pipe works on the same cores.
    with tempfile.NamedTemporaryFile("r") as peak, tempfile.TemporaryFile("w+b") as output:
        held = ["time", "-q", "-f", "%M", "-o", peak.name, "taskset", "-c", cpus, *map(str, command)]
        start = time.perf_counter()
        subprocess.run(held, stdout=output, stderr=subprocess.STDOUT, check=False)
        seconds = time.perf_counter() - start
        kilobytes = int(peak.read().split()[-1])
        output.seek(0)
        return output.read().decode(errors="replace"), seconds, kilobytes / 1024


def in_process(command, cache, paths, cores, processes=None):
    """A driver that judges many documents and tells the seconds without its start; one on each core."""
    processes = processes or cores
    parts = []
    for index in range(processes):
        parts.append(cache / f"list-{index}")
        parts[-1].write_text("".join(f"{path}\n" for path in paths[index::processes]))
    with ThreadPoolExecutor(processes) as pool:
        results = list(pool.map(lambda part: timed(command(part), cores), parts))
    verdicts, seconds = {}, []
    for output, _, _ in results:
        rows = [line.split("\t") for line in output.splitlines() if "\t" in line]
        verdicts |= {row[0]: row[1] == "accepted" for row in rows if row[0].startswith("/")}
        seconds += [float(row[1]) for row in rows if row[0] == "seconds"]
    if len(seconds) != processes or len(verdicts) != len(paths):
        raise RuntimeError(results[0][0].strip()[-300:])
    return Outcome(verdicts, max(seconds), sum(megabytes for _, _, megabytes in results))


def process_each(command, accepts, paths, cores):
    program = command(paths[0])[0]
    if not shutil.which(program):
        raise RuntimeError(f"{program} is not installed")
    start = time.perf_counter()
    with ThreadPoolExecutor(cores) as pool:
        results = list(pool.map(lambda path: timed(command(path), cores), paths))
    seconds = time.perf_counter() - start
    verdicts = {str(path): accepts(output) for path, (output, _, _) in zip(paths, results)}
    return Outcome(verdicts, seconds, cores * max(megabytes for _, _, megabytes in results))
