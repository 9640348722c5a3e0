"""What editors are answered, on sound texts and on those that are being written."""

from __future__ import annotations

import ast
import json
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kauxgen import compiler, resources, rules, source
from kauxgen.expression import path_of
from kauxgen.language import completion, cursor, explaining, outline, renaming, session
from kauxgen.language.meaning import Meaning
from kauxgen.language.position import Lines
from kauxgen.language.renaming import RefusedError
from kauxgen.language.session import State
from kauxgen.language.tolerant import Item, read
from kauxgen.language.words import begun, words
from kauxgen.rules.resolution import Resolver
from kauxgen.source import pointer

HERE = Path(__file__).parent
PUBLIC = sorted(resources.EXAMPLES.glob("*.json"))
SPECS = [*PUBLIC, *sorted((HERE / "keras" / "nasty").glob("*.json"))]
SPECS += sorted((HERE / "keras" / "nasty_steps").glob("*.json"))

HEAD = """{"kauxgen": 1, "params": {"width": 8, "depth": 2},
"define": {"functions": {"bar": {"args": ["x"], "params": {"rate": 1.0}, "expr": "x"}},
  "losses": {"mine": {"params": {"ratio": 0.5}, "expr": "mean(y_pred)"}},
  "blocks": {"unit": {"params": {"filters": 4}, "inputs": ["t"], "body": [
    {"name": "c", "layer": "Dense", "args": {"units": "=filters"}}]}}},
"networks": {"coder": {"inputs": {"seen": {"shape": [8]}}, "layers": [
  {"name": "h", "layer": "Dense", "args": {"units": 4}},
  {"name": "z", "layer": "Dense", "args": {"units": 2}}]}},
"inputs": {"image": {"shape": [8]}, "label": {"shape": [], "role": "target"}},
"layers": [{"name": "code", "network": "coder"},
  {"name": "low", "layer": "Dense", "args": {"units": 4}, "inputs": "image"}"""


def offered(text: str, whole: bool = False) -> dict[str, str]:
    """Give what is offered at the mark, behind the beginning of a spec."""
    before, _, after = (text if whole else f"{HEAD}{text}").partition("¦")
    state = session.written(before + after)
    found = completion.complete(state.meaning, len(before), state.sound)
    for offer in found:
        assert 0 <= offer.start <= len(before) <= len(before + after)
        assert offer.start <= offer.end
    return {offer.label: offer.text for offer in found}


def value(item: Item) -> Any:
    """Read a tree as a value."""
    if item.kind == "object":
        return {each.key: value(each) for each in item.members}
    if item.kind == "array":
        return list(map(value, item.members))
    return item.text if item.kind == "string" else json.loads(item.text)


def test_the_tree_of_a_sound_text_is_what_it_says() -> None:
    for path in SPECS:
        text = path.read_text()
        assert value(read(text)) == json.loads(text), path


def test_the_tree_has_the_places_that_the_scanner_finds() -> None:
    for path in PUBLIC:
        document = source.scan(path.read_bytes(), path.name)
        waiting = [(read(document.text), "")]
        while waiting:
            item, at = waiting.pop()
            span = document.spans[at]
            assert (item.start, item.end) == (span.start, span.end)
            assert (item.key_start, item.key_end) == (span.key_start, span.key_end)
            waiting += [(each, at + pointer([key])) for key, each in item.steps()]


def test_every_place_of_every_spec_is_completed_while_it_is_written() -> None:
    """The text ends there, or goes on; neither may break an answer."""
    count = 0
    for number, path in enumerate(PUBLIC):
        text = path.read_text()
        for end in range(number % 31, len(text), 31):
            offered(f"{text[:end]}¦", whole=True)
            count += 1
        state = session.written(text)
        for offset in range(number % 67, len(text), 67):
            completion.complete(state.meaning, offset, state.sound)
            explaining.explain(state.meaning, offset, state.sound)
    assert count > 1500


