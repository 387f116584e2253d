"""sigill beside other validators, on the same documents: see README.md.

python3 benches/compare/compare.py install CACHE
python3 benches/compare/compare.py run CACHE target/release/sigill [--rounds N]
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
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
DOCUMENTS = 1000
# Of which the others, which are slower, judge the first.
SAMPLE = 40
PACKAGES = ["time", "poppler-utils", "mupdf-tools", "openssl", "default-jdk-headless", "maven", "valgrind"]


# What is compared: each gives accepted or not by path, the seconds, and the peak memory in MB.


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
    """NSS builds no chain in the test PKI and it verifies no document time-stamp: its word on the first signature."""

    def accepts(output):
        return "Signature is Valid." in output.split("Signature #2")[0]

    return process_each(lambda path: ["pdfsig", "-nocert", path], accepts, paths, cores)


def mutool(cache, _, paths, level, cores):
    """It has no roots to build a chain to, and tells no edits apart: its word on the first signature."""

    def accepts(output):
        return "is unchanged since signing" in output or "The signature is valid" in output

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


# Processes


def timed(command, cores):
    """Output, seconds and peak memory of a process that is held to the first cores.

    `time` measures the memory: what the system says of a child of this process counts this process with it.
    """
    cpus = "0" if cores == 1 else f"0-{cores - 1}"
    with tempfile.NamedTemporaryFile("r") as peak:
        held = ["time", "-q", "-f", "%M", "-o", peak.name, "taskset", "-c", cpus, *map(str, command)]
        start = time.perf_counter()
        process = subprocess.run(held, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        seconds = time.perf_counter() - start
        kilobytes = int(peak.read().split()[-1])
    return process.stdout.decode(errors="replace"), seconds, kilobytes / 1024


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
    if len(seconds) != processes:
        raise RuntimeError(results[0][0][-500:])
    return Outcome(verdicts, max(seconds), sum(megabytes for _, _, megabytes in results))


def process_each(command, accepts, paths, cores):
    start = time.perf_counter()
    with ThreadPoolExecutor(cores) as pool:
        results = list(pool.map(lambda path: timed(command(path), cores), paths))
    seconds = time.perf_counter() - start
    verdicts = {str(path): accepts(output) for path, (output, _, _) in zip(paths, results)}
    return Outcome(verdicts, seconds, cores * max(megabytes for _, _, megabytes in results))


# Installation


def install(cache):
    cache.mkdir(parents=True, exist_ok=True)
    if shutil.which("apt-get"):
        attempt(["apt-get", "install", "-y", "-qq", *PACKAGES])
    if not (cache / "venv").exists():
        attempt([sys.executable, "-m", "venv", cache / "venv"])
        attempt([cache / "venv/bin/pip", "install", "-q", "-r", ROOT / "fixtures/make/requirements.txt"])
    attempt(
        ["cargo", "build", "--release", "--manifest-path", HERE / "underskrift/Cargo.toml"],
        CARGO_TARGET_DIR=str(cache / "underskrift"),
    )
    shutil.copytree(HERE / "dss", cache / "dss", dirs_exist_ok=True)
    build = ["mvn", "-q", "-B", "compile", "dependency:build-classpath", "-Dmdep.outputFile=classpath"]
    attempt(build, folder=cache / "dss")
    attempt([cache / "venv/bin/python", HERE / "corpus.py", cache / "corpus", str(DOCUMENTS)])
    attempt([cache / "venv/bin/python", HERE / "tokens.py", cache / "corpus/cades-t", cache / "tokens"])


def attempt(command, folder=None, **environment):
    """What cannot be installed is left out of the table, and said."""
    print("+", *command, flush=True)
    result = subprocess.run([str(part) for part in command], cwd=folder, env=os.environ | environment, check=False)
    if result.returncode:
        print("failed:", *command, file=sys.stderr)


# Rounds


def run(cache, program, rounds):
    results = {}
    for number in range(rounds):
        for level in LEVELS:
            facts = json.loads((cache / "corpus" / level / "facts.json").read_text())
            everything = [cache / "corpus" / level / name for name in sorted(facts)]
            for cores in range(1, 1 + min(2, os.cpu_count() or 1)):
                for name, (tool, levels) in TOOLS.items():
                    if level not in levels or name in results.get("failed", {}):
                        continue
                    paths = everything if name == "sigill" else everything[:SAMPLE]
                    try:
                        outcome = tool(cache, program, paths, level, cores)
                    except (OSError, RuntimeError) as error:
                        results.setdefault("failed", {})[name] = str(error)
                        print(f"{name} is left out: {error}", file=sys.stderr)
                        continue
                    row = measured(outcome, paths, facts, name)
                    results.setdefault(f"{level}|{cores}|{name}", []).append(row)
                    print(f"round {number + 1}: {level}, {cores} core(s), {name}: {row}", file=sys.stderr, flush=True)
    return results


def measured(outcome, paths, facts, name):
    wrong = [path.name for path in paths if outcome.verdicts.get(str(path), False) != facts[path.name]["accepted"]]
    # Of sigill only what it judged rightly counts.
    counted = [path for path in paths if name != "sigill" or path.name not in wrong]
    return {
        "documents_per_second": round(len(counted) / outcome.seconds, 1),
        "megabytes_per_second": round(sum(path.stat().st_size for path in counted) / 1e6 / outcome.seconds, 1),
        "peak_megabytes": round(outcome.megabytes),
        "documents": len(paths),
        "wrongly_accepted": sum(not facts[name]["accepted"] for name in wrong),
        "wrongly_refused": sum(facts[name]["accepted"] for name in wrong),
    }


def table(results):
    head = "| set | cores | tool | documents/s | MB/s | peak MB | wrongly accepted | wrongly refused | sigill is faster by |"
    lines = [head, "|" + "---|" * 9]
    for key, rows in results.items():
        if key == "failed":
            continue
        level, cores, name = key.split("|")
        ratios = [
            own["documents_per_second"] / row["documents_per_second"]
            for own, row in zip(results[f"{level}|{cores}|sigill"], rows)
        ]
        speed = [row["documents_per_second"] for row in rows]
        volume = statistics.median(row["megabytes_per_second"] for row in rows)
        row = rows[0]
        lines.append(
            f"| {level} | {cores} | {name} | {spread(speed, 0)} | {volume:.0f}"
            f" | {max(row['peak_megabytes'] for row in rows)} | {row['wrongly_accepted']} of {row['documents']}"
            f" | {row['wrongly_refused']} of {row['documents']} | {spread(ratios, 1)} |"
        )
    lines += [f"\n{name} was left out: {why}" for name, why in results.get("failed", {}).items()]
    return "\n".join(lines) + "\n"


def spread(values, digits):
    """Minimum, median and maximum over the rounds."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("step", choices=["install", "run"])
    parser.add_argument("cache", type=Path)
    parser.add_argument("program", nargs="?")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    cache = arguments.cache.resolve()
    if arguments.step == "install":
        install(cache)
        return
    results = run(cache, arguments.program, arguments.rounds)
    (cache / "results.json").write_text(json.dumps(results, indent=1))
    (cache / "results.md").write_text(table(results))
    print(table(results))


if __name__ == "__main__":
    main()
