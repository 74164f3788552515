"""Every rule of every gate, wrong in every way of mutants.py: the machine must notice each."""
import itertools
from collections import Counter

import numpy as np
import pytest

from autograd import make_jvp, make_vjp, vmap
from autograd.graph import GATES
from tests.cases import CASES, COMPLEX
from tests.machine import CHECKS, examples, on_complex
from tests.mutants import mended, mutants

ORDER = ["first_order", "complex", "broadcasting", "vmap", "second_order", "nested"]
