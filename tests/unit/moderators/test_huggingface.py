from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import torch
import transformers

from bot.settings import load_plugins
from moderators import registry
from moderators.base import BrokenModerator, CouldNotAssess, ModeratorSettings, PageContext
from moderators.huggingface import HuggingFace
from moderators.toxicity import WHY
from moderators.windows import TOO_LONG
from tests.unit.moderators.checkpoints import BAD, GOOD, ProblemType, network
from tests.unit.moderators.reading import Said

pytestmark = pytest.mark.model

PAGE = PageContext("p")
README = Path(__file__).parents[3] / "moderators" / "README.md"
MULTI: Final = "multi_label_classification"
SINGLE: Final = "single_label_classification"
LABELS = {"LABEL_0": "insult", "LABEL_1": "threat"}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """The folder of a tiny model, made once."""

    @cache
    def made(kind: str = "bert", problem_type: ProblemType | None = MULTI, outputs: int = 3) -> Path:
        folder = tmp_path_factory.mktemp("model")
        network(kind, folder, outputs, problem_type)
        return folder

    return made


def make(folder: Path, **options: object) -> HuggingFace:
    return HuggingFace(ModeratorSettings(options={"model": str(folder), "labels": LABELS, **options}))


def scores(detector: HuggingFace, text: str) -> dict[str, float]:
    (found,) = detector.assess([Said(text)], PAGE)
    assert not isinstance(found, CouldNotAssess)
    return {signal.name: signal.score for signal in found}


@pytest.mark.parametrize("kind", ["bert", "roberta", "xlm-roberta"])
def test_mapped_labels_become_signals_with_the_models_own_scores(model: Callable[..., Path], kind: str) -> None:
    folder = model(kind)
    detector = make(folder)
    detector.canary()
    assert detector.signals == {"insult", "threat"}
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    own = transformers.AutoModelForSequenceClassification.from_pretrained(folder).eval()
    for text in (*BAD, "see you on friday"):
        with torch.no_grad():
            wanted = torch.sigmoid(own(**tokenizer(text, return_tensors="pt")).logits[0]).tolist()
        found = scores(detector, text)
        assert found.get("insult", 0.0) == pytest.approx(wanted[0], abs=1e-5 if wanted[0] >= 0.05 else 0.05)
        assert found.get("threat", 0.0) == pytest.approx(wanted[1], abs=1e-5 if wanted[1] >= 0.05 else 0.05)


def test_labels_that_exclude_each_other_share_one_and_add_up_for_their_signal(model: Callable[..., Path]) -> None:
    folder = model(problem_type=SINGLE)
    last = scores(make(folder, labels={"LABEL_2": "threat"}), BAD[0])["threat"]
    both = scores(make(folder, labels={"LABEL_1": "threat", "LABEL_2": "threat"}), BAD[0])["threat"]
    every = scores(make(folder, labels={f"LABEL_{n}": "threat" for n in range(3)}), BAD[0])["threat"]
    assert last > 0.5
    assert last <= both <= every == pytest.approx(1.0, abs=1e-5)


def test_of_labels_that_do_not_exclude_each_other_the_highest_counts(model: Callable[..., Path]) -> None:
    apart = scores(make(model()), BAD[1])
    joined = scores(make(model(), labels={"LABEL_0": "threat", "LABEL_1": "threat"}), BAD[1])
    assert joined["threat"] == pytest.approx(max(apart.values()))


def test_a_model_that_does_not_say_its_kind_is_taken_as_transformers_takes_it(model: Callable[..., Path]) -> None:
    folder = model(problem_type=None)
    only = {"LABEL_0": "threat"}
    assert scores(make(folder, labels=only), BAD[0])["threat"] == pytest.approx(
        scores(make(folder, labels=only, problem_type=SINGLE), BAD[0])["threat"]
    )
    assert scores(make(folder, labels=only, problem_type=MULTI), BAD[0])["threat"] > 0.5


def test_a_single_output_is_a_score_by_itself(model: Callable[..., Path]) -> None:
    detector = make(model(problem_type=None, outputs=1), labels={"LABEL_0": "threat"})
    detector.canary()
    assert scores(detector, BAD[0])["threat"] > 0.5


