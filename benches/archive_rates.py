"""How fast a whole archive is sealed, checked, searched and renewed, and with how much memory.

    python3 benches/archive_rates.py target/release/sigill FOLDER [--documents 100000] [--jobs 1]

Makes that many signed PDFs of 12 KB in FOLDER, all different, unless they are there already; needs the Python packages
of fixtures/make/README.md for that, and GNU time. The time-stamping authority is OpenSSL on this machine. Prints documents a second,
seconds of wall clock and of processor, and peak memory of each step. Run it on a machine that does nothing else.
"""

import argparse
import functools
import multiprocessing
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TRUST = ["--trust", ROOT / "fixtures/pki/trust/root.pem"]
KILOBYTES = 5
IN_A_FOLDER = 1000


def make(folder, count):
    numbers = [number for number in range(count) if not path_of(folder, number).exists()]
    with multiprocessing.Pool() as pool:
        pool.map(functools.partial(write, folder), numbers, chunksize=IN_A_FOLDER)


def path_of(folder, number):
    return folder / f"{number // IN_A_FOLDER:04}" / f"{number:06}.pdf"


def write(folder, number):
    sys.path.insert(0, str(ROOT / "benches/compare"))
    import corpus

    path = path_of(folder, number)
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_bytes(corpus.pdf("b-b", number, "person-p256", KILOBYTES, None))


def step(name, count, folder, command):
    """A child begins with the peak memory of this process, so that another one starts it."""
    figures = folder / "figures"
    with open(folder / "out", "wb") as out, open(folder / "errors", "wb") as errors:
        timed = ["/usr/bin/time", "-q", "-o", figures, "-f", "%e %U %S %M"]
        status = subprocess.run([*timed, *command], stdout=out, stderr=errors).returncode
    wall, user, system, kilobytes = (float(figure) for figure in figures.read_text().split())
    print(
        f"{name}: {count / wall:.0f}/s, {wall:.1f} s, {user + system:.1f} s of processor, "
        f"{kilobytes / 1024:.0f} MB, exit status {status}"
    )
    for file in ("out", "errors"):
        print(f"    {last_line(folder / file)}", flush=True)


def last_line(path):
    with open(path, "rb") as file:
        file.seek(max(0, path.stat().st_size - 4000))
        end = file.read().decode(errors="replace").strip()
    return end.splitlines()[-1][:200] if end else ""


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("program")
    options.add_argument("folder", type=Path)
    options.add_argument("--documents", type=int, default=100_000)
    options.add_argument("--jobs", default="1")
    options = options.parse_args()
    documents, store, count = options.folder / "documents", options.folder / "store", options.documents
    make(documents, count)
    shutil.rmtree(store, ignore_errors=True)
    server = subprocess.Popen(
        [sys.executable, ROOT / "tests/support/timestamp_server.py"], stdout=subprocess.PIPE, text=True
    )
    authority = ["--tsa", server.stdout.readline().strip()]
    jobs = ["--jobs", options.jobs]
    run = functools.partial(step, count=count, folder=options.folder)
    try:
        run("seal", command=[options.program, "seal", documents, "--out", store, *authority, *TRUST, *jobs])
        run("check", command=[options.program, "check", store, *TRUST, *jobs])
        run("status", command=[options.program, "status", store, *TRUST])
        run("store rebuild", command=[options.program, "store", "rebuild", store])
        run("store find", command=[options.program, "store", "find", store, "--diary-number", "none"])
        run("renew", command=[options.program, "renew", store, "--all", *authority, *TRUST])
    finally:
        server.terminate()


if __name__ == "__main__":
    main()
