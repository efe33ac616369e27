"""Test the named parameter groups, the optimizers and their flags, and the states of older checkpoints."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

import torch  # noqa: E402
from torch import nn  # noqa: E402

from statecode.arguments import setting  # noqa: E402
from statecode.errors import ConfigError  # noqa: E402
from statecode.modeling.configs import Objective, OptimizerConfig  # noqa: E402
from statecode.modeling.optimizers import OPTIMIZERS, make_optimizer  # noqa: E402
from statecode.modeling.optimizers.factory import OptimizerFactory  # noqa: E402
from statecode.modeling.optimizers.groups import parameter_groups, with_named_groups  # noqa: E402
from statecode.modeling.optimizers.muon import MuonOptions  # noqa: E402
from tests.support.modeling_samples import FAMILIES, family_model, parsed, small_model  # noqa: E402


def group_of_each_parameter(model: nn.Module, config: OptimizerConfig = OptimizerConfig()) -> dict[str, str]:
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    return {names[id(p)]: group["name"] for group in parameter_groups(model, config) for p in group["params"]}


@pytest.mark.parametrize("objective", list(Objective))
def test_every_parameter_is_in_one_group_by_its_kind(objective: Objective) -> None:
    model = small_model(objective)
    groups = group_of_each_parameter(model)
    assert groups.keys() == dict(model.named_parameters()).keys()
    for name, parameter in model.named_parameters():
        embedding = "embed" in name or "wte" in name or "wpe" in name
        expected = "vectors" if parameter.ndim == 1 else "embeddings" if embedding else "matrices"
        assert groups[name] == expected


@pytest.mark.parametrize("objective", list(Objective))
def test_only_matrices_other_than_embeddings_decay(objective: Objective) -> None:
    optimizer = make_optimizer(small_model(objective), OptimizerConfig(weight_decay=0.3, learning_rate=0.01))
    assert isinstance(optimizer, torch.optim.AdamW)
    assert {group["name"]: group["weight_decay"] for group in optimizer.param_groups} == {
        "matrices": 0.3, "embeddings": 0.0, "vectors": 0.0}
    assert all(group["lr"] == group["initial_lr"] == 0.01 for group in optimizer.param_groups)


def conditioned(rows: int, columns: int, scale: float) -> torch.Tensor:
    """Return a random matrix with singular values between 0.3 and 1 times `scale`."""
    left, values, right = torch.linalg.svd(torch.randn(rows, columns), full_matrices=False)
    return left @ torch.diag(torch.linspace(0.3, 1, len(values)) * scale) @ right


def hidden_matrices(model: nn.Module, values: dict[str, torch.Tensor]) -> Iterator[torch.Tensor]:
    """Yield views of the values of all hidden matrices of a model, each as (out, in)."""
    groups = group_of_each_parameter(model)
    for name, value in values.items():
        if groups[name] != "matrices":
            continue
        if name.startswith("transformer."):  # GPT-2: (in, out), with query, key and value side by side
            yield from value.T.chunk(3 if "c_attn" in name else 1)
        else:
            yield value


@pytest.mark.parametrize("family", FAMILIES)
def test_muon_orthogonalises_each_hidden_matrix_and_the_three_of_conv1d_apart(family: str) -> None:
    """Compare a step with U V^T of the gradient of each matrix (out, in), found by a singular value decomposition."""
    torch.manual_seed(0)
    model = family_model(family)
    config = OptimizerConfig(optimizer="muon", weight_decay=0.0, options=MuonOptions(muon_learning_rate=0.5))
    optimizer = make_optimizer(model, config)
    before = {name: parameter.detach().clone() for name, parameter in model.named_parameters()}
    gradients = {name: torch.randn_like(parameter) for name, parameter in before.items()}
    for number, matrix in enumerate(hidden_matrices(model, gradients)):
        matrix.copy_(conditioned(*matrix.shape, scale=10.0 ** (number % 3)))
    for name, parameter in model.named_parameters():
        parameter.grad = gradients[name].clone()
    optimizer.step()
    changes = {name: before[name] - parameter.detach() for name, parameter in model.named_parameters()}
    for change, gradient in zip(hidden_matrices(model, changes), hidden_matrices(model, gradients), strict=True):
        update = change / 0.5 / max(1, change.shape[0] / change.shape[1]) ** 0.5
        left, _, right = torch.linalg.svd(gradient, full_matrices=False)
        along = (left.T @ update @ right.T).diagonal()
        assert ((along > 0.6) & (along < 1.3)).all()  # Newton-Schulz of five steps is not exact
        assert float(update.norm()) == pytest.approx(float(along.norm()), rel=0.02)  # nothing in other directions
    for name, group in group_of_each_parameter(model).items():
        if group != "matrices":  # the first step of AdamW is the sign of the gradient
            torch.testing.assert_close(changes[name], 6e-4 * gradients[name].sign(), rtol=1e-3, atol=2e-7)


@pytest.mark.parametrize("family", FAMILIES)
def test_muon_continues_from_its_state(family: str) -> None:
    model = family_model(family)
    config = OptimizerConfig(optimizer="muon")
    optimizer = make_optimizer(model, config)
    take_step(model, optimizer, scale=1e-2)
    twin = copy.deepcopy(model)
    continued = make_optimizer(twin, config)
    continued.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    for each, its_optimizer in ((model, optimizer), (twin, continued)):
        take_step(each, its_optimizer, scale=0.5)
    assert all(torch.equal(ours, theirs) for ours, theirs in zip(twin.parameters(), model.parameters()))
    optimizer.zero_grad()
    assert all(parameter.grad is None for parameter in model.parameters())
    assert {group["name"]: group["initial_lr"] for group in optimizer.param_groups} == {
        "matrices": 0.02, "embeddings": 6e-4, "vectors": 6e-4}


def test_muon_changes_weights_that_were_moved_in_memory() -> None:
    """Move the weights after the optimizer was made, as accelerate does for several processes."""
    model = family_model("gpt2")
    optimizer = make_optimizer(model, OptimizerConfig(optimizer="muon"))
    for parameter in model.parameters():
        parameter.data = parameter.data.clone()
    before = {name: parameter.detach().clone() for name, parameter in model.named_parameters()}
    take_step(model, optimizer, scale=1e-2)
    assert not any(torch.equal(before[name], parameter) for name, parameter in model.named_parameters())


def test_muon_refuses_weights_that_are_no_matrices() -> None:
    message = "--optimizer muon: a weight has 3 dimensions, and only matrices are supported; use --optimizer adamw"
    with pytest.raises(ConfigError, match=f"^{message}$"):
        make_optimizer(nn.Conv1d(2, 2, 2), OptimizerConfig(optimizer="muon"))


class Untied(nn.Module):
    """A model whose output layer has weights of its own, and whose layers are not in the order of the groups."""

    def __init__(self) -> None:
        super().__init__()
        self.norm, self.output = nn.LayerNorm(4), nn.Linear(4, 7)
        self.embedding, self.hidden = nn.Embedding(7, 4), nn.Linear(4, 4)
        self.hidden.bias.requires_grad = False

    def get_output_embeddings(self) -> nn.Module:
        """Return the output layer, as models of transformers do."""
        return self.output


def test_an_output_layer_with_own_weights_is_a_group_and_frozen_parameters_are_in_none() -> None:
    assert group_of_each_parameter(Untied()) == {
        "hidden.weight": "matrices", "output.weight": "head", "embedding.weight": "embeddings", "output.bias": "vectors",
        "norm.weight": "vectors", "norm.bias": "vectors"}
    decay = {group["name"]: group["weight_decay"] for group in parameter_groups(Untied(), OptimizerConfig())}
    assert decay == {"matrices": 0.1, "head": 0.1, "embeddings": 0.0, "vectors": 0.0}


def take_step(model: nn.Module, optimizer: torch.optim.Optimizer, scale: float) -> None:
    optimizer.zero_grad()
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
    sum(scale * (number + 1) * parameter.exp().sum() for number, parameter in enumerate(trainable)).backward()
    optimizer.step()


def older_optimizer(model: nn.Module, config: OptimizerConfig) -> torch.optim.Optimizer:
    """Return AdamW with the two groups of older versions: matrices other than embeddings, and all other parameters."""
    groups = group_of_each_parameter(model)
    trainable = [(name, parameter) for name, parameter in model.named_parameters() if parameter.requires_grad]
    decayed = [parameter for name, parameter in trainable if groups[name] in ("matrices", "head")]
    others = [parameter for name, parameter in trainable if groups[name] not in ("matrices", "head")]
    return torch.optim.AdamW(
        [{"params": decayed, "weight_decay": config.weight_decay}, {"params": others, "weight_decay": 0.0}],
        lr=config.learning_rate, betas=(config.beta1, config.beta2), fused=True)


@pytest.mark.parametrize("make", [*(lambda each=each: small_model(each) for each in Objective), Untied],
                         ids=["gpt2", "bert", "untied"])
def test_the_groups_change_no_step_and_states_of_older_versions_are_continued(make: Callable[[], nn.Module]) -> None:
    model, config = make(), OptimizerConfig()
    older = older_optimizer(model, config)
    take_step(model, older, scale=1.0)
    twin = copy.deepcopy(model)
    optimizer = make_optimizer(twin, config)
    state: dict[str, Any] = copy.deepcopy(older.state_dict())  # load_state_dict keeps the tensors
    optimizer.load_state_dict(with_named_groups(state, twin, optimizer))
    take_step(model, older, scale=0.5)
    take_step(twin, optimizer, scale=0.5)
    assert all(torch.equal(ours, theirs) for ours, theirs in zip(twin.parameters(), model.parameters()))
    assert [group["name"] for group in optimizer.param_groups if group["name"] != "head"] == [
        "matrices", "embeddings", "vectors"]
    state = optimizer.state_dict()
    assert with_named_groups(state, twin, optimizer) is state


def test_the_optimizer_and_the_schedule_are_flags() -> None:
    config = parsed("--preset", "tiny", "--optimizer", "adamw", "--schedule", "cosine", "--beta1", "0.8").optimizer
    assert (config.optimizer, config.schedule, config.options, config.beta1) == ("adamw", "cosine", None, 0.8)
    with pytest.raises(ConfigError, match="^unknown optimizer 'sgd'; known: adamw, muon$"):
        parsed("--preset", "tiny", "--optimizer", "sgd")
    with pytest.raises(ConfigError, match="^unknown schedule 'linear'; known: cosine, wsd$"):
        parsed("--preset", "tiny", "--schedule", "linear")


@dataclass(frozen=True, kw_only=True)
class SgdOptions:
    """The settings of the optimizer sgd, whose values only the optimizer checks."""

    sgd_momentum: float = setting(0.9, "share of the previous update that is kept")


@pytest.fixture
def register() -> Iterator[Callable[..., None]]:
    """Yield a function that registers the optimizer sgd with a function `create`, until the test ends."""
    def register_sgd(create: Callable[..., Any], options: type | None = SgdOptions) -> None:
        OPTIMIZERS.register(OptimizerFactory(name="sgd", summary="SGD", create=create, options=options))

    yield register_sgd
    if "sgd" in OPTIMIZERS:
        OPTIMIZERS.unregister("sgd")


def refusal(config: OptimizerConfig = OptimizerConfig(optimizer="sgd")) -> str:
    """Return the message with which the creation of the optimizer of a config is refused."""
    with pytest.raises(ConfigError) as caught:
        make_optimizer(small_model(Objective.CAUSAL), config)
    return str(caught.value)


def test_a_value_that_the_optimizer_refuses_is_one_line(register: Callable[..., None]) -> None:
    register(lambda groups, config: torch.optim.SGD(
        [dict(group) for group in groups], momentum=config.options.sgd_momentum))
    config = parsed("--preset", "tiny", "--optimizer", "sgd", "--sgd-momentum", "-3").optimizer
    assert refusal(config) == "--optimizer sgd: Invalid momentum value: -3.0"


def test_an_options_class_that_raises_value_error_is_one_line(register: Callable[..., None]) -> None:
    @dataclass(frozen=True, kw_only=True)
    class Checked(SgdOptions):
        def __post_init__(self) -> None:
            if self.sgd_momentum < 0:
                raise ValueError("negative\nmomentum")

    register(lambda groups, config: None, Checked)
    with pytest.raises(ConfigError, match="^--optimizer sgd: negative momentum$"):
        parsed("--preset", "tiny", "--optimizer", "sgd", "--sgd-momentum", "-3")


def test_a_function_that_creates_no_usable_optimizer_is_refused(register: Callable[..., None]) -> None:
    register(lambda groups, config: "sgd")
    assert refusal() == "--optimizer sgd: create must return a torch.optim.Optimizer, not str"
    OPTIMIZERS.unregister("sgd")
    register(lambda groups, config: torch.optim.SGD([p for group in groups for p in group["params"]]))
    assert refusal().startswith("--optimizer sgd: each group of parameters needs name and initial_lr")


@pytest.mark.parametrize("name, default, message", [
    ("learning_rate", setting(0.1, "learning rate"), "the option learning_rate of the optimizer sgd must be named sgd_"),
    ("sgd_momentum", 0.9, "the option sgd_momentum of the optimizer sgd must be made with"),
])
def test_an_option_that_cannot_be_a_flag_is_refused(
    register: Callable[..., None], name: str, default: Any, message: str
) -> None:
    options = dataclass(frozen=True)(type("Options", (), {"__annotations__": {name: float}, name: default}))
    with pytest.raises(ValueError, match=f"^{message}"):
        register(lambda groups, config: None, options)
    assert list(OPTIMIZERS) == ["adamw", "muon"]