def test_a_long_text_is_read_to_its_end(model: Callable[..., Path]) -> None:
    detector = make(model())
    harmless = f"{GOOD[0]} {GOOD[1]} " * 12
    assert scores(detector, harmless).get("threat", 0.0) < 0.5
    assert scores(detector, f"{harmless} {BAD[0]}")["threat"] > 0.5


def test_what_cannot_be_read_says_so_and_costs_the_others_nothing(model: Callable[..., Path]) -> None:
    unread = "\U00012000\U00012001\U00012002 \U00012003"
    words = " ".join(f"{a}{b}{c}" for a in "abcdefghij" for b in "klmnopqrstuv" for c in "wxyz0123456789")
    texts = [unread, words * 3, "\ud800\0", "", BAD[0]]
    detector = make(model())
    found = detector.assess([Said(text) for text in texts], PAGE)
    assert isinstance(found[0], CouldNotAssess)
    assert found[1] == CouldNotAssess(TOO_LONG)
    assert found[2:4] == [[], []]
    assert found[4] == detector.assess([Said(BAD[0])], PAGE)[0] != []


def test_every_signal_has_a_sentence_that_quotes_nothing(model: Callable[..., Path]) -> None:
    detector = make(
        model(), labels={"LABEL_0": "insult", "LABEL_1": "chess_spam"}, canary={"insult": "you stupid idiot"}
    )
    (found,) = detector.assess([Said(BAD[1])], PAGE)
    assert isinstance(found, list)
    why = {signal.name: signal.why for signal in found}
    assert why["insult"] == WHY["insult"]
    assert why["chess_spam"]


def test_the_version_follows_weights_mapping_and_kind_and_nothing_else(
    model: Callable[..., Path], tmp_path: Path
) -> None:
    folder = shutil.copytree(model(), tmp_path / "m")
    first = make(folder).version
    assert first == make(model()).version == make(folder, threads=1, canary={"insult": "you idiot"}).version
    others = {make(folder, labels={"LABEL_0": "insult"}).version, make(folder, problem_type=SINGLE).version}
    own = transformers.AutoModelForSequenceClassification.from_pretrained(folder)
    with torch.no_grad():
        own.classifier.bias[0] += 1e-3
    own.save_pretrained(folder)
    assert first not in {*others, make(folder).version}
    assert len(others) == 2
    assert len(first) <= 64


def test_a_label_that_the_model_does_not_have_is_named_with_those_that_it_has(model: Callable[..., Path]) -> None:
    with pytest.raises(BrokenModerator, match="no toxic; it has LABEL_0, LABEL_1, LABEL_2"):
        make(model(), labels={"toxic": "toxicity"}).canary()


def test_a_mapping_the_wrong_way_round_fails_the_canary(model: Callable[..., Path]) -> None:
    with pytest.raises(BrokenModerator, match="look at `labels`"):
        make(model(problem_type=SINGLE), labels={"LABEL_0": "threat"}).canary()


def test_a_canary_of_the_schools_own_is_sung(model: Callable[..., Path]) -> None:
    spam = {"LABEL_0": "chess_spam"}
    make(model(), labels=spam, canary={"chess_spam": BAD[2]}).canary()
    with pytest.raises(BrokenModerator, match="finds no chess_spam"):
        make(model(), labels=spam, canary={"chess_spam": "see you on friday"}).canary()


def test_a_network_without_a_trained_head_is_refused(model: Callable[..., Path], tmp_path: Path) -> None:
    folder = shutil.copytree(model(), tmp_path / "m")
    transformers.AutoModel.from_pretrained(folder).save_pretrained(folder)
    with pytest.raises(BrokenModerator, match="never trained to classify"):
        make(folder).canary()


def test_a_regression_gives_no_probability(model: Callable[..., Path], tmp_path: Path) -> None:
    folder = shutil.copytree(model(), tmp_path / "m")
    said = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(said | {"problem_type": "regression"}))
    with pytest.raises(BrokenModerator, match="no probabilities"):
        make(folder).canary()


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenModerator, match="cannot be loaded"):
        make(tmp_path).canary()