@given(st.text(alphabet='{}[]":,\\\n ab=.(', max_size=60), st.integers(0, 60))
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_an_answer(text: str, offset: int) -> None:
    state = session.checked(session.written(text))
    offset = min(offset, len(text))
    place = cursor.find(state.meaning.root, text, offset)
    assert 0 <= place.start <= place.end <= len(text)
    completion.complete(state.meaning, offset, state.sound)
    explaining.explain(state.meaning, offset, state.sound)
    assert list(outline.hints(state.meaning.root, text, state.sound)) == []
    outline.outline(state.meaning.root)


def test_deep_and_long_texts_are_borne() -> None:
    for text in ("[" * 100_000, '{"a":' * 100_000, "x" * 2_000_000, '{"layers": ['):
        state = session.written(text)
        completion.complete(state.meaning, len(text), state.sound)
        assert state.meaning.uses == ()


@given(st.text(alphabet="aé\U0001f642\u2028\n\r", max_size=20))
@settings(max_examples=100, deadline=None)
def test_places_go_to_the_editor_and_back(text: str) -> None:
    for encoding in ("utf-8", "utf-16", "utf-32"):
        lines = Lines(text, encoding)
        for offset in range(len(text) + 1):
            inside_break = text[offset - 1 : offset + 1] == "\r\n"
            point = lines.point(offset)
            assert inside_break or lines.offset(*point) == offset
    last = re.split(r"\r\n|\r|\n", text)[-1]
    units = len(last.encode("utf-16-le")) // 2
    assert Lines(text).point(len(text)).character == units


@pytest.mark.parametrize(
    ("text", "some", "none"),
    [
        (', {"name": "b", "expr": "code.¦', {"h", "z"}, {"code", "exp"}),
        (
            ', {"name": "b", "expr": "mean(code.z - ¦"}, {"name": "late"}]}',
            {"code", "image", "low", "width", "bar", "coder", "exp"},
            {"b", "late", "h", "seen", "filters"},
        ),
        (', {"name": "b", "layer": "De¦', {"Dense", "Conv2D"}, {"Adam"}),
        (', {"name": "b", "layer": "Dense", "args": {"¦', {"units"}, {"rate"}),
        (', {"layer": "Dense", "args": {"units": ¦', {"=width"}, {"image"}),
        (', {"layer": "Dense", "args": {"units": "=wi¦', {"width", "dim"}, {"image"}),
        (', {"layer": "Dense", "args": {"activation": "¦', {"relu", "null"}, {"low"}),
        (
            ', {"layer": "Bidirectional", "args": {"layer": {"layer": "GRU", "args":{¦',
            {"units", "return_sequences"},
            {"merge_mode"},
        ),
        (', {"layer": "Dense", "inputs": "¦', {"code", "low", "image"}, {"width"}),
        (', {"layer": "Add", "inputs": ["low", ¦', {"code", "low"}, {"exp"}),
        (', {"name": "b", "network": "¦', {"coder"}, {"unit"}),
        (', {"name": "b", "block": "¦', {"unit"}, {"coder"}),
        (', {"name": "b", "block": "unit", "args": {¦', {"filters"}, {"width"}),
        (', {"name": "b", "reuse": "¦', {"low"}, {"code"}),
        (', {"application": "VGG16", "taps": ["¦', {"block5_conv3"}, {"low"}),
        (', {"name": "b", "layer": "Dense", "¦', {"inputs", "args"}, {"expr", "name"}),
        (", ¦", {"layer", "repeat"}, set()),
        (
            ', {"repeat": {"over": [1], "as": "n"}, "body": [{"args": {"a": "=¦',
            {"n", "width"},
            {"code"},
        ),
        (
            ', {"carry": {"c": "low"}, "repeat": {"count": 2}, "next": {"¦',
            {"c"},
            {"low"},
        ),
        ('], "outputs": ["¦', {"code", "low"}, {"exp"}),
        ('], "losses": [{"loss": "¦', {"mine", "MeanSquaredError"}, {"mean_square"}),
        ('], "losses": [{"loss": "mine", "args": {"¦', {"ratio"}, {"rate"}),
        ('], "losses": [{"on": "low", "target": "¦', {"y", "label"}, {"y_true"}),
        ('], "penalties": [{"penalty": "¦', {"mean_square"}, {"mine"}),
        ('], "penalties": [{"on": "¦', {"low", "code"}, {"y"}),
        ('], "penalties": [{"on": {"weights": "¦', {"coder", "low"}, {"h", "width"}),
        ('], "penalties": [{"on": {"weights": "code/¦', {"h", "z"}, {"low"}),
        ('], "penalties": [{"weight": {"expr": "¦', {"step", "width"}, set()),
        ('], "metrics": [{"metric": "¦', {"BinaryAccuracy"}, {"mine"}),
        ('], "training": {"optimizer": {"optimizer": "¦', {"Adam"}, {"Dense"}),
        ('], "training": {"callbacks": [{"callback": "¦', {"EarlyStopping"}, set()),
        ('], "step": {"batch": "¦', {"image", "label"}, {"low"}),
        ('], "step": {"phases": [{"update": ["¦', {"coder"}, {"low"}),
        ('], "style": "¦', {"loop", "functional"}, set()),
        ('], "¦', {"training", "losses"}, {"layers", "networks"}),
    ],
)
def test_what_fits_is_offered(text: str, some: set[str], none: set[str]) -> None:
    found = offered(text).keys()
    assert some <= found
    assert not none & found


