"""Floor 4: products with few rows or short sums, in blocks that stay in registers, where BLAS is busy with packing.

A block is some rows by two vectors of columns. Each number of y is read once for all of these rows.
"""
from collections.abc import Iterator
from dataclasses import dataclass

from autograd.executors.native.lower import View
from autograd.executors.native.text import at

_WORTH = 1024                         # multiplications
_FEW = {"double": 8, "float": 16}     # rows, however large y is
_SOME = 32                            # rows, or numbers in a sum, where y stays in the second cache
_LARGE = 1 << 17                      # numbers of y that do
_NEAR = 1 << 14                       # numbers of y so few that rows may come out one after the other
_HIGH = 6                             # rows in a block: twelve vectors, and two of y, fill sixteen registers
_DEEP = 16                            # numbers summed at a time where y is large, so that it is read from front to back


def is_blocked(kind: str, vx: View, vy: View) -> bool:
    """Whether a product is computed in this way."""
    (m, k), n = vx.shape, vy.shape[1]
    fits = m <= _FEW[kind] if k * n > _LARGE else min(m, k) <= _SOME
    return fits and vy.strides[1] == 1 and n >= _FEW[kind] and m > 1 and m * n * k >= _WORTH


def is_by_rows(kind: str, vx: View, vy: View) -> bool:
    """Whether rows come out one after the other."""
    return is_blocked(kind, vx, vy) and vx.shape[0] > _HIGH and vy.shape[0] * vy.shape[1] <= _NEAR


@dataclass(frozen=True)
class Blocks:
    """The blocks of a product x @ y; `out` is where its row i lies, in C."""

    kind: str
    x: str
    y: str
    out: str
    vx: View
    vy: View

    @property
    def rows(self) -> int:
        """How many rows a block has: a divisor of all rows if there is one."""
        m = self.vx.shape[0]
        return next((r for r in range(_HIGH, 3, -1) if m % r == 0), -(-m // -(-m // _HIGH)))

    def lines(self) -> Iterator[str]:
        """All of the product."""
        if self.vy.shape[0] * self.vy.shape[1] > _LARGE:
            yield from self.streamed()
        elif is_by_rows(self.kind, self.vx, self.vy):
            yield self.down()
            yield from self.across(self.rows, "{", "}")
            yield "}"
        else:
            yield from self.across(self.rows, self.down(), "}")

    def down(self) -> str:
        """A loop over blocks of rows; where they do not come out even, the last one overlaps the one before."""
        m, rows = self.vx.shape[0], self.rows
        return f"for (I d = 0; d < {m}; d += {rows}) {{ const I i = d < {m - rows} ? d : {m - rows};"

    def across(self, rows: int, begin: str, end: str) -> Iterator[str]:
        """Rows i, i + 1, … from left to right; the blocks of each column stand between `begin` and `end`."""
        yield "{"
        yield from self.columns(rows, begin, end)
        yield from self.tail(rows, begin, end)
        yield "}"

    def streamed(self) -> Iterator[str]:
        """A few terms of all sums at a time, so that y is read once from front to back."""
        (m, k), n = self.vx.shape, self.vy.shape[1]
        blocks = [(f"{{ const I i = {i};", min(self.rows, m - i)) for i in range(0, m, self.rows)]
        yield f"for (I i = 0; i < {m}; i++) for (I j = 0; j < {n}; j++) {self.out}[j] = 0;"
        yield f"for (I p0 = 0; p0 < {k}; p0 += {_DEEP}) {{ const I p1 = p0 < {k - _DEEP} ? p0 + {_DEEP} : {k};"
        for begin, rows in blocks:
            yield from self.columns(rows, begin, "}", ("p0", "p1"))
        yield "}"
        for begin, rows in blocks:
            yield from self.tail(rows, begin, "}")

    # ------------------------------------------------------------ blocks
    def columns(self, rows: int, begin: str, end: str, part: tuple[str, str] | None = None) -> Iterator[str]:
        """The columns that fill vectors."""
        n = self.vy.shape[1]
        yield f"{{ enum {{ L = WIDTH / sizeof({self.kind}) }}; I j = 0;"
        yield f"for (; j + 2 * L <= {n}; j += 2 * L) {{ {begin}"
        yield from self.block(rows, 2, part)
        yield f"{end} }} if (j + L <= {n}) {{ {begin}"
        yield from self.block(rows, 1, part)
        yield f"{end} }} }}"

    def tail(self, rows: int, begin: str, end: str) -> Iterator[str]:
        """The columns that are left over, with some before them that are not written again."""
        n = self.vy.shape[1]
        yield f"{{ enum {{ L = WIDTH / sizeof({self.kind}), REST = {n} % L }};"
        yield f"if (REST) {{ const I j = {n} - L; {begin}"
        yield from self.sums(rows, 1, None)
        for r in range(rows):
            rest = f"({self.kind} *)&q{r}_0 + L - REST, REST * sizeof({self.kind})"
            yield f"memcpy({self.out} + {(r + 1) * n} - REST, {rest});"
        yield f"{end} }} }}"

    def block(self, rows: int, vectors: int, part: tuple[str, str] | None) -> Iterator[str]:
        """A block at row i and column j; with `part`, only these terms of its sums, added to what is there."""
        yield from self.sums(rows, vectors, part)
        yield " ".join(f"{self.place(r, v)} = q{r}_{v};" for r in range(rows) for v in range(vectors))

    def sums(self, rows: int, vectors: int, part: tuple[str, str] | None) -> Iterator[str]:
        """The sums of a block, in variables."""
        every = [(r, v) for r in range(rows) for v in range(vectors)]
        start, stop = part or ("0", str(self.vy.shape[0]))
        starts = ", ".join(f"q{r}_{v} = {self.place(r, v) if part else '{0}'}" for r, v in every)
        yield f"wide_{self.kind} {starts};"
        yield f"for (I p = {start}; p < {stop}; p++) {{"
        yield f"const wide_{self.kind} *e = (const wide_{self.kind} *)&{at(self.y, self.vy, 'p', 'j')};"
        yield " ".join(f"wide_{self.kind} y{v} = e[{v}]; IN_REGISTER(y{v});" for v in range(vectors))
        for r in range(rows):
            terms = " ".join(f"q{r}_{v} += a * y{v};" for v in range(vectors))
            yield f"{{ const {self.kind} a = {at(self.x, self.vx, f'(i + {r})', 'p')}; {terms} }}"
        yield "}"

    def place(self, r: int, v: int) -> str:
        """Vector v of row i + r, from column j."""
        return f"*((wide_{self.kind} *)({self.out} + {r * self.vy.shape[1]} + j) + {v})"
