"""The committed int8 weights back as a checkpoint that the detoxify package loads, without any network.

Only `engine: detoxify` and the test that holds the two engines together come here: this file imports torch.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import torch

from moderators.bundle import TOKENIZER, WEIGHTS, Bundle, read_weights

_LINEAR: Final = {
    "attention_out": "attention.output.dense",
    "ffn_in": "intermediate.dense",
    "ffn_out": "output.dense",
}
_NORMS: Final = {"attention_norm": "attention.output.LayerNorm", "ffn_norm": "output.LayerNorm"}
_SPECIAL: Final = {
    "unk_token": "[UNK]",
    "sep_token": "[SEP]",
    "pad_token": "[PAD]",
    "cls_token": "[CLS]",
}

_Tensors = Mapping[str, npt.NDArray[np.generic]]
_State = dict[str, torch.Tensor]


def write_checkpoint(bundle: Bundle, folder: Path) -> Path:
    """Write the checkpoint and the configuration and tokenizer files beside it; answers the checkpoint's path.

    Load it with `Detoxify(checkpoint=str(path), huggingface_config_path=str(path.parent))`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{bundle.version}.ckpt"
    (folder / "config.json").write_text(json.dumps(configuration(bundle), indent=1), encoding="utf-8")
    (folder / TOKENIZER).write_bytes((bundle.folder / TOKENIZER).read_bytes())
    longest = int(bundle.encoder["positions"])
    tokenizer = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": longest, **_SPECIAL}
    (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer, indent=1), encoding="utf-8")
    arguments = {
        "model_type": str(folder),  # detoxify asks transformers for this name first: a folder needs no network
        "model_name": "BertForSequenceClassification",
        "tokenizer_name": "PreTrainedTokenizerFast",
        "num_classes": len(bundle.labels),
    }
    config = {
        "arch": {"type": "BERT", "args": arguments},
        "dataset": {"type": "hallmonitor", "args": {"classes": list(bundle.labels)}},
    }
    torch.save({"config": config, "state_dict": state_of(bundle)}, path)
    return path


def state_of(bundle: Bundle) -> _State:
    """The state of a transformers `BertForSequenceClassification` from the committed weights, dequantised to fp32."""
    tensors = read_weights(bundle.folder / WEIGHTS)
    state: _State = {
        "bert.embeddings.word_embeddings.weight": _table(tensors, "word"),
        "bert.embeddings.position_embeddings.weight": _table(tensors, "position"),
        "bert.embeddings.token_type_embeddings.weight": _plain(tensors["type"]),
        "classifier.weight": _plain(tensors["classifier.weight"]).T.contiguous(),
        "classifier.bias": _plain(tensors["classifier.bias"]),
    }
    _norm(state, tensors, "embeddings_norm", "bert.embeddings.LayerNorm")
    _linear(state, tensors, "pooler", ["bert.pooler.dense"])
    for number in range(int(bundle.encoder["layers"])):
        target = f"bert.encoder.layer.{number}."
        selves = [f"{target}attention.self.{part}" for part in ("query", "key", "value")]
        _linear(state, tensors, f"{number}.qkv", selves)
        for ours, theirs in _LINEAR.items():
            _linear(state, tensors, f"{number}.{ours}", [target + theirs])
        for ours, theirs in _NORMS.items():
            _norm(state, tensors, f"{number}.{ours}", target + theirs)
    return state


def configuration(bundle: Bundle) -> dict[str, object]:
    """What transformers calls the configuration of the bundle's network."""
    names = {str(index): name for index, name in enumerate(bundle.labels)}
    return {
        "architectures": ["BertForSequenceClassification"],
        "model_type": "bert",
        "hidden_act": "gelu",
        "hidden_size": int(bundle.encoder["hidden"]),
        "intermediate_size": int(bundle.encoder["intermediate"]),
        "layer_norm_eps": bundle.encoder["epsilon"],
        "max_position_embeddings": int(bundle.encoder["positions"]),
        "num_attention_heads": int(bundle.encoder["heads"]),
        "num_hidden_layers": int(bundle.encoder["layers"]),
        "vocab_size": int(bundle.encoder["vocabulary"]),
        "type_vocab_size": 2,
        "pad_token_id": 0,
        "id2label": names,
        "label2id": {name: int(index) for index, name in names.items()},
        "problem_type": "multi_label_classification",
    }


def _plain(value: npt.NDArray[np.generic]) -> torch.Tensor:
    return torch.from_numpy(np.array(value, dtype=np.float32))


def _table(tensors: _Tensors, name: str) -> torch.Tensor:
    return _plain(tensors[f"{name}.q"]) * _plain(tensors[f"{name}.scale"])[:, None]


def _linear(state: _State, tensors: _Tensors, name: str, targets: list[str]) -> None:
    weight = (
        _plain(tensors[f"{name}.q"]) * _plain(tensors[f"{name}.scale"]) * _plain(tensors[f"{name}.ease"])[:, None]
    ).T
    bias = _plain(tensors[f"{name}.bias"])
    for target, rows, part in zip(targets, weight.chunk(len(targets)), bias.chunk(len(targets)), strict=True):
        state[f"{target}.weight"], state[f"{target}.bias"] = rows.contiguous(), part.contiguous()


def _norm(state: _State, tensors: _Tensors, name: str, target: str) -> None:
    state[f"{target}.weight"] = _plain(tensors[f"{name}.weight"])
    state[f"{target}.bias"] = _plain(tensors[f"{name}.bias"])
