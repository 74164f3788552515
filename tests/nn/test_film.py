"""A film of training: what its pictures show, and its page in a browser."""
import base64
import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import nn
from nn.plot import Film
from nn.regions import COLOURS

X, Y = nn.load_moons(60)


def trained(y=Y, epochs=6, every=2, **keywords):
    model, film = nn.MLP([2, 8, 2], activation=nn.Tanh, seed=0), Film(X, y, every=every, **keywords)
    fit(model, film, epochs)
    return model, film


def fit(model, film, epochs):
    optimizer = nn.SGD(model.parameters(), lr=0.5, momentum=0.9)
    return nn.fit(model, (X, Y), loss=nn.CrossEntropyLoss(), optimizer=optimizer, epochs=epochs, callbacks=[film])


def last_picture(film):
    encoded = re.findall(r"data:image/png;base64,([\w+/=]+)", film.html())[0]
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(encoded))).convert("RGB"))


def test_the_pictures_are_the_classes_on_the_grid():
    model, film = trained(epochs=40)
    xs, ys = np.meshgrid(*film.axes)
    expected = model.predict(np.column_stack([xs.ravel(), ys.ravel()])).argmax(1).reshape(xs.shape)
    palette = np.array([[int(name[i:i + 2], 16) for i in (1, 3, 5)] for name in COLOURS])
    assert set(expected.ravel()) == {0, 1}
    np.testing.assert_array_equal(last_picture(film), palette[expected[::-1]])


def test_points_lie_on_the_ground_that_was_asked_about():
    _, film = trained()
    page = film.html()
    places = np.array(re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="3.5"', page), float)
    low, high = (np.array([axis[end] for axis in film.axes]) for end in (0, -1))
    np.testing.assert_allclose((places - 10) / 320 * [1, -1] + [0, 1], (X - low) / (high - low), atol=1e-3)


def test_a_film_is_the_same_training():
    with_film, _ = trained()
    without = nn.MLP([2, 8, 2], activation=nn.Tanh, seed=0)
    fit(without, lambda state: None, 6)
    for a, b in zip(with_film.parameters(), without.parameters(), strict=True):
        np.testing.assert_array_equal(a.data, b.data)


def test_training_again_begins_a_new_film_and_has_its_loss():
    model, film = trained(epochs=9)
    history = fit(model, film, 4)
    assert [epoch for epoch, _ in film.pictures] == [1, 2, 4]
    assert film.loss == history.loss


def test_it_is_refused_early():
    with pytest.raises(ValueError, match="callbacks="):
        Film(X, Y).html()
    with pytest.raises(ValueError, match="every must be at least 1"):
        Film(X, Y, every=0)
    with pytest.raises(ValueError, match=r"training\.html"):
        trained()[1].save("training.gif")


def test_forty_pictures_are_a_small_file(tmp_path):
    _, film = trained(epochs=40, every=1)
    film.save(tmp_path / "film.html")
    assert (tmp_path / "film.html").stat().st_size < 100_000


def test_the_script_is_a_file_of_the_package():
    assert (Path(nn.__file__).parent / "film.js").is_file()
