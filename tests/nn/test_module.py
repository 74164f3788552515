"""nn.Parameter and nn.Module: names, values, modes, and what is left alone when something fails."""

import copy
import pickle

import numpy as np
import pytest

import nn
from autograd import Tensor
from autograd.errors import DataError, ShapeError


class Tied(nn.Module):
    """A module that uses one parameter twice, and holds others in a list and in a dict."""

    def __init__(self):
        self.encoder = nn.Linear(3, 2, seed=0)
        self.decoder = nn.Linear(2, 3, bias=False, seed=1)
        self.decoder.weight = self.encoder.weight
        self.scales = [nn.Parameter(1.0), nn.Parameter([2.0])]
        self.heads = {"a": nn.Linear(1, 1, seed=2)}

    def forward(self, x):
        return self.encoder(x) @ self.decoder.weight


def model():
    return nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2), seed=0)


def values(module):
    return [np.array(p.data) for p in module.parameters()]


def unchanged(module, before):
    return all(np.array_equal(a, b) for a, b in zip(values(module), before, strict=True))


class Average(nn.Module):
    """A module with a buffer that is saved, and one that is not."""

    def __init__(self):
        self.total, self.count = nn.Buffer(np.zeros(2)), nn.Buffer(0.0, persistent=False)

    def forward(self, x):
        self.total.data = self.total.data + x
        self.count.data = self.count.data + 1.0
        return self.total.data / self.count.data


class TestBuffer:
    def test_is_found_and_saved_but_not_trained(self):
        model = nn.Sequential(Average(), nn.Linear(2, 1))
        assert model[0](np.array([1.0, 2.0])).tolist() == [1.0, 2.0]
        assert [name for name, _ in model.named_buffers()] == ["0.total", "0.count"]
        assert list(model.state_dict()) == ["0.total", "1.weight", "1.bias"]
        assert len(model.parameters()) == 2
        assert "Average()" in model.summary()

    def test_keeps_its_shape_and_dtype(self):
        buffer = nn.Buffer(np.zeros(2, np.float32))
        buffer.data = [1, 2]
        assert buffer.dtype == buffer.data.dtype == np.float32
        with pytest.raises(ValueError, match=r"shape \(2,\), the new data \(3,\)"):
            buffer.data = np.zeros(3)
        assert buffer.data.tolist() == [1.0, 2.0]

    def test_does_not_share_the_memory_it_was_given(self):
        start = np.zeros(2)
        buffer = nn.Buffer(start)
        buffer.data = new = np.ones(2)
        start[0] = new[0] = 9.0
        assert buffer.data.tolist() == [1.0, 1.0]

    def test_a_state_gives_it_back_also_from_whole_numbers(self):
        model = Average()
        model.load_state_dict({"total": np.array([3, 4])})
        assert model.total.data.tolist() == [3.0, 4.0]
        with pytest.raises(ValueError, match=r"total has shape \(3,\)"):
            model.load_state_dict({"total": np.zeros(3)})

    def test_goes_to_another_dtype_with_the_model(self):
        model = Average().to(np.float32)
        assert (model.total.dtype, model.count.dtype) == (np.float32, np.float64)

    def test_must_say_how_it_starts(self):
        with pytest.raises(TypeError, match="does not say how its buffer 'total' starts"):
            Average().reset_parameters(0)


class TestParameter:
    def test_is_a_tensor_with_a_name(self):
        w = nn.Parameter([1.0, 2.0], name="w")
        assert isinstance(w, Tensor)
        assert w.name == "w"
        (w * w).sum().backward()
        assert w.grad.tolist() == [2.0, 4.0]

    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_keeps_its_dtype(self, dtype):
        assert nn.Parameter(np.ones(3, dtype)).dtype == dtype

    @pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda p: pickle.loads(pickle.dumps(p))])
    def test_copies_are_parameters_of_their_own(self, again):
        w = nn.Parameter([1.0, 2.0], name="w")
        other = again(w)
        other.data = [5.0, 6.0]
        assert type(other) is nn.Parameter
        assert other.name == "w"
        assert w.data.tolist() == [1.0, 2.0]

    def test_deep_copies_keep_the_gradient(self):
        w = nn.Parameter([1.0, 2.0])
        (w * w).sum().backward()
        assert copy.deepcopy(w).grad.tolist() == pickle.loads(pickle.dumps(w)).grad.tolist() == [2.0, 4.0]

    def test_integers_are_refused(self):
        with pytest.raises(DataError, match="int64"):
            nn.Parameter(np.array([1, 2]))