def test_definitions_see_their_own_words() -> None:
    losses = '{"kauxgen": 1, "params": {"p": 1}, "define": {"losses": {"own": {'
    found = offered(f'{losses}"let": {{"a": "y_pred"}}, "expr": "¦', whole=True)
    assert {"a", "y_pred", "y_true", "mean"} <= found.keys()
    assert "p" not in found
    layer = '{"define": {"layers": {"Own": {"inputs": ["x"], "weights": {"w": {}}, '
    found = offered(f'{layer}"let": {{"first": "x", "second": "¦', whole=True)
    assert {"x", "w", "first"} <= found.keys()
    assert "second" not in found


@pytest.mark.parametrize(
    ("text", "label", "written"),
    [
        (', {"layer": ¦}', "Dense", '"Dense"'),
        (', {"layer": "De¦nse"}', "Dense", '"Dense"'),
        (', {"layer": "Dense", ¦"args": {}}', "inputs", '"inputs": $1,'),
        (', {"layer": "Dense", "inp¦uts": "low"}', "inputs", '"inputs"'),
        (', {"expr": "me¦', "mean", "mean($1)"),
        (', {"expr": ¦', "low", '"low"'),
    ],
)
def test_an_offer_is_written_so_that_it_fits(
    text: str, label: str, written: str
) -> None:
    assert offered(text)[label] == written


def test_snippets_of_hostile_names_are_plain_text() -> None:
    spec = '{"define": {"blocks": {"b": {"params": {"${1:$x}\\\\": 1}}}}, '
    found = offered(f'{spec}"layers": [{{"block": "b", "args": {{¦', whole=True)
    (text,) = found.values()
    assert text == '"\\${1:\\$x\\}\\\\\\\\": $1'


def state_of(name: str) -> State:
    text = (resources.EXAMPLES / f"{name}.json").read_text()
    return session.checked(session.written(text))


def hover(state: State, text: str) -> str:
    """Explain what stands at the mark, a place of the text."""
    before, _, after = text.partition("¦")
    offset = state.meaning.text.index(before + after) + len(before)
    found = explaining.explain(state.meaning, offset, state.sound)
    return found.text if found else ""


