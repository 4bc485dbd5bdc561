"""A random network of the same form as the real one, small enough to train in a second."""

from __future__ import annotations

from pathlib import Path

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from torch import nn
from transformers import BertConfig, BertForSequenceClassification

from moderators.models.training.data import LABELS, Row, classroom_labels

_TEXT = "i will hurt you see the bus friday lab bring notes hello please alex nobody likes class today kill lunch"
WORDS = _TEXT.split()
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def config() -> BertConfig:
    return BertConfig(
        vocab_size=len(SPECIAL) + len(WORDS),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=160,
        id2label=dict(enumerate(LABELS)),
        problem_type="multi_label_classification",
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )


def network(seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    model: nn.Module = BertForSequenceClassification(config())
    with torch.no_grad():
        for name, values in model.named_parameters():
            if "bias" in name or "classifier" in name:
                values.normal_(0, 0.5)
    return model.eval()


def tokenizer(folder: Path) -> Tokenizer:
    """Also writes `tokenizer.json`, with the padding and the cut that the real one comes with."""
    found = Tokenizer(models.WordLevel({w: i for i, w in enumerate(SPECIAL + WORDS)}, unk_token="[UNK]"))
    found.normalizer = normalizers.Lowercase()
    found.pre_tokenizer = pre_tokenizers.Whitespace()
    found.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    found.enable_truncation(16)
    found.enable_padding()
    found.save(str(folder / "tokenizer.json"))
    found.no_truncation()
    found.no_padding()
    return found


def rows() -> list[Row]:
    bad = [f"i will hurt you {word}" for word in WORDS]
    good = [f"see the bus friday {word}" for word in WORDS]
    return [Row(text, classroom_labels(["threat"]), "tiny", written=text) for text in bad] + [
        Row(text, classroom_labels([]), "tiny", written=text) for text in good
    ]
