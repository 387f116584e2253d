"""`results.md` from what the rounds measured."""

import statistics
from collections import Counter


def whole(results):
    rows = {tuple(key.split("|")): rounds for key, rounds in results["rows"].items()}
    parts = [
        "# Validators side by side\n",
        heading(results),
        "## Documents a second\n",
        "Median of the rounds, with minimum and maximum. `sigill` is as many times faster as the other in the same round.\n",
        rates(rows),
        "## Two cores\n",
        "How many times as many documents as with one core.\n",
        two_cores(rows),
        "## Wrong verdicts\n",
        "Of the documents that were tampered with or whose signer's certificate had ended, those that were accepted,"
        " by what was done to them; of the others, those that were refused.\n",
        wrong_verdicts(rows),
    ]
    if "limit" in results:
        parts += ["## The limit\n", "One core; see README.md.\n", limit(rows, results["limit"])]
    left_out = [f"- {name}: {why}" for name, why in results["failed"].items()]
    parts += ["## Left out\n", "\n".join(left_out) + "\n"] if left_out else []
    return "\n".join(parts)


def heading(results):
    versions = "; ".join(results["versions"].values())
    return f"{results['machine']}\n\n{results['rounds']} round(s). {versions}.\n"


def rates(rows):
    lines = table("set", "cores", "tool", "documents/s", "MB/s", "peak MB", "sigill is faster by")
    for (level, cores, name), rounds in rows.items():
        own = rows[level, cores, "sigill"]
        ratios = [ours["documents_per_second"] / row["documents_per_second"] for ours, row in zip(own, rounds)]
        speed = spread([row["documents_per_second"] for row in rounds], 0)
        volume = statistics.median(row["megabytes_per_second"] for row in rounds)
        peak = max(row["peak_megabytes"] for row in rounds)
        ratio = "" if name == "sigill" else spread(ratios, 1)
        lines.append(f"| {level} | {cores} | {name} | {speed} | {volume:.1f} | {peak} | {ratio} |")
    return "\n".join(lines) + "\n"


def two_cores(rows):
    levels = list(dict.fromkeys(level for level, _, _ in rows))
    names = list(dict.fromkeys(name for _, _, name in rows))
    lines = table("tool", *levels)
    for name in names:
        cells = [gain(rows.get((level, "1", name)), rows.get((level, "2", name))) for level in levels]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def gain(one, two):
    if not one or not two:
        return ""
    pairs = zip(one, two)
    return spread([second["documents_per_second"] / first["documents_per_second"] for first, second in pairs], 2)


def wrong_verdicts(rows):
    """Of all rounds and numbers of cores the worst."""
    lines = table("tool", "set", "accepted wrongly", "refused wrongly", "accepted wrongly, by what was done")
    for name in dict.fromkeys(name for _, _, name in rows):
        for level in dict.fromkeys(level for level, _, tool in rows if tool == name):
            rounds = [row for key, found in rows.items() if key[0] == level and key[2] == name for row in found]
            done, good = Counter(rounds[0]["done"]), rounds[0]["good"]
            accepted = Counter()
            for row in rounds:
                accepted |= Counter(row["accepted_wrongly"])
            kinds = ", ".join(f"{kind} {count} of {done[kind]}" for kind, count in sorted(accepted.items()))
            refused = max(row["refused_wrongly"] for row in rounds)
            lines.append(
                f"| {name} | {level} | {accepted.total()} of {done.total()} | {refused} of {good} | {kinds or 'none'} |"
            )
    return "\n".join(lines) + "\n"


def limit(rows, limits):
    lines = table("set", "limit, each alone", "limit, shared", "sigill, documents/s", "of the limit, each alone", "shared")
    for level, (alone, shared) in limits.items():
        speed = statistics.median(row["documents_per_second"] for row in rows[level, "1", "sigill"])
        shares = f"{speed / alone:.0%} | {speed / shared:.0%}"
        lines.append(f"| {level} | {alone:.0f} | {shared:.0f} | {speed:.0f} | {shares} |")
    return "\n".join(lines) + "\n"


def table(*columns):
    return ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]


def spread(values, digits):
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"