_NO_LINE = """
import socket, sys
def no(*a, **k): raise SystemExit("a socket was opened")
socket.socket.connect = socket.getaddrinfo = no
from moderators.huggingface import HuggingFace
from moderators.base import *
for asked in sys.argv[1:]:
    model, _, revision = asked.partition("@")
    options = {"model": model, "revision": revision, "labels": {"LABEL_0": "insult"}}
    try:
        HuggingFace(ModeratorSettings(options=options)).canary()
    except BrokenModerator as broken:
        print(str(broken).replace("\\n", " "))
    else:
        print("healthy")
"""


def without_a_line(home: Path, *asked: str) -> list[str]:
    """What the detector says of each model@revision in a process that cannot open a socket, and whose hub's cache lies in `home`."""
    env = {"HF_HOME": str(home), "OMP_NUM_THREADS": "1"}
    found = subprocess.run(
        [sys.executable, "-c", _NO_LINE, *asked], capture_output=True, text=True, check=False, env=env
    )
    assert found.returncode == 0, found.stderr[-2000:]
    return found.stdout.splitlines()


def test_nobody_is_asked_for_a_model_that_is_here(model: Callable[..., Path], tmp_path: Path) -> None:
    here, nowhere, tiny = str(model()), f"hallmonitor-test/nowhere@{'0' * 40}", "hallmonitor-test/tiny"
    shutil.copytree(model(), tmp_path / "hub" / "models--hallmonitor-test--tiny" / "snapshots" / ("a" * 40))
    said = without_a_line(tmp_path, here, nowhere, f"{tiny}@{'a' * 40}", f"{tiny}@{'b' * 40}")
    assert [line == "healthy" for line in said] == [True, False, True, False]
    assert all("whether it is on this computer" in line for line in said if line != "healthy")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model": None}, "model: is missing"),
        ({"model": 3}, "model: must be text"),
        ({"model": "somebody/a-model"}, "revision: must be the 40 digits"),
        ({"model": "somebody/a-model", "revision": "main"}, "revision: must be the 40 digits"),
        ({"labels": {}}, "labels: must be a block"),
        ({"labels": "toxic"}, "labels: must be a block"),
        ({"labels": {"toxic": "Toxic!"}}, "labels: 'Toxic!' cannot be"),
        ({"labels": {"LABEL_0": "chess_spam"}}, "canary: is missing"),
        ({"canary": {"hate": "text"}}, "canary: hate is no signal"),
        ({"problem_type": "guess"}, "problem_type: must be"),
        ({"threads": 0}, "threads: must be a whole number, 1 or more"),
        ({"threads": True}, "threads: must be a whole number"),
        ({"fetch": "yes"}, "fetch: must be true or false"),
    ],
)
def test_a_wrong_option_is_named(tmp_path: Path, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"huggingface: {re.escape(message)}"):
        make(tmp_path, **options)


def test_without_torch_it_says_what_to_install(tmp_path: Path) -> None:
    script = (
        "import sys; sys.modules['torch'] = None\n"
        "from moderators.huggingface import HuggingFace\n"
        "from moderators.base import *\n"
        f"try: HuggingFace(ModeratorSettings(options={{'model': {str(tmp_path)!r}, 'labels': {{'a': 'threat'}}}})).canary()\n"
        "except BrokenModerator as e: print(e)\n"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "pip install hallmonitor[detoxify]" in found.stdout, found.stderr[-2000:]


def test_the_example_of_the_readme_is_a_configuration_that_is_read(model: Callable[..., Path], tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(moderators:\n  huggingface:.*?)```", README.read_text(), re.DOTALL)
    wanted, folder = re.search(r"model: (\S+)", example), model()
    assert wanted is not None
    (tmp_path / "plugins.yaml").write_text(example.replace(wanted.group(1), str(folder)))
    said = load_plugins(tmp_path)
    made = registry.make("huggingface", ModeratorSettings(options=said.options["huggingface"]), said.moderators)
    assert made.name == "huggingface"
    assert made.signals == {"off_topic_promotion"}