def test_hover_explains_names_kinds_arguments_and_operations() -> None:
    state = state_of("vq_vae")
    assert hover(state, '"name": "con¦v1"').split("\n\n") == [
        "**conv1**: node, layer `Conv2D`",
        "`(batch, 14, 14, 32) float32`",
        "Parameters: 320",
    ]
    assert "Parameters: 19,856" in hover(state, '"enco¦der": {')
    assert "Loss reconstruction" in hover(state, '"name": "recons¦truction"')
    assert hover(state, '"layer": "Conv2D¦"').startswith("**Conv2D**: Convolution")
    assert "Takes an integer of at least 1" in hover(state, '"fil¦ters"')
    assert "The model's constants" in hover(state, '"par¦ams"')
    assert hover(state, "arg¦min(").startswith("```python\nargmin(")
    assert hover(state, '"kauxgen": ¦1') == "The version of the language: 1."


def test_hover_shows_a_text_of_the_spec_as_text() -> None:
    hostile = "<img src=x> [a](b) `c` **d**\n# e"
    spec = {
        "kauxgen": 1,
        "params": {"p": "`` <b>"},
        "inputs": {"image": {"shape": [1], "description": hostile}},
    }
    state = session.written(json.dumps(spec))
    text = hover(state, '"im¦age"')
    assert "\\<img src=x\\> \\[a\\]\\(b\\) \\`c\\` \\*\\*d\\*\\* \\# e" in text
    assert '``` "`` <b>" ```' in hover(state, '"p¦": ')


def test_shapes_of_the_last_sound_version_outlast_a_mistake() -> None:
    before = state_of("vae")
    line = '{"name": "added", "expr": "hidden"},\n        {"name": "z_mean"'
    text = before.meaning.text.replace('{"name": "z_mean"', line)
    text = text.replace('"outputs": ["z_mean"', '"outputs": ["z_mean')
    after = session.checked(session.written(text, before))
    assert after.problems
    shapes = {
        text[: each.offset].rpartition('"name": "')[2].partition('"')[0]: each.label
        for each in outline.hints(after.meaning.root, text, after.sound)
    }
    assert shapes["z_mean"] == "(batch, latent_dim)"
    assert "added" not in shapes
    assert "(batch, latent_dim)" in hover(after, '"name": "z_m¦ean"')


def test_hints_show_what_changes_over_rounds() -> None:
    state = state_of("resnet")
    found = list(outline.hints(state.meaning.root, state.meaning.text, state.sound))
    labels = {each.label for each in found}
    assert "(batch, 32, 32, width) … (batch, 4, 4, width)" in labels
    assert "650 parameters" in {each.tooltip for each in found}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("code.hidden[2].dense ** 2", ["code", "code.hidden", "code.hidden.dense"]),
        ("sum(x, axis=-1) == y", ["sum()", "x", "axis=sum", "y"]),
        ("coupling[i](x) + cast(a[0], 'b')", ["coupling()", "i", "x", "cast()", "a"]),
        ("1e3 * f(g(x), k=2)[1:]", ["f()", "g()", "x", "k=f"]),
        ("", []),
    ],
)
def test_words_of_an_expression(text: str, expected: list[str]) -> None:
    found = []
    for word in words(text):
        assert text[word.start : word.end] == word.text
        mark = "()" if word.called else f"={word.callee}" if word.keyword else ""
        found.append(".".join((*word.above, word.text)) + mark)
    assert found == expected


def test_the_end_of_an_expression() -> None:
    assert begun("sum(code.hid") == (("code",), "hid")
    assert begun("a + code.x[0].") == (("code", "x"), "")
    assert begun("a + ") == ((), "")


class Recorder(Resolver):
    """Notes the first name of every path, with what the rules say that it means."""

    def path(self, path: Any, view: Any, place: Any) -> Any:
        name = str(path[0])
        if name in view.names and view.names[name].at:
            self.noted.add((place.at, place.part, view.names[name].at))
        return super().path(path, view, place)