class TestNames:
    def test_dotted_as_in_torch(self):
        names = [name for name, _ in model().named_parameters()]
        assert names == ["0.weight", "0.bias", "2.weight", "2.bias"]
        assert [p.name for p in model().parameters()] == names

    def test_lists_and_dicts_are_looked_into_and_shared_parameters_listed_once(self):
        tied = Tied()
        names = ["encoder.weight", "encoder.bias", "scales.0", "scales.1", "heads.a.weight", "heads.a.bias"]
        assert [name for name, _ in tied.named_parameters()] == names
        assert [p.name for p in tied.parameters()] == names
        assert [name for name, _ in tied.named_modules()] == ["", "encoder", "decoder", "heads.a"]

    def test_grow_outwards_when_a_model_becomes_part_of_another(self):
        outer = nn.Sequential(model(), nn.Linear(2, 1))
        assert [p.name for p in outer.parameters()][:2] == ["0.0.weight", "0.0.bias"]

    def test_stay_when_a_slice_is_taken(self):
        whole = model()
        part = whole[1:]
        assert whole[2].weight.name == "2.weight"
        assert part.parameters()[0] is whole[2].weight

    def test_a_name_that_the_user_gave_stays(self):
        class Own(nn.Module):
            def __init__(self):
                self.a = nn.Parameter(1.0, name="α")

        assert Own().a.name == "α"

    def test_a_module_that_holds_itself_ends(self):
        module = nn.Module()
        module.me, module.w = module, nn.Parameter(1.0)
        assert module.modules() == [module]
        assert module.parameters() == [module.w]


class TestState:
    def test_round_trip(self):
        one, other = model(), nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2), seed=1)
        state = one.state_dict()
        assert all(type(value) is np.ndarray for value in state.values())
        other.load_state_dict(state)
        assert unchanged(other, values(one))

    def test_arrays_are_copies(self):
        module = model()
        before = values(module)
        module.state_dict()["0.weight"][:] = 7.0
        assert unchanged(module, before)

    def test_dtypes_stay_those_of_the_parameters(self):
        module = model().to(np.float32)
        module.load_state_dict(model().state_dict())
        assert {p.dtype for p in module.parameters()} == {np.dtype(np.float32)}

    @pytest.mark.parametrize(
        ("change", "text"),
        [
            (lambda s: s.pop("2.bias"), "2.bias is missing"),
            (lambda s: s.update({"2.wieght": s["2.weight"]}), r"2.wieght is unknown, did you mean 2.weight\?"),
            (lambda s: s.update(zzz=np.ones(1)), "zzz is unknown[;.]"),
            (lambda s: s.update({"2.bias": np.ones(3)}), r"2.bias has shape \(3,\) where \(2,\) is needed"),
            (lambda s: s.update({"2.bias": np.ones(2, int)}), "2.bias is int64 where floating point"),
        ],
    )
    def test_a_state_that_does_not_fit_changes_nothing(self, change, text):
        module = model()
        before = values(module)
        state = {name: value + 1 for name, value in module.state_dict().items()}
        change(state)
        with pytest.raises(ValueError, match=text):
            module.load_state_dict(state)
        assert unchanged(module, before)

    def test_all_problems_are_listed(self):
        with pytest.raises(ValueError, match=r"0.weight is missing; .*2.bias is missing; x is unknown"):
            model().load_state_dict({"x": 1.0})

    @pytest.mark.parametrize("again", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
    def test_copies_of_a_model_are_independent(self, again):
        module = model()
        other = again(module)
        other.reset_parameters(5)
        assert not unchanged(module, values(other))
        assert [p.name for p in other.parameters()] == [p.name for p in module.parameters()]

    def test_to_turns_every_parameter(self):
        assert {p.dtype for p in model().to(np.float32).parameters()} == {np.dtype(np.float32)}


class TestReset:
    def test_one_seed_fixes_every_layer(self):
        module = model()
        before = values(module)
        module.reset_parameters(1)
        assert not unchanged(module, before)
        module.reset_parameters(0)
        assert unchanged(module, before)

    def test_layers_of_one_shape_differ(self):
        module = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3), seed=0)
        assert not np.array_equal(module[0].weight.data, module[1].weight.data)

    def test_own_parameters_without_a_start_are_an_error(self):
        module = nn.Module()
        module.w = nn.Parameter(1.0)
        with pytest.raises(TypeError, match=r"(?s)Module does not say how its parameter 'w' starts.*def reset_param"):
            module.reset_parameters(0)


