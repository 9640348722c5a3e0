"""Pictures of specs: what they show, where it stands, and that no text escapes."""

from __future__ import annotations

import copy
import html.parser
import json
import random
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest

import random_specs
import random_steps
from accepted import ACCEPTED
from accepted_steps import STEPS
from kauxgen import compiler, picture
from kauxgen.picture import build
from kauxgen.picture.lattice import Arc, Vertex
from kauxgen.picture.lattice import build as rows_of
from kauxgen.picture.layout import Placed, Sheet, lay_out
from kauxgen.picture.lettering import cut, width, wrap
from kauxgen.picture.model import Box, Node, Picture, boxes
from kauxgen.picture.origins import Module
from kauxgen.picture.packing import pack
from kauxgen.picture.style import DARK, LIGHT
from kauxgen.tracing import source_map
from small_spec import dense, small
from small_step import step

ROOT = Path(__file__).parents[1]
GOLDENS = Path(__file__).parent / "goldens" / "graph"
SPECS = sorted((ROOT / "specs").glob("*.json"))
SVG = "{http://www.w3.org/2000/svg}"
ENDINGS = {"svg": "svg", "mermaid": "mmd", "dot": "dot"}
COMMITTED = [
    *(f"{name}.svg" for name in ("vae", "wgan_gp", "resnet", "penalties_tour")),
    "vae.mmd",
    "wgan_gp.mmd",
    "vae.dot",
]
MADE = ("layer", "operation", "call", "use", "penalty", "loss")
IN_DOCS = ("vae", "wgan_gp", "penalties_tour")


@cache
def loaded(name: str) -> compiler.Loaded:
    path = ROOT / "specs" / f"{name}.json"
    return compiler.load(path.read_bytes(), f"specs/{name}.json")


@cache
def drawn(name: str) -> Picture:
    return build.picture(loaded(name).checked)


def of(spec: dict[str, Any]) -> Picture:
    return build.picture(compiler.load(spec).checked)


def node(shown: Picture, id: str) -> Node:
    return next(each for each in shown.nodes() if each.id == id)


def into(shown: Picture, id: str) -> set[tuple[str, str, str]]:
    """Return the lines into a node: where they begin, their role and their label."""
    return {(e.source, e.role, e.label) for e in shown.edges if e.target == id}


def box(shown: Picture, id: str) -> Box:
    found = (each for one in shown.boxes for each in boxes(one))
    return next(each for each in found if each.id == id)


def badges(shown: Picture, id: str) -> list[tuple[str, str]]:
    return [(each.text, each.tone) for each in box(shown, id).badges]


# What is shown.


def test_networks_are_boxes_and_tensors_bear_shapes() -> None:
    shown = drawn("vae")
    assert [part.id for part in box(shown, "model.code").parts] == [
        f"model.code.{name}"
        for name in ("hidden", "z_mean", "z_log_var", "epsilon", "z")
    ]
    hidden = node(shown, "model.code.hidden")
    assert (hidden.kind, hidden.shape) == ("Dense 64, relu", "64")
    assert hidden.full == "(batch, intermediate_dim) float32"
    assert hidden.count == "50,240 parameters"


def test_a_penalty_stands_at_what_it_reads_with_weight_and_formula() -> None:
    shown = drawn("vae")
    kl = node(shown, "model.penalty.kl")
    assert kl.shape == "× kl_weight = 1"
    assert kl.kind == "KL(N(code.z_mean, exp(code.z_log_var)) || N(0, 1))"
    read = {"model.code.z_mean", "model.code.z_log_var"}
    assert into(shown, kl.id) == {(id, "penalty", "") for id in read}
    assert {each.id for each in shown.nodes() if each.penalized} == read


def test_a_loss_has_a_line_from_its_target() -> None:
    shown = drawn("vae")
    assert into(shown, "model.loss.reconstruction") == {
        ("model.reconstruction.pixels", "loss", ""),
        ("model.image", "target", ""),
    }
    data = drawn("cifar_l2")
    assert ("model.data.y", "target", "") in into(data, "model.loss.cross_entropy")
    assert node(drawn("ctc_reader"), "model.label").role == "target"


def test_a_repeat_is_drawn_once_with_its_count() -> None:
    shown = drawn("reconstruction_regressor")
    assert badges(shown, "model.hidden") == [("× 5", "rounds")]
    assert [part.id for part in box(shown, "model.hidden").parts] == [
        "model.hidden.dense"
    ]
    skips = drawn("ddim_small")
    assert badges(skips, "network-denoiser.up") == [
        ("× 3   width = 48, 32, 16", "rounds")
    ]
    both = into(skips, "network-denoiser.up.units.both")
    assert ("network-denoiser.down.units.skip", "flow", "") in both
    half = node(skips, "network-denoiser.down.half")
    assert half.shape == "16 × 16 × 16 … 4 × 4 × 48"