def resolved(spec: Any) -> set[tuple[str, int, str]]:
    """Give what the rules say that names of expressions mean."""
    recorder = Recorder(spec)
    recorder.noted = set()  # type: ignore[attr-defined]
    for definition in spec.definitions:
        rules.definitions.resolve_definition(recorder, definition)
    for scope in spec.scopes:
        rules.scopes.resolve_scope(recorder, scope)
    rules.objective.resolve_terms(recorder)
    rules.phases.resolve_step(recorder)
    rules.inferring.resolve_inference(recorder)
    noted = recorder.noted  # type: ignore[attr-defined]
    return {(at, part[0], means) for at, part, means in noted if part}


def test_names_mean_what_the_rules_say() -> None:
    """The rules read sound specs; here names are found in any text."""
    count = 0
    for path in SPECS:
        loaded = compiler.load(path.read_text(), path.name)
        meaning = Meaning(loaded.document.text, read(loaded.document.text))
        found = {use.start: pointer(use.symbol.path) for use in meaning.uses}
        for at, start, means in resolved(loaded.spec):
            span, exists = loaded.document.spans.nearest(at)
            assert exists
            text, place = loaded.document.text, (start, start + 1)
            start, _ = source.narrow(text, span.start, span.end, place)
            said = found.get(start, "nothing")
            assert said.startswith(means), (path.name, at, start, said, means)
            count += 1
    assert count > 1000


def tensors(meaning: Meaning) -> list[Any]:
    """Give the uses that give names to tensors, networks and what else has uses."""
    symbols = {use.symbol: use for use in meaning.uses}
    return [use for use in symbols.values() if len(meaning.of(use.symbol)) > 1]


@pytest.mark.parametrize("path", PUBLIC, ids=lambda path: path.stem)
def test_a_name_is_changed_wherever_it_is_used(path: Path) -> None:
    """The spec stays sound, and its code differs by the name alone."""
    text = path.read_text()
    meaning = Meaning(text, read(text))
    chosen = tensors(meaning)
    random.Random(path.stem).shuffle(chosen)
    for number, use in enumerate(chosen[:4]):
        old = use.symbol.name
        new = old[:-1] + ("q" if old[-1] != "q" else "k")
        renamed = renaming.applied(text, renaming.rename(meaning, use.start, new))
        assert renamed.count(new) > 1
        if number == 0:
            before, after = compiler.compile_text(text), compiler.compile_text(renamed)
            assert masked(before, old, new) == masked(after, new, old)


def masked(code: str, name: str, other: str) -> list[str]:
    """Hide both names, also as parts of other names and in CamelCase."""
    for word in (name, other):
        camel = "".join(part.capitalize() for part in word.split("_"))
        code = code.replace(word, "¤").replace(camel, "¤")
    return sorted(code.splitlines())


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("z_log_var", "is taken by another node"),
        ("output", "is reserved"),
        ("2d", "is no name"),
        ("Upper", "is no name"),
        ("", "is no name"),
        ('a": 1, "b', "is no name"),
        ("exp", None),
        ("z_mean", None),
    ],
)
def test_a_name_is_refused_with_the_reason(name: str, reason: str | None) -> None:
    meaning = state_of("vae").meaning
    offset = meaning.text.index("z_mean")
    if reason is None:
        renaming.rename(meaning, offset, name)
        return
    with pytest.raises(RefusedError, match=reason):
        renaming.rename(meaning, offset, name)


def test_there_is_nothing_to_rename_but_names() -> None:
    meaning = state_of("vae").meaning
    for place in ('"Dense"', '"args"', "normal_like", "64"):
        with pytest.raises(RefusedError, match="no name of this spec"):
            renaming.rename(meaning, meaning.text.index(place) + 2, "other")