class TestUse:
    def test_predict_is_plain_in_evaluation_mode_and_puts_the_mode_back(self):
        class Watch(nn.Module):
            def forward(self, x):
                self.mode = self.training
                return x * nn.Parameter(2.0)

        module = nn.Sequential(Watch(), Watch())
        module[0].train(False)
        assert module.predict([1.0]).tolist() == [4.0]
        assert type(module.predict([1.0])) is np.ndarray
        assert [part.mode for part in module] == [False, False]
        assert [part.training for part in module] == [False, True]

    def test_the_mode_comes_back_when_predict_fails(self):
        module = model()
        with pytest.raises(ValueError, match="Linear"):
            module.predict(np.ones((2, 5)))
        assert module.training

    def test_a_module_that_returns_a_parameter_predicts_its_value(self):
        class Constant(nn.Module):
            def __init__(self):
                self.w = nn.Parameter([3.0])

            def forward(self, x):
                return self.w

        assert type(Constant().predict(0.0)) is np.ndarray

    def test_train_and_eval_reach_every_module(self):
        module = nn.Sequential(model())
        assert module.eval() is module
        assert not any(part.training for part in module.modules())
        assert all(part.training for part in module.train().modules())

    def test_no_forward(self):
        class Empty(nn.Module):
            pass

        with pytest.raises(NotImplementedError, match=r"(?s)Empty has no forward.*def forward\(self, x\) in Empty"):
            Empty()(1.0)

    def test_repr_nests(self):
        shown = repr(nn.Sequential(nn.Sequential(nn.Linear(3, 2, bias=False), nn.LeakyReLU(0.2)), nn.Softmax()))
        assert shown == (
            "Sequential(\n  (0): Sequential(\n    (0): Linear(3, 2, bias=False)\n    (1): LeakyReLU(0.2)\n  )\n"
            "  (1): Softmax(dim=-1)\n)"
        )

    def test_summary_counts_what_is_shared_once(self):
        lines = Tied().summary().splitlines()
        assert lines[0].split() == ["name", "layer", "parameters", "count"]
        assert lines[-1].split() == ["total", str(6 + 2 + 1 + 1 + 1 + 1)]
        assert "encoder  Linear(3, 2)" in lines[2]
        assert "weight (2, 3) bias (2,)" in lines[2]
        assert len({len(line) for line in lines}) == 1
        assert not any(line.startswith("decoder") for line in lines)


class TestSummaryOfARun:
    def test_outputs_of_a_network_of_convolutions(self):
        model = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
                              nn.Linear(64, 10))
        head, *rows, total = model.summary((5, 1, 8, 8)).splitlines()
        assert head.split() == ["name", "layer", "output", "parameters", "count"]
        shapes = ["(5, 4, 8, 8)", "(5, 4, 8, 8)", "(5, 4, 4, 4)", "(5, 64)", "(5, 10)"]
        assert [shape in row for row, shape in zip(rows, shapes, strict=True)] == [True] * 5
        assert total.split() == ["total", str(4 * 9 + 4 + 64 * 10 + 10)]
        assert model.summary(np.ones((5, 1, 8, 8))) == model.summary((5, 1, 8, 8)) == model.summary(
            Tensor(np.ones((5, 1, 8, 8))))

    def test_several_inputs_several_outputs_and_calls(self):
        class Pair(nn.Module):
            def __init__(self):
                self.shared = nn.Linear(2, 3)

            def forward(self, a, b):
                return self.shared(a), [self.shared(b), a]

        assert "(4, 3) (7, 3)" in Pair().summary((4, 2), (7, 2)).splitlines()[1]
        assert nn.Tanh().summary((2, 3)).splitlines()[1].split() == ["Tanh()", "(2,", "3)", "0"]

    def test_nothing_changes(self):
        class Counting(nn.Module):
            calls = 0

            def __init__(self):
                self.line = nn.Linear(2, 1, seed=0)
                self.modes = []

            def forward(self, x):
                self.calls += 1
                self.modes.append(self.training)
                return self.line(x)

        module = Counting()
        module.line(np.ones((1, 2))).sum().backward()
        kept = [p.grad.copy() for p in module.parameters()]
        attributes = set(vars(module.line))
        module.summary((3, 2))
        assert (module.calls, module.modes, module.training) == (0, [], True)
        assert set(vars(module.line)) == attributes
        assert all(np.array_equal(p.grad, g) for p, g in zip(module.parameters(), kept, strict=True))

    def test_the_dtype_is_that_of_the_parameters(self):
        class Typed(nn.Module):
            def __init__(self):
                self.line = nn.Linear(2, 1)

            def forward(self, x):
                assert x.dtype == np.float32
                return self.line(x)

        assert "(3, 1)" in Typed().to(np.float32).summary((3, 2))

    def test_an_input_that_does_not_fit(self):
        with pytest.raises(ShapeError, match="got an input of shape"):
            model().summary((3, 7))
