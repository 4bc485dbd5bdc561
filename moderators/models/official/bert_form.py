"""Published networks in the one form that the compiler knows.

RoBERTa and XLM-R compute what BERT computes: their places are counted from behind the padding's, they know one kind of token, and the
first layer of their head is what BERT calls the pooler. So their tensors get BERT's names, and need no graph of their own.
"""

from __future__ import annotations

from typing import Final

import torch
from transformers import BertConfig, PretrainedConfig

from moderators.models.official.names import NoModel
from moderators.models.training.weights import State

KINDS: Final = ("bert", "roberta", "xlm-roberta")

_PLAIN: Final = ["gelu", "absolute"]
"""What a network must say of its activation and of how it counts places."""

_PLACES: Final = "bert.embeddings.position_embeddings.weight"
_SORTS: Final = "bert.embeddings.token_type_embeddings.weight"
_HEAD: Final = {"classifier.dense.": "bert.pooler.dense.", "classifier.out_proj.": "classifier."}


def bert_form(state: State, config: PretrainedConfig, labels: int) -> tuple[State, BertConfig]:
    """The state and the sizes of the same network as a BERT, its head cut to the first `labels` scores.

    Raises:
        NoModel: the network is of another kind than BERT, RoBERTa and XLM-R.
    """
    _check(config)
    if config.model_type == "bert":
        found = dict(state)
    else:
        found = {_renamed(name): value for name, value in state.items()}
        found[_PLACES] = found[_PLACES][config.pad_token_id + 1 :]
    kinds = found[_SORTS]  # the first kind is the only one that is read; BERT's table has two rows
    found[_SORTS] = torch.cat([kinds, torch.zeros_like(kinds)])[:2]
    for part in ("classifier.weight", "classifier.bias"):
        found[part] = found[part][:labels]
    return found, BertConfig(
        vocab_size=config.vocab_size,
        hidden_size=config.hidden_size,
        num_hidden_layers=config.num_hidden_layers,
        num_attention_heads=config.num_attention_heads,
        intermediate_size=config.intermediate_size,
        max_position_embeddings=len(found[_PLACES]),
        layer_norm_eps=config.layer_norm_eps,
    )


def _check(config: PretrainedConfig) -> None:
    told = [config.model_type]
    if config.model_type in KINDS:
        told = [config.hidden_act, getattr(config, "position_embedding_type", "absolute")]
    if told != _PLAIN:
        raise NoModel(
            f"a network of the kind {' '.join(map(str, told))} cannot be compiled, only {', '.join(KINDS)} in their plain form; choose "
            "another model, or let the `huggingface` moderator read it (moderators/README.md)"
        )


def _renamed(name: str) -> str:
    for theirs, ours in {"roberta.": "bert.", **_HEAD}.items():
        if name.startswith(theirs):
            return ours + name.removeprefix(theirs)
    return name