def test_a_name_can_be_changed_in_a_spec_with_mistakes() -> None:
    text = state_of("vae").meaning.text.replace('"epochs": 3', '"epoch": 3')
    meaning = Meaning(text, read(text))
    edits = renaming.rename(meaning, text.index("z_mean"), "middle")
    assert renaming.applied(text, edits) == text.replace("z_mean", "middle")
    with pytest.raises(RefusedError, match="means something else"):
        renaming.rename(meaning, text.index("z_mean"), "hidden")


def test_a_block_that_holds_itself_is_walked_once() -> None:
    uses = [{"name": f"u{i}", "block": f"b{i % 9}"} for i in range(30)]
    blocks = {f"b{i}": {"inputs": ["x"], "body": uses} for i in range(9)}
    penalty = {"penalty": "mean_square", "on": {"weights": "**/u1/**/u2/*/*/kernel"}}
    spec = {"define": {"blocks": blocks}, "layers": uses, "penalties": [penalty]}
    text = json.dumps(spec)
    meaning = Meaning(text, read(text))
    assert len(meaning.uses) > 300
    assert offered(text.replace("kernel", "¦"), whole=True)


def test_a_pattern_of_weights_follows_its_names() -> None:
    spec = {
        "kauxgen": 1,
        "name": "one",
        "inputs": {"x": {"shape": [4]}},
        "networks": {
            "coder": {
                "inputs": {"v": {"shape": [4]}},
                "layers": [{"name": "dense", "layer": "Dense", "args": {"units": 2}}],
            }
        },
        "layers": [{"name": "code", "network": "coder"}],
        "losses": [{"loss": "MeanSquaredError", "on": "code"}],
        "penalties": [
            {"name": "p", "penalty": "mean_square", "on": {"weights": "*/dense/kernel"}}
        ],
        "training": {"optimizer": {"optimizer": "Adam"}},
    }
    text = json.dumps(spec)
    meaning = Meaning(text, read(text))
    edits = renaming.rename(meaning, text.index('"dense"') + 1, "wide")
    assert "*/wide/kernel" in renaming.applied(text, edits)


def test_without_the_extra_the_command_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['pygls'] = sys.modules['lsprotocol'] = None;"
        "from kauxgen.cli import main; main([{!r}])"
    )
    found = [
        subprocess.run(
            [sys.executable, "-c", program.format(word)],
            capture_output=True,
            text=True,
            check=False,
        )
        for word in ("lsp", "--help")
    ]
    assert [each.returncode for each in found] == [1, 0]
    assert 'pip install "kauxgen[lsp]"' in found[0].stderr
    assert "lsp" in found[1].stdout


def test_a_path_is_read_as_the_language_does() -> None:
    """What `words` finds without parsing is what the parser finds."""
    for path in PUBLIC:
        state = session.written(path.read_text())
        for text in set(re.findall(r'"expr": "([^"\\]+)"', state.meaning.text)):
            tree = ast.parse(text, mode="eval")
            said = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
            keywords = {n.arg for n in ast.walk(tree) if isinstance(n, ast.keyword)}
            members = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
            constants = {"True", "False", "None"}
            found = {word.text for word in words(text)} - constants
            assert found == (said | keywords | members) - constants
            assert path_of(ast.parse("a.b[0].c", mode="eval").body)


def test_findings_stand_where_they_are_shown_and_quick_fixes_mend_them() -> None:
    """All examples of codes: places as the command line has them, and remedies."""
    places = fixes = 0
    for path in sorted((HERE / "diagnostics").glob("*/spec.json")):
        text = path.read_text(encoding="utf-8", errors="replace")
        state = session.checked(session.written(text))
        for problem in state.problems:
            found = problem.found
            shown = found.source[found.column - 1 : found.end_column - 1]
            assert text[problem.start : problem.end].startswith(shown), path
            places += bool(shown)
        for problem, _, edit in session.remedies(state, 0, len(text)):
            mended = session.written(renaming.applied(text, [edit]))
            left = {each.found.message for each in session.checked(mended).problems}
            assert problem.found.message not in left, path
            fixes += 1
    assert places > 200
    assert fixes > 30
