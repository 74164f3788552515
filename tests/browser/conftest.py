"""A real browser, where there is one; without it what needs it is skipped."""
import os
import shutil
from pathlib import Path

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="module")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with sync_api.sync_playwright() as playwright:
        sandbox = ["--no-sandbox"] if os.name == "posix" and os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=sandbox)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser, tmp_path):
    """Opens a page, or a file, offline; at the end nothing may have been asked for, and nothing may have gone wrong."""
    contexts, complaints = [], []

    def visit(source, width=1100, height=900, **options):
        context = browser.new_context(viewport={"width": width, "height": height}, offline=True, **options)
        context.set_default_timeout(60_000)           # a loaded machine takes its time
        contexts.append(context)
        opened = context.new_page()
        local = ("file:", "data:")
        opened.on("request", lambda request: request.url.startswith(local) or complaints.append(request.url))
        opened.on("console", lambda said: complaints.append(said.text))
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
        opened.goto((source if isinstance(source, Path) else written(source)).as_uri())
        return opened

    def written(source):
        path = tmp_path / "page.html"
        path.write_text(source, encoding="utf-8")
        return path
    visit.complaints = complaints
    yield visit
    for context in contexts:
        context.close()
    assert complaints == []
