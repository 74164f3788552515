"""What a reader does in a page, and what they see; `opened` is a page in a browser."""
import json

import numpy as np


def press(opened, name, times=1):
    for _ in range(times):
        opened.get_by_role("button", name=name, exact=True).click()


def said(opened):
    return opened.locator("#said").inner_text()


def step(opened):
    return int(opened.get_by_role("slider").input_value())


def drawn(opened, kind):
    """The text of every leaf and gate that is visible in the drawing."""
    return opened.evaluate("kind => [...document.querySelectorAll('svg .' + kind)].map(e => "
                           "getComputedStyle(e).visibility === 'visible' ? e.textContent : null)", kind)


def numbers(opened):
    """The table of all values in full, as {name: (value, gradient)}."""
    if not opened.locator("details[open]").count():
        opened.locator("summary").click()
        opened.wait_for_selector("tbody tr")
    rows = opened.locator("tbody tr").evaluate_all("rows => rows.map(row => [...row.children].map(c => c.textContent))")
    return {row[0].split(" = ")[0]: tuple(map(read, row[1:3])) for row in rows}


def read(text):
    words = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
    return np.array(json.loads(words.get(text, text))) if text else None


def change(opened, name, value):
    opened.get_by_label("Leaf", exact=True).select_option(name)
    opened.get_by_label("Value", exact=True).fill(json.dumps(np.asarray(value).tolist()))
    press(opened, "Set the value")
