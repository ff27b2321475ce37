"""Export an encoder to ONNX with 8-bit weights. Needs the extra ``train``."""

from __future__ import annotations

import copy
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process

from vitallies.training.student import base_model


def export_encoder(body: torch.nn.Module, folder: Path) -> None:
    """Write ``encoder.onnx`` and ``tokenizer.json`` into a folder.

    Matrix weights are quantised to 8 bits a channel, embeddings to 8 bits; activations are quantised as they come, for
    which it matters that windows are run one by one (`vitallies.classify.encoder.Encoder`).

    Parameters
    ----------
    body : torch.nn.Module
        A transformer as ``transformers`` builds it.
    folder : Path
    """
    with tempfile.TemporaryDirectory() as scratch:
        exported, prepared = Path(scratch, "exported.onnx"), Path(scratch, "prepared.onnx")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the exporter warns of shapes that it traces, all of which are meant
            torch.onnx.export(
                _States(body),
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
    shutil.copyfile(base_model() / "tokenizer.json", folder / "tokenizer.json")


class _States(torch.nn.Module):
    """The last hidden states of one window, which needs no mask."""

    def __init__(self, body: torch.nn.Module) -> None:
        super().__init__()
        self.body: Any = copy.deepcopy(body).eval()
        self.body.set_attn_implementation("eager")

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        states: torch.Tensor = self.body(input_ids=input_ids).last_hidden_state
        return states
