"""The package's `original` model without its weights: a checkpoint of the same architecture, filled by chance.

Speed does not depend on what the weights say, and the model hubs cannot be reached everywhere. The vocabulary is the bundled model's,
which is BERT's own.
"""

from __future__ import annotations

import json
from pathlib import Path

import torch
import transformers
from detoxify import Detoxify

from moderators.bundle import CLASSROOM, TOKENIZER

_CLASSES = ["toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack"]


def load_original(folder: Path, layers: int) -> Detoxify:
    """The detoxify package's own object around bert-base-uncased (12 layers) or a smaller one."""
    transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # the package says no types here
    folder.mkdir()
    torch.manual_seed(0)
    config = transformers.BertConfig(num_hidden_layers=layers)
    config.num_labels = len(_CLASSES)
    config.save_pretrained(folder)
    (folder / TOKENIZER).write_bytes((CLASSROOM / TOKENIZER).read_bytes())
    special = {f"{name}_token": f"[{name.upper()}]" for name in ("unk", "sep", "pad", "cls", "mask")}
    tokenizer = {"tokenizer_class": "BertTokenizer", "do_lower_case": True, "model_max_length": 512, **special}
    (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer))
    arguments = {
        "model_type": str(folder), "model_name": "BertForSequenceClassification",
        "tokenizer_name": "BertTokenizerFast", "num_classes": len(_CLASSES),
    }  # fmt: skip
    written = {"arch": {"type": "BERT", "args": arguments}, "dataset": {"type": "bench", "args": {"classes": _CLASSES}}}
    state = transformers.BertForSequenceClassification(config).state_dict()
    torch.save({"config": written, "state_dict": state}, folder / "original.ckpt")
    model = Detoxify(checkpoint=str(folder / "original.ckpt"), huggingface_config_path=str(folder))
    (folder / "original.ckpt").unlink()  # 440 MB that nobody needs any more
    return model