def test_phases_say_what_they_update_and_networks_by_what_they_are() -> None:
    shown = drawn("wgan_gp")
    assert badges(shown, "step.phase-critic") == [
        ("× 3", "rounds"),
        ("updates critic", "update"),
    ]
    assert ("updated by generator", "update") in badges(shown, "network-generator")
    slow = box(drawn("ddim_small"), "network-slow_denoiser")
    assert slow.muted
    assert "moving average of denoiser, decay 0.999" in {b.text for b in slow.badges}
    teacher = box(drawn("knowledge_distillation"), "network-teacher")
    assert teacher.muted
    assert "frozen" in {badge.text for badge in teacher.badges}


def test_shared_weights_are_marked() -> None:
    shown = drawn("twin")
    for name in ("left_code", "right_code"):
        call = node(shown, f"model.{name}")
        assert (call.role, call.kind) == ("call", "network encoder, shared weights")
    assert box(shown, "network-encoder").parts
    assert into(shown, "model.penalty.left_activity") == {
        ("model.left_code", "penalty", ".hidden.dense")
    }


def test_penalized_weights_are_marked_where_they_are() -> None:
    tour = drawn("penalties_tour")
    assert into(tour, "model.penalty.orthogonal_kernel") == {
        ("model.hidden", "weights", "")
    }
    twins = drawn("twin")
    held = {each.id for each in twins.nodes() if each.penalized}
    assert {"network-encoder.hidden.dense", "network-encoder.code"} <= held
    rule = {"regularizer": "L2", "args": {"l2": 0.01}}
    layers = [dense("hidden"), dense("prediction", 1)]
    layers[0]["args"]["kernel_regularizer"] = rule
    bearing = node(of(small(layers=layers)), "model.hidden")
    assert bearing.penalized
    assert bearing.notes == ("kernel: L2 l2=0.01",)


def test_terms_that_read_the_same_are_piled_up() -> None:
    shown = drawn("penalties_tour")
    piles = [each for each in boxes(shown.boxes[0]) if each.role == "terms"]
    assert {part.name for part in piles[0].parts} == {
        "squared_error",
        "absolute_error",
        "own_before_other",
    }


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.stem)
def test_every_node_and_term_of_a_spec_is_in_its_picture(spec: Path) -> None:
    raw = json.loads(spec.read_bytes())
    shown = drawn(spec.stem)
    ids = [each.id for each in shown.nodes()]
    assert len(ids) == len(set(ids))
    names = {each.name for each in shown.nodes()}
    names |= {each.name for one in shown.boxes for each in boxes(one)}
    assert set(named(raw)) <= names | {raw["name"], *raw.get("define", {})}
    ends = {end for edge in shown.edges for end in (edge.source, edge.target)}
    assert ends <= set(ids)


def named(value: Any) -> Iterator[str]:
    """Yield the names of nodes and terms of a raw spec."""
    if isinstance(value, dict):
        if "name" in value and value.keys() & {
            "layer",
            "expr",
            "network",
            "block",
            "repeat",
            "loss",
            "penalty",
            "reuse",
        }:
            yield value["name"]
        for each in value.values():
            yield from named(each)
    elif isinstance(value, list):
        for each in value:
            yield from named(each)


# Where it stands.


def cards(
    part: Placed, x: float = 0, y: float = 0
) -> Iterator[tuple[Node, tuple[float, ...]]]:
    """Yield the cards with their corners on the sheet."""
    x, y = x + part.x, y + part.y
    if isinstance(part.part, Node):
        yield part.part, (x, y, x + part.width, y + part.height)
    for each in part.parts:
        yield from cards(each, x, y)


def apart(sheet: Sheet) -> None:
    """Check that no two cards meet, nor two boxes side by side, and all lie inside."""
    found = [rect for part in sheet.parts for _, rect in cards(part)]
    for one, other in combinations(found, 2):
        assert not meet(one, other), (one, other)
    for part in sheet.parts:
        inside(part)
    for x0, y0, x1, y1 in found:
        assert x0 >= 0
        assert y0 >= 0
        assert x1 <= sheet.width
        assert y1 <= sheet.height


def meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return wide > 0.1 and high > 0.1


