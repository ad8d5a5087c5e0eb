"""The Open Inference Protocol v2 over HTTP (KServe, Triton, Seldon and their clients): its paths and metadata.

References
----------
Open Inference Protocol, version 2 (REST): health, server and model metadata.
"""

from collections.abc import Mapping

import msgspec

from ..operations import MODEL_NAME, Dialect, Routes, constant
from ..schemas import Answers
from . import oip_infer
from .status import ModelReady


class ServerLive(msgspec.Struct):
    """The function is up."""

    live: bool = True


class ServerReady(msgspec.Struct):
    """The function can be asked."""

    ready: bool = True


class ServerMetadata(msgspec.Struct):
    """What the server is."""

    name: str
    version: str
    extensions: list[str]


class TensorMetadata(msgspec.Struct):
    """An input or an output of the model; -1 stands for any number of customers."""

    name: str
    datatype: str
    shape: list[int]


class ModelMetadata(msgspec.Struct):
    """What the model takes and gives."""

    name: str
    versions: list[str]
    platform: str
    inputs: list[TensorMetadata]
    outputs: list[TensorMetadata]


def dialect(answers: Answers, _settings: Mapping[str, str]) -> Dialect:
    """Return the protocol's paths."""
    model = f"/v2/models/{MODEL_NAME}"
    described = {"GET": constant("Describe the model's tensors", _metadata(answers))}
    infer = {"POST": oip_infer.operation(answers)}
    ready = constant("Say that the model is ready (Open Inference Protocol)", ModelReady(MODEL_NAME))
    routes: Routes = {
        "/v2": {
            "GET": constant("Describe the server", ServerMetadata(MODEL_NAME, answers.hash, ["binary_tensor_data"]))
        },
        "/v2/health/live": {"GET": constant("Say that the function is up", ServerLive())},
        "/v2/health/ready": {"GET": constant("Say that the function can be asked", ServerReady())},
    }
    for path in (model, f"{model}/versions/{answers.hash}"):
        routes |= {path: described, f"{path}/ready": {"GET": ready}, f"{path}/infer": infer}
    return Dialect(routes)


def _metadata(answers: Answers) -> ModelMetadata:
    inputs = [TensorMetadata("customers", "FP64", [-1, len(answers.names)])]
    outputs = [TensorMetadata(name, datatype, [-1]) for name, datatype in oip_infer.OUTPUTS.items()]
    return ModelMetadata(MODEL_NAME, [answers.hash], "nearest-centroid", inputs, outputs)
