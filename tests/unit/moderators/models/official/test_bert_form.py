from __future__ import annotations

from pathlib import Path

import pytest
import torch
import transformers
from tokenizers import Tokenizer

from moderators.models.official.bert_form import bert_form
from moderators.models.official.names import NoModel
from tests.unit.moderators.checkpoints import BAD, GOOD, network

pytestmark = pytest.mark.model


@pytest.mark.parametrize("kind", ["bert", "roberta", "xlm-roberta"])
def test_every_kind_computes_the_same_as_a_bert(kind: str, tmp_path: Path) -> None:
    """To the last digits, and for the first outputs alone: places, token kinds and head are where a BERT has them."""
    model = network(kind, tmp_path, 5, steps=3)  # far from sure of anything
    state, config = bert_form(model.state_dict(), model.config, 3)
    config.num_labels = 3
    rebuilt = transformers.BertForSequenceClassification(config)
    left = rebuilt.load_state_dict(dict(state), strict=False)
    assert left.missing_keys == []
    rebuilt.train(mode=False)
    tokenizer = Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    for text in (*GOOD, *BAD):
        ids = torch.tensor([tokenizer.encode(text).ids])
        with torch.no_grad():
            assert torch.allclose(rebuilt(input_ids=ids).logits, model(input_ids=ids).logits[:, :3], atol=1e-5)


@pytest.mark.parametrize(
    "config",
    [
        transformers.AlbertConfig(),
        transformers.DistilBertConfig(),
        transformers.BertConfig(hidden_act="relu"),
        transformers.BertConfig.from_dict({"position_embedding_type": "relative_key"}),
    ],
)
def test_what_is_no_plain_bert_is_refused(config: transformers.PretrainedConfig) -> None:
    with pytest.raises(NoModel, match="cannot be compiled"):
        bert_form({}, config, 1)
