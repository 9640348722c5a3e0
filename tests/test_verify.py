"""What `kauxgen verify` says of a proof, of one that fails, and without a backend."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from kauxgen import compiler, resources
from kauxgen.cli import main
from kauxgen.proving import backends, findings, outcome, table, telling
from kauxgen.proving.outcome import Gap, Proof
from kauxgen.training import params

HOSTILE = "kl\x1b[31m\n::error::"
"""A name that a terminal, or a runner of CI, might take for more than a name."""


def proof(*outcomes: outcome.Outcome) -> Proof:
    """Make the proof of an example."""
    refused = {"loop": "KX602 not here"}
    left_out = {"training": HOSTILE}
    styles = ("functional", "subclass")
    return Proof("vae.json", "jax", styles, outcomes, refused, left_out)


def shown(one: Proof) -> str:
    """Give the table of a proof as plain text."""
    return "\n".join("".join(text for _, text in line) for line in table.lines(one))


def test_a_difference_is_shown_with_its_term_and_its_line() -> None:
    path = resources.EXAMPLES / "vae.json"
    loaded = compiler.load(path.read_bytes(), "vae.json")
    gaps = [Gap("kl", 0.3, 0.6, 5e4), Gap("loss"), Gap("rest", 0.1, 0.6, 2e4)]
    made = proof(outcome.outcome("subclass", "terms", "functional", gaps))
    assert not made.holds
    assert re.search(r"terms +5\.0e-01 +3\.0e-01 +0\.6  subclass: kl", shown(made))
    assert "DIFFERS" in shown(made)
    (found,) = telling.diagnostics(loaded, made)
    assert (found.code, found.source.strip()[:14]) == ("KX840", '{"name": "kl",')
    assert "subclass on JAX differs from functional in terms" in found.message
    assert "and 1 more of 3" in found.message


def test_an_exception_is_told_by_its_last_line() -> None:
    loaded = compiler.load((resources.EXAMPLES / "vae.json").read_bytes(), "vae.json")
    text = compiler.render(loaded, "subclass").splitlines()
    line = next(i for i, one in enumerate(text, 1) if "self.decoder(code_z)" in one)
    error = (
        "Traceback (most recent call last):\n"
        f'  File "/tmp/vae_subclass.py", line {line}, in call\n'
        '  File "/keras/layer.py", line 3, in call\n'
        "ValueError: no such shape\n"
    )
    failed = outcome.outcome("subclass", "reload", "its own file", [], error)
    made = proof(failed, replace(failed, check="logs"), replace(failed, style="loop"))
    (found,) = telling.diagnostics(loaded, made)
    assert found.code == "KX841"
    assert "in reload, and 2 more checks of subclass and loop: Value" in found.message
    assert found.message.endswith("ValueError: no such shape")
    assert found.source.strip().startswith('{"name": "reconstruction", "network"')
    assert "subclass failed" in shown(made)


def test_names_are_escaped_and_what_was_left_out_is_said() -> None:
    gap = Gap(HOSTILE, share=float("inf"), words="is missing")
    made = proof(outcome.outcome("subclass", "names", "the spec", [gap]))
    text = shown(made)
    assert "\x1b" not in text
    assert r"kl\x1b[31m\n::error:: is missing" in text
    assert "not run: loop: KX602 not here" in text
    assert "not compared: training" in text
    assert outcome.from_json(outcome.as_json(made)) == made


def test_a_spec_of_which_nothing_was_run_is_not_proven() -> None:
    """KX843, once for all backends; a proof on any of them is one."""
    loaded = compiler.load(resources.EXAMPLES.joinpath("vae.json").read_bytes(), "vae")
    nothing = replace(proof(), outcomes=(), backend="torch")
    (found,) = telling.unproven(loaded, [nothing, nothing])
    assert (found.code, found.line) == ("KX843", 1)
    assert found.message == "no style can be run on PyTorch: KX602 not here"
    assert "TensorFlow" in found.help
    ran = proof(outcome.outcome("subclass", "names", "the spec", []))
    assert not [*telling.unproven(loaded, [nothing, ran])]


def test_several_params_are_set_at_once() -> None:
    """The order in which they are given says nothing of where they stand."""
    path = resources.EXAMPLES / "vae.json"
    loaded = compiler.load(path.read_bytes(), "vae.json")
    given = {"latent_dim": 3, "kl_weight": 0.5, "original_dim": 12}
    changed = params.changed(loaded, given).document.value["params"]
    assert changed == {**loaded.document.value["params"], **given}


def test_no_backend_is_said_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(backends, "installed", tuple)
    with pytest.raises(SystemExit) as ended:
        main(["verify", str(resources.EXAMPLES / "vae.json")])
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert "KX780" in told
    assert 'pip install "kauxgen[cpu]"' in told


@pytest.mark.parametrize("rule", findings.RULES, ids=lambda rule: rule.__name__)
def test_each_finding_is_explained(rule: object) -> None:
    text = str(rule.__doc__)
    assert re.match(r"KX84\d: .+\.\n\n", text)
    assert "Wrong:\n" in text
    assert "Right:\n" in text
