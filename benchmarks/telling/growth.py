"""The sections on what grows: memory and speed with a model, compiling with a spec."""

from __future__ import annotations

from collections.abc import Iterator

from telling.charts import Plot, plots
from telling.results import Results, Row, Section, read
from telling.tables import count, number, ranged, table

STAGES = {
    "validate": "check",
    "summary": "sum up",
    "render": "render",
    "graph": "draw",
}


def sections() -> Iterator[Section]:
    """Yield what has been measured."""
    growth = read("growth")
    if growth:
        yield _scheme(
            growth,
            "batch",
            "Over batch sizes",
            "`vae` with its own 0.1 million parameters, in batches of 16 to 4,096.",
        )
        yield _scheme(
            growth,
            "size",
            "Over model sizes",
            "`vae` with wider hidden layers, up to 50 million parameters, in batches "
            "of 64.",
        )
    rendering = read("rendering")
    if rendering:
        yield _rendering(rendering)


def _scheme(results: Results, scheme: str, title: str, about: str) -> Section:
    rows = [row for row in results.rows if row["scheme"] == scheme]
    forms = list(dict.fromkeys(row["form"] for row in rows))
    key, across = {
        "batch": ("batch_size", "images a batch"),
        "size": ("parameters", "parameters"),
    }[scheme]
    speed = Plot(
        "Steps per second",
        across,
        "",
        {
            form: [
                (row[key], row["steps_per_second"]["median"]) for row in _of(rows, form)
            ]
            for form in forms
        },
    )
    memory = Plot(
        "Peak memory, MB",
        across,
        "",
        {
            form: [(row[key], row["megabytes"]["peak"]) for row in _of(rows, form)]
            for form in forms
        },
    )
    picture = f"bench_{scheme}.svg"
    about += (
        " Each style trains in a process of its own, which holds "
        f"{_starts(rows)} MB once Keras is imported; its peak is all that it ever "
        "held, its images included."
    )
    blocks = (
        about,
        f"![Steps per second and peak memory of all styles]({_path(picture)})",
        "Steps per second, median (least to most):",
        _table(rows, key, forms, lambda row: ranged(row["steps_per_second"])),
        "Peak memory in MB:",
        _table(rows, key, forms, lambda row: f"{row['megabytes']['peak']:,}"),
        results.provenance(),
    )
    drawn = plots(f"vae: {title.lower()}", about, (speed, memory))
    return Section(title, blocks, {picture: drawn})


def _path(picture: str) -> str:
    return f"pictures/{picture}"


def _of(rows: list[Row], form: str) -> list[Row]:
    return [row for row in rows if row["form"] == form]


def _starts(rows: list[Row]) -> str:
    starts = [row["megabytes"]["start"] for row in rows]
    least, most = min(starts), max(starts)
    return str(least) if least == most else f"{least} to {most}"


def _table(rows: list[Row], key: str, forms: list[str], cell) -> str:
    head = ["images a batch" if key == "batch_size" else "parameters", *forms]
    lines = []
    for value in dict.fromkeys(row[key] for row in rows):
        name = f"{value:,}" if key == "batch_size" else count(value)
        at = {row["form"]: row for row in rows if row[key] == value}
        lines.append([name, *(cell(at[form]) for form in forms)])
    return table(head, lines)


def _rendering(results: Results) -> Section:
    shapes = list(dict.fromkeys(row["shape"] for row in results.rows))
    titles = {
        "chain": "Layers one behind the other",
        "blocks": "Uses of a block of five nodes",
    }
    shown = [
        Plot(titles[shape], "nodes", "seconds" if shape == shapes[0] else "", lines)
        for shape in shapes
        for lines in [_lines(_shaped(results, shape))]
    ]
    about = (
        "What commands take from the text of a spec on, in seconds of one processor, "
        "without the start of Python: specs of 10 to 2,000 nodes, of which a fifth is "
        "penalized. Rendering is mostly black's work on the module."
    )
    blocks = [about, f"![Seconds over nodes]({_path('bench_rendering.svg')})"]
    for shape in shapes:
        head = ["nodes", *STAGES.values()]
        rows = [
            [
                f"{row['nodes']:,}",
                *(number(row["seconds"][stage]["median"], 2) for stage in STAGES),
            ]
            for row in _shaped(results, shape)
        ]
        blocks += [f"{titles[shape]}:", table(head, rows)]
    drawn = plots("Compiling large specs", about, shown)
    pictures = {"bench_rendering.svg": drawn}
    return Section("Large specs", (*blocks, results.provenance()), pictures)


def _shaped(results: Results, shape: str) -> list[Row]:
    return [row for row in results.rows if row["shape"] == shape]


def _lines(rows: list[Row]) -> dict[str, list[tuple[float, float]]]:
    return {
        name: [(row["nodes"], row["seconds"][stage]["median"]) for row in rows]
        for stage, name in STAGES.items()
    }