def inside(part: Placed) -> None:
    rects = [(p.x, p.y, p.x + p.width, p.y + p.height) for p in part.parts]
    for one, other in combinations(rects, 2):
        assert not meet(one, other)
    for each, rect in zip(part.parts, rects, strict=True):
        assert min(rect[:2]) >= 0
        assert rect[2] <= part.width + 0.1
        assert rect[3] <= part.height + 0.1
        inside(each)
    for chunk in part.head:
        assert chunk.x + chunk.width <= part.width
        head = (chunk.x, chunk.y, chunk.x + chunk.width, chunk.y + chunk.height)
        assert not any(meet(head, rect) for rect in rects)


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.stem)
def test_nothing_lies_on_anything(spec: Path) -> None:
    apart(lay_out(drawn(spec.stem)))


def test_random_specs_are_drawn_without_overlaps() -> None:
    for seed in range(14):
        for grown in (random_specs.spec(seed), random_steps.spec(seed)):
            sheet = lay_out(of(grown))
            apart(sheet)
            ElementTree.fromstring(picture.svg.as_svg(sheet))


def chain(length: int) -> Picture:
    """Draw a long chain of layers with a few lines that pass others by."""
    layers = [dense(f"layer{number}") for number in range(length)]
    skips = " + ".join(f"layer{n}" for n in (length - 1, 0, length // 2))
    layers.append({"name": "total", "expr": skips})
    layers.append(dense("prediction", 1))
    return of(small(layers=layers))


def test_every_corner_of_the_language_is_drawn() -> None:
    corners = [small(**changes) for changes in ACCEPTED.values()]
    corners += [step(**changes) for changes in STEPS.values()]
    for spec in corners:
        apart(lay_out(of(spec)))


def test_a_chain_is_straight_and_lines_go_down() -> None:
    sheet = lay_out(chain(20))
    apart(sheet)
    found = {each.name: rect for part in sheet.parts for each, rect in cards(part)}
    middles = {(found[f"layer{n}"][0] + found[f"layer{n}"][2]) / 2 for n in range(20)}
    assert max(middles) - min(middles) < 0.1
    assert all(line.y <= line.end for part in sheet.parts for line in part.lines)


def test_a_chain_that_is_too_long_is_folded_into_columns() -> None:
    sheet = lay_out(chain(150))
    apart(sheet)
    assert 0.5 < sheet.width / sheet.height < 2
    found = {each.name: rect for part in sheet.parts for each, rect in cards(part)}
    columns = {round(found[f"layer{n}"][0]) for n in range(150)}
    assert 3 < len(columns) < 10
    lines = [line for part in sheet.parts for line in part.lines if line.way]
    assert len(lines) >= len(columns) - 1
    for line in lines:
        for one, other in pairwise(line.way):
            assert one[0] == pytest.approx(other[0]) or one[1] == pytest.approx(
                other[1]
            )


def test_boxes_are_packed_apart_on_a_page_of_good_proportions() -> None:
    draw = random.Random(3)
    sizes = [(draw.randrange(60, 400), draw.randrange(40, 900)) for _ in range(30)]
    spots, wide, high = pack(sizes)
    rects = [(x, y, x + w, y + h) for (x, y), (w, h) in zip(spots, sizes, strict=True)]
    assert not any(meet(one, other) for one, other in combinations(rects, 2))
    assert spots[0] == (0, 0)
    assert 0.6 < wide / high < 2.5
    assert (wide, high) == (max(r[2] for r in rects), max(r[3] for r in rects))


def test_lines_of_one_tensor_share_their_bends() -> None:
    top = Vertex("top", "part", 10, 10)
    chain = [top, *(Vertex(str(n), "part", 10, 10) for n in range(4))]
    arcs = [Arc(chain[n], chain[n + 1], str(n)) for n in range(4)]
    arcs += [Arc(top, each, "top") for each in chain[2:]]
    grid = rows_of(chain, arcs)
    assert [len(row) for row in grid.rows] == [1, 2, 2, 2, 1]


def test_texts_are_measured_cut_and_wrapped() -> None:
    assert width("", 10) == 0
    assert width("iiii", 10) < width("mmmm", 10) < width("mmmm", 10, bold=True)
    assert cut("a long name", 30, 10) == "a lo…"
    assert width(cut("m" * 100, 50, 10), 10) <= 50
    lines = wrap("mean(square(one + two + three))", 80, 10, 2)
    assert len(lines) == 2
    assert lines[1].endswith("…")


# How it is written.


@pytest.mark.parametrize("name", COMMITTED)
def test_a_picture_is_as_committed(name: str, request: pytest.FixtureRequest) -> None:
    stem, _, ending = name.partition(".")
    form = next(form for form, each in ENDINGS.items() if each == ending)
    text = picture.draw(loaded(stem), form)
    golden = GOLDENS / name
    if request.config.getoption("--update-goldens"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", IN_DOCS)
def test_the_pictures_of_the_docs_are_current(
    name: str, request: pytest.FixtureRequest
) -> None:
    path = ROOT / "docs" / "pictures" / f"{name}.svg"
    text = picture.draw(loaded(name), "svg")
    if request.config.getoption("--update-goldens"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_a_picture_is_the_same_in_every_process() -> None:
    """Hashes of strings differ between processes; nothing may hang on their order."""
    program = (
        "import sys; from kauxgen import compiler, picture;"
        "loaded = compiler.load(open(sys.argv[1], 'rb').read());"
        "sys.stdout.buffer.write(picture.draw(loaded, 'svg').encode())"
    )
    spec = str(ROOT / "specs" / "cyclegan_small.json")
    texts = {
        subprocess.run(
            [sys.executable, "-c", program, spec],
            capture_output=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(texts) == 1


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.stem)
def test_an_svg_is_well_formed_and_speaks(spec: Path) -> None:
    tree = ElementTree.fromstring(picture.draw(loaded(spec.stem), "svg"))
    assert tree.tag == f"{SVG}svg"
    assert tree.get("role") == "img"
    ids = [each.get("id") for each in tree.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    assert set((tree.get("aria-labelledby") or "").split()) <= set(ids)
    groups = [each for each in tree.iter(f"{SVG}g") if "node" in each.get("class", "")]
    assert all(each.findtext(f"{SVG}title") for each in groups)
    used = {each.get("href") for each in tree.iter()} - {None}
    assert not used


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours. Source: WCAG 2.2, relative luminance."""

    def luminance(color: str) -> float:
        parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
            for part in parts
        ]
        return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_texts_and_lines_stand_out_from_what_is_behind_them(
    colors: dict[str, str],
) -> None:
    texts = [
        (ink, back)
        for ink in ("ink", "soft")
        for back in ("page", "frame", "frame2", "card", "badge")
    ]
    texts += [("penalty", "penalty-fill"), ("loss", "loss-fill")]
    texts += [("update", "update-fill"), ("page", "ink"), ("penalty", "card")]
    for ink, back in texts:
        assert contrast(colors[ink], colors[back]) >= 4.5, (ink, back)
    for rule in ("edge", "penalty-rule", "loss-rule"):
        for back in ("frame", "frame2"):
            assert contrast(colors[rule], colors[back]) >= 3, (rule, back)


# The page.


class Page(html.parser.HTMLParser):
    """Collects the elements of a page and the texts of its scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.inside = tag

    def handle_data(self, data: str) -> None:
        if self.inside == "script":
            self.scripts.append(data)


def data(text: str) -> dict[str, Any]:
    """Return what a page knows of its parts."""
    parts: dict[str, Any] = json.loads(Page(text).scripts[0])["parts"]
    return parts


def test_a_page_is_one_file() -> None:
    page = Page(picture.draw(loaded("vae"), "html", "specs/vae.json"))
    for tag, attrs in page.tags:
        assert tag not in ("link", "img", "iframe", "object", "embed", "base")
        assert not {"src", "href", "srcset"} & attrs.keys()
    assert "@" not in page.tags[0][1]


def test_a_page_knows_the_lines_of_a_node() -> None:
    spec = (ROOT / "specs" / "vae.json").read_text().split("\n")
    module = (ROOT / "tests/goldens/vae_functional.py").read_text().split("\n")
    parts = data(picture.draw(loaded("vae"), "html", "specs/vae.json"))
    line, text = parts["model.code.z_mean"]["spec"]
    assert spec[line - 1].strip().rstrip(",") == text.strip().rstrip(",")
    assert '"z_mean"' in text
    line, text = parts["model.code.z"]["code"]
    assert text == "z = z_mean + ops.exp(0.5 * z_log_var) * epsilon"
    assert module[line - 1].strip() == text
    assert parts["model.code.z_mean"]["shape"] == "(batch, latent_dim) float32"


def test_nodes_are_found_in_the_module() -> None:
    """All but losses that are arguments of `compile`; then none is said."""
    missing = set()
    for spec in SPECS:
        module = Module(source_map.of(loaded(spec.stem)))
        for each in drawn(spec.stem).nodes():
            if each.role in MADE and module.line(each.at) is None:
                missing.add((spec.stem, each.id))
    assert missing == {("xor_bce", "model.loss.0"), ("xor_bce_mse", "model.loss.0")}


def test_the_last_node_of_a_repeat_or_block_is_found_under_another_name() -> None:
    parts = data(picture.draw(loaded("reconstruction_regressor"), "html"))
    assert parts["model.hidden.dense"]["code"][1] == "hidden = dense(hidden)"
    parts = data(picture.draw(loaded("ddim_small"), "html"))
    assert parts["block-residual.added"]["code"][1] == "return shortcut + conv2"


def test_a_node_is_found_where_it_runs_and_not_where_it_is_made() -> None:
    module = Module(source_map.of(loaded("vae"), "subclass"))
    for network, code in (
        ("encoder", "self.hidden(image)"),
        ("decoder", "self.hidden(z)"),
    ):
        found = module.line(f"/networks/{network}/layers/0")
        assert found is not None
        assert found.text == f"hidden = {code}"
    assert module.line("/networks/x/layers/0") is None
    assert module.line("") is None


# Texts that would be more than texts.

HOSTILE = (
    "</script><script>smuggled()</script>",
    "</title></svg><img src=x onerror=smuggled()>",
    "]]> <!-- & &amp; \"quoted\" 'single'",
    '"]; end; smuggled --> n0; click n0 "javascript:smuggled()"',
    '"]; smuggled [URL="javascript:smuggled()"]; "\\',
    "`code` #quot; #35; %%{init: {}}%% @data@ @script@",
    "line\none\u2028two\ttab \u202e over",
    "\U0001f600 漢字 \ud800".encode("utf-8", "replace").decode(),
)


def hostile(text: str) -> dict[str, Any]:
    """Return a spec that says a text wherever any may stand."""
    spec = copy.deepcopy(json.loads((ROOT / "specs" / "vae.json").read_bytes()))
    spec["description"] = text
    spec["networks"]["encoder"]["description"] = text
    spec["networks"]["encoder"]["layers"][0]["description"] = text
    spec["inputs"]["image"]["description"] = text
    spec["losses"][0]["description"] = text
    spec["penalties"][0]["description"] = text
    return spec


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_stays_a_text(text: str) -> None:
    found = compiler.load(json.dumps(hostile(text)), "specs/<script>.json")
    tree = ElementTree.fromstring(picture.draw(found, "svg"))
    plain = " ".join(text.split())
    about = " ".join((tree.findtext(f"{SVG}desc") or "").split())
    assert about == plain
    tags = {each.tag.removeprefix(SVG) for each in tree.iter()}
    assert tags <= {"svg", "title", "desc", "style", "rect", "text", "g", "path"}
    clean = Page(picture.draw(loaded("vae"), "html", "specs/vae.json"))
    page = Page(picture.draw(found, "html", "specs/vae.json"))
    assert [tag for tag, _ in page.tags if tag != "text"] == [
        tag for tag, _ in clean.tags if tag != "text"
    ]
    assert data(picture.draw(found, "html"))["model.image"]["about"] == text


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_label_stays_a_label(text: str) -> None:
    """Names are identifiers, but what writes them does not trust in that."""
    bad = Node('a"b<', "layer", text, text, text, notes=(text,))
    shown = Picture(text, text, (Box("b", "model", text, parts=(bad,)),), ())
    svg = picture.svg.as_svg(lay_out(shown))
    assert {e.tag.removeprefix(SVG) for e in ElementTree.fromstring(svg).iter()} <= {
        "svg",
        "title",
        "desc",
        "style",
        "rect",
        "text",
        "g",
    }
    mermaid = picture.mermaid.as_mermaid(shown).split("\n")
    assert mermaid[0] == mermaid[2] == "---"
    assert re.fullmatch(r'title: "[ -~]*"', mermaid[1])
    label = r"(?:[\w .,:=()+/·×→²³√π…-]|#\d+;|<b>|</b>|<br/>)*"
    assert re.fullmatch(rf'  subgraph b0\["{label}"\]', mermaid[4])
    assert re.fullmatch(rf'    n0\["{label}"\]', mermaid[6])
    quoted = r'"(?:[^"\\]|\\.)*"'
    line = next(
        each for each in picture.dot.as_dot(shown).split("\n") if "fillcolor" in each
    )
    attributes = rf"\w+={quoted}(?:, \w+={quoted})*"
    assert re.fullmatch(rf" *{quoted} \[{attributes}\];", line)


def test_random_pictures_do_not_depend_on_chance() -> None:
    grown = random_specs.spec(random.Random(5).randrange(99))
    first, second = (picture.draw(compiler.load(grown), "svg") for _ in range(2))
    assert first == second
