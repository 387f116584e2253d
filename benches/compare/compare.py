"""sigill beside other validators, on the same documents: see README.md.

python3 benches/compare/compare.py install CACHE
python3 benches/compare/compare.py run CACHE target/release/sigill [--rounds N] [--limit]
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import tables
from peers import HERE, LEVELS, ROOT, TOOLS, versions

DOCUMENTS = 1000
# Of which the others, which are slower, judge the first: every kind of defect is among them.
SAMPLES = {"sigill": DOCUMENTS, "EU DSS": 50}
SAMPLE = 100
# Debian's packages by the program that tells whether they are needed.
PACKAGES = {
    "time": "time",
    "pdfsig": "poppler-utils",
    "mutool": "mupdf-tools",
    "openssl": "openssl",
    "javac": "default-jdk-headless",
    "mvn": "maven",
}


# Installation


def install(cache):
    cache.mkdir(parents=True, exist_ok=True)
    missing = [package for program, package in PACKAGES.items() if not shutil.which(program)]
    if missing:
        attempt(["apt-get", "update", "-qq"])
        for package in missing:
            attempt(["apt-get", "install", "-y", "-qq", package], DEBIAN_FRONTEND="noninteractive")
    python = cache / "venv/bin/python"
    if not python.exists():
        attempt([sys.executable, "-m", "venv", cache / "venv"])
    attempt([python, "-m", "pip", "install", "-q", "-r", ROOT / "fixtures/make/requirements.txt"])
    attempt(
        ["cargo", "build", "-q", "--release", "--manifest-path", HERE / "underskrift/Cargo.toml"],
        CARGO_TARGET_DIR=str(cache / "underskrift"),
    )
    shutil.copytree(HERE / "dss", cache / "dss", dirs_exist_ok=True)
    build = ["mvn", "-q", "-B", "compile", "dependency:build-classpath", "-Dmdep.outputFile=classpath"]
    attempt(build, folder=cache / "dss")
    documents = attempt([python, HERE / "corpus.py", cache / "corpus", str(DOCUMENTS)])
    documents = documents and attempt([python, HERE / "tokens.py", cache / "corpus/cades-t", cache / "tokens"])
    if not documents:
        sys.exit("without documents there is nothing to compare")


def attempt(command, folder=None, **environment):
    """What cannot be had is said, and later left out of the tables."""
    print("+", *command, flush=True)
    start = time.monotonic()
    try:
        command = [str(part) for part in command]
        status = subprocess.run(command, cwd=folder, env=os.environ | environment, check=False).returncode
    except OSError as error:
        status = error
    print(f"  {time.monotonic() - start:.0f} s" + (f", FAILED: {status}" if status else ""), flush=True)
    return not status


# Rounds


def run(cache, program, rounds):
    rows, failed = {}, {}
    for number in range(rounds):
        for level in LEVELS:
            facts = json.loads((cache / "corpus" / level / "facts.json").read_text())
            everything = [cache / "corpus" / level / name for name in sorted(facts)]
            for cores in range(1, 1 + min(2, os.cpu_count() or 1)):
                for name, (tool, levels) in TOOLS.items():
                    if level not in levels or name in failed:
                        continue
                    paths = everything[: SAMPLES.get(name, SAMPLE)]
                    # Nobody is to wait for the disk.
                    for path in paths:
                        path.read_bytes()
                    try:
                        outcome = tool(cache, program, paths, level, cores)
                    except (OSError, RuntimeError) as error:
                        failed[name] = f"{level}, {cores} core(s): {error}"
                        print(f"{name} is left out: {failed[name]}", file=sys.stderr)
                        continue
                    row = measured(outcome, paths, facts, name)
                    rows.setdefault(f"{level}|{cores}|{name}", []).append(row)
                    print(f"round {number + 1}: {level}, {cores} core(s), {name}: {row}", file=sys.stderr, flush=True)
    return {"rows": rows, "failed": failed, "rounds": rounds}


def measured(outcome, paths, facts, name):
    defects = {path: facts[path.name]["defect"] for path in paths}
    accepted = {path: outcome.verdicts.get(str(path), False) for path in paths}
    wrong = {path for path in paths if accepted[path] != facts[path.name]["accepted"]}
    # Of sigill only what it judged rightly counts.
    counted = [path for path in paths if name != "sigill" or path not in wrong]
    return {
        "documents_per_second": round(len(counted) / outcome.seconds, 1),
        "megabytes_per_second": round(sum(path.stat().st_size for path in counted) / 1e6 / outcome.seconds, 1),
        "peak_megabytes": round(outcome.megabytes),
        "done": Counter(defect for defect in defects.values() if defect),
        "good": sum(not defect for defect in defects.values()),
        "accepted_wrongly": Counter(defects[path] for path in wrong if accepted[path]),
        "refused_wrongly": sum(not accepted[path] for path in wrong),
    }


def limits(cache):
    """Documents a second that `limit.rs` allows for each set: every range hashed alone, and each byte once."""
    command = ["cargo", "bench", "-q", "--bench", "limit"]
    subprocess.run([*command, "--no-run"], cwd=ROOT, check=True)
    command = ["taskset", "-c", "0", *command, "--", *(cache / "corpus" / level for level in LEVELS)]
    output = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    rows = [line.split("\t") for line in output.splitlines()]
    alone, shared = rows[0].index("each alone/s"), rows[0].index("shared/s")
    return {row[0]: (float(row[alone]), float(row[shared])) for row in rows[1:]}


def machine():
    names = [line.partition(":")[2].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
    load = os.getloadavg()[0]
    busy = " **Something else was running: these figures say little.**" if load > 0.5 else ""
    return f"{os.cpu_count()} cores of {(names or [platform.machine()])[0]}, load {load:.1f} before the first round.{busy}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=["install", "run"])
    parser.add_argument("cache", type=Path)
    parser.add_argument("program", nargs="?", default=ROOT / "target/release/sigill")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit", action="store_true", help="build and run limit.rs, too")
    arguments = parser.parse_args()
    cache = arguments.cache.resolve()
    if arguments.step == "install":
        install(cache)
        return
    absent = [tool for tool in ("time", "taskset", arguments.program) if not shutil.which(tool)]
    if absent:
        sys.exit(f"not installed: {absent}")
    results = {"machine": machine(), "versions": versions(cache, arguments.program)}
    results |= run(cache, arguments.program, arguments.rounds)
    if arguments.limit:
        results["limit"] = limits(cache)
    (cache / "results.json").write_text(json.dumps(results, indent=1))
    (cache / "results.md").write_text(tables.whole(results))
    print(tables.whole(results))


if __name__ == "__main__":
    main()
