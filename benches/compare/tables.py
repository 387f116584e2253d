"""`results.md` from what the rounds measured."""

import statistics
from collections import Counter, defaultdict

SETS = {
    "b-b": "PAdES B-B",
    "b-t": "PAdES B-T",
    "b-lt": "PAdES B-LT",
    "b-lta": "PAdES B-LTA",
    "cades-b": "CAdES B-B",
    "cades-t": "CAdES B-T",
    "large": "PAdES B-LT, 2 and 5 MB",
}


def whole(results):
    rows = {tuple(key.split("|")): rounds for key, rounds in results["rows"].items()}
    parts = [
        "# Validators side by side\n",
        heading(results),
        "## In short\n",
        "Documents of sigill a second on one core, how many times as many on two, which share of the limit those on one are"
        " (each range hashed alone), and how many times those of each other on one.\n",
        in_short(rows, results.get("limit", {})),
        "Of all sets together, the documents that were accepted wrongly, by what was done to them.\n",
        wrong_in_short(rows),
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


def in_short(rows, limits):
    levels, names = levels_and_names(rows)
    others = [name for name in names if name not in ("sigill", "openssl ts")]
    lines = table("set", "sigill", "two cores", "of the limit", *others)
    for level in levels:
        own = rows[level, "1", "sigill"]
        speed = statistics.median(row["documents_per_second"] for row in own)
        share = f"{speed / limits[level][0]:.0%}" if level in limits else ""
        cells = [spread(ratios(own, rows[level, "1", name]), 1) if (level, "1", name) in rows else "" for name in others]
        two = gain(own, rows.get((level, "2", "sigill")))
        lines.append(f"| {SETS[level]} | {speed:.0f} | {two} | {share} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def ratios(own, rounds):
    return [ours["documents_per_second"] / row["documents_per_second"] for ours, row in zip(own, rounds)]


def levels_and_names(rows):
    return list(dict.fromkeys(level for level, _, _ in rows)), list(dict.fromkeys(name for _, _, name in rows))


def wrong_in_short(rows):
    accepted, done, refused, good = (defaultdict(Counter) for _ in range(4))
    for (level, name), rounds in judged(rows).items():
        wrong, refused[name][level] = worst(rounds)
        accepted[name] += wrong
        done[name] += Counter(rounds[0]["done"])
        good[name][level] = rounds[0]["good"]
    kinds = sorted({kind for counts in done.values() for kind in counts})
    lines = table("tool", *kinds, "refused wrongly")
    for name, counts in done.items():
        cells = [f"{accepted[name][kind]} of {counts[kind]}" if counts[kind] else "" for kind in kinds]
        lines.append(f"| {name} | {' | '.join(cells)} | {refused[name].total()} of {good[name].total()} |")
    return "\n".join(lines) + "\n"


def judged(rows):
    """The rounds of each tool and set, with any number of cores."""
    found = defaultdict(list)
    for name in levels_and_names(rows)[1]:
        for (level, _, tool), rounds in rows.items():
            if tool == name:
                found[level, name] += rounds
    return found


def worst(rounds):
    """Of all rounds and numbers of cores: what was accepted wrongly, by kind, and how many were refused wrongly."""
    accepted = Counter()
    for row in rounds:
        accepted |= Counter(row["accepted_wrongly"])
    return accepted, max(row["refused_wrongly"] for row in rounds)


def rates(rows):
    lines = table("set", "cores", "tool", "documents/s", "MB/s", "peak MB", "sigill is faster by")
    for (level, cores, name), rounds in rows.items():
        ratio = "" if name == "sigill" else spread(ratios(rows[level, cores, "sigill"], rounds), 1)
        speed = spread([row["documents_per_second"] for row in rounds], 0)
        volume = statistics.median(row["megabytes_per_second"] for row in rounds)
        peak = max(row["peak_megabytes"] for row in rounds)
        lines.append(f"| {level} | {cores} | {name} | {speed} | {volume:.1f} | {peak} | {ratio} |")
    return "\n".join(lines) + "\n"


def two_cores(rows):
    levels, names = levels_and_names(rows)
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
    lines = table("tool", "set", "accepted wrongly", "refused wrongly", "accepted wrongly, by what was done")
    for (level, name), rounds in judged(rows).items():
        accepted, refused = worst(rounds)
        done = Counter(rounds[0]["done"])
        kinds = ", ".join(f"{kind} {count} of {done[kind]}" for kind, count in sorted(accepted.items()))
        counts = f"{accepted.total()} of {done.total()} | {refused} of {rounds[0]['good']}"
        lines.append(f"| {name} | {level} | {counts} | {kinds or 'none'} |")
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
