"""What the theme leaves out for those who use a keyboard or a screen reader, put into the finished pages.

Each replacement is found only once, so that pages which an incremental build leaves alone stay as they are.
"""

import re
from pathlib import Path
from typing import Any

REPLACEMENTS = [
    (r"<pre>", '<pre tabindex="0">'),  # what scrolls can be reached
    (r'(<div class="table-wrapper[^"]*")>', r'\1 tabindex="0">'),
    (r'(<aside class="sidebar-drawer")>', r'\1 aria-label="Pages">'),
    (r'(<aside class="toc-drawer[^"]*")>', r'\1 aria-label="On this page">'),
    (r'role="heading">', 'role="heading" aria-level="2">'),
    (r'<th class="head[^"]*">(<p></p>)?</th>', "<td></td>"),
    (r"<thead>\s*<tr[^>]*>(\s*<td></td>)+\s*</tr>\s*</thead>\n", ""),
    (r'(?<!</h1>\n)<div id="search-results">', '<h1>Search</h1>\n<div id="search-results">'),
]


def complete(app: Any, error: Exception | None) -> None:
    for path in Path(app.outdir).rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        for pattern, replacement in REPLACEMENTS:
            page = re.sub(pattern, replacement, page)
        path.write_text(page, encoding="utf-8")


def setup(app: Any) -> dict[str, bool]:
    app.connect("build-finished", complete)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
