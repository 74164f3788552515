"""Torch's names that are written in another way here: what to write instead."""

import difflib
from collections.abc import Iterable, Mapping

from autograd.errors import NoAttribute, message

_LIST = "keep a plain list: self.parts = [nn.Linear(2, 2), …]; its parameters are found"
_DICT = 'keep a plain dict: self.parts = {"a": nn.Linear(2, 2)}; its parameters are found'

MODULES = {
    "ModuleList": f"{_LIST}, or write nn.Sequential",
    "ParameterList": "keep a plain list: self.weights = [nn.Parameter(…), …]",
    "ModuleDict": _DICT,
    "ParameterDict": 'keep a plain dict: self.weights = {"a": nn.Parameter(…)}',
    "Upsample": "write x.repeat(2, axis=2).repeat(2, axis=3) in forward",
    "Unflatten": "write x.reshape(…) in forward",
    "ZeroPad2d": "write np.pad(x, …) in forward, or padding= in nn.Conv2d",
    "AdaptiveAvgPool1d": "write x.mean(axis=2, keepdims=True) for one number per channel, or nn.AvgPool1d",
    "AdaptiveAvgPool2d": "write x.mean(axis=(2, 3), keepdims=True) for one number per channel, or nn.AvgPool2d",
    "Conv3d": "write nn.Conv2d on the last two axes",
    "BatchNorm3d": "write nn.BatchNorm1d on x.reshape(N, C, -1)",
    "InstanceNorm2d": "write nn.GroupNorm(C, C, affine=False)",
    "Dropout1d": "write nn.Dropout, which drops single numbers",
    "Dropout2d": "write nn.Dropout, which drops single numbers",
    "PReLU": "write nn.functional.leaky_relu(x, self.slope) in forward, with self.slope = nn.Parameter(0.25)",
    "ReLU6": "write np.clip(x, 0.0, 6.0) in forward",
    "Hardtanh": "write np.clip(x, -1.0, 1.0) in forward",
    "Softmin": "write nn.functional.softmax(-x)",
    "Transformer": "write nn.TransformerEncoderLayer; its mask is nn.functional.generate_square_subsequent_mask(L)",
    "TransformerEncoder": "write nn.Sequential(*(nn.TransformerEncoderLayer(…) for _ in range(num_layers)))",
    "SoftMarginLoss": "write nn.functional.softplus(-y * x).mean()",
    "UninitializedParameter": "write nn.Parameter with its shape",
    "no_grad": "write from autograd import no_grad", "Tensor": "write from autograd import Tensor",
}
METHODS = {
    "register_buffer": 'write self.name = nn.Buffer(array, persistent=True)',
    "register_parameter": "write self.name = nn.Parameter(array)",
    "register_module": "write self.name = module", "add_module": "write self.name = module",
    "register_forward_hook": "write a module around it, whose forward calls it",
    "register_full_backward_hook": "look at the .grad of its parameters after backward()",
    "requires_grad_": "give the optimizer the parameters that are to be trained alone",
    "half": "write model.to(np.float32)", "bfloat16": "write model.to(np.float32)", "type": "write model.to(dtype)",
    "cuda": "leave it out: everything runs on the CPU", "cpu": "leave it out: everything runs on the CPU",
    "get_parameter": "write dict(model.named_parameters())[name]",
    "get_buffer": "write dict(model.named_buffers())[name]",
    "get_submodule": "write dict(model.named_modules())[name]",
    "compile": "leave it out: nn.fit compiles by itself",
    "extend": "write append for each layer", "insert": "write a new nn.Sequential", "pop": "write model[:-1]",
}
FUNCTIONS = {
    "one_hot": "write np.eye(num_classes)[labels]", "pad": "write np.pad(x, …)",
    "normalize": "write x / np.linalg.norm(x, axis=1, keepdims=True)", "hardtanh": "write np.clip(x, -1.0, 1.0)",
    "logsigmoid": "write -nn.functional.softplus(-x)", "interpolate": "write x.repeat(2, axis=2).repeat(2, axis=3)",
    "multi_head_attention_forward": "write nn.MultiheadAttention",
}


def not_here(what: str, name: str, elsewhere: Mapping[str, str], known: Iterable[str]) -> NoAttribute:
    """The error for a name that is not there: what to write instead, or the name that is nearest."""
    if name in elsewhere:
        return NoAttribute(message(what, elsewhere[name]))
    near = difflib.get_close_matches(name, [word for word in known if not word.startswith("_")], 1)
    return NoAttribute(message(what, f"did you mean {near[0]}?" if near else "look at dir() for what there is"))
