"""What a reader does in a page, and what they see; `opened` is a page in a browser."""
import json
from pathlib import Path

import numpy as np
import pytest

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
NEEDS_AXE = pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not there: npm install --no-save axe-core@4.10")
#: WCAG 2.2 AA, and what axe calls best practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def findings(opened, rules=RULES):
    """What axe-core finds wrong with a page that was opened without its policy: the rule and the first element.

    It asks neither for the style sheets once more nor into frames, which is not allowed from file to file.
    """
    if not opened.evaluate("'axe' in window"):
        opened.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    options = {"runOnly": rules, "preload": False, "iframes": False, "resultTypes": ["violations"]}
    passes, wrong = opened.evaluate("""async options => {
        const found = await axe.run(document, options);
        return [found.passes.length, found.violations.map(one => [one.id, one.nodes[0].html.slice(0, 200)])];
    }""", options)
    assert passes, "axe had nothing to look at"
    return wrong


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
