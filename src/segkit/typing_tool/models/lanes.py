"""Eight trees at a time: the step of the forest engine that a compiler does not find by itself.

Eight 64-bit masks fill one line of the cache and, on many processors, one register. numba makes
no such whole lines of a loop, so this step is written for its compiler directly, with operations
on vectors of eight. Every processor has them: as one instruction, or as a few on halves.
"""

from typing import Any

from llvmlite import ir
from numba import TypingError, types
from numba.core import cgutils
from numba.extending import intrinsic

from segkit.typing_tool.models.lines import LANES

__all__ = ["reached_leaves"]

WORD, FLAG = ir.IntType(64), ir.IntType(1)
VECTOR = ir.VectorType(WORD, LANES)


@intrinsic
def reached_leaves(typing: Any, lines: Any, places: Any, row: Any) -> Any:  # noqa: ARG001
    """Return the leaf that a row reaches in each of eight trees.

    In Python: ``m = np.bitwise_and.reduce(lines[places[row]])``, eight masks; then the place of
    the lowest bit of each.

    Parameters
    ----------
    lines : ndarray of shape (n_cells, 8), dtype uint64, C-contiguous
        Leaves that stay open in eight trees, by cell; from `side_by_side`.
    places : ndarray of shape (n_rows, n_groups), unsigned, C-contiguous
        The cell of each group of fields that a row stands in: below n_cells, as `place_rows`
        makes it of codes below 64. Not checked: others read elsewhere.
    row : int
        The row, from 0 to n_rows - 1; not checked either.

    Returns
    -------
    tuple of 8 uint64

    Raises
    ------
    numba.TypingError
        When compiled for arrays that do not lie in C order: they are read by plain addresses.
    """
    if lines.layout != "C" or places.layout != "C":
        raise TypingError("reached_leaves expects lines and places that are C-contiguous")
    return types.UniTuple(types.uint64, LANES)(lines, places, row), _reached_leaves


def _reached_leaves(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    line_type, place_type, _ = signature.args
    lines = context.make_array(line_type)(context, builder, arguments[0])
    places = context.make_array(place_type)(context, builder, arguments[1])
    first_line = builder.bitcast(lines.data, VECTOR.as_pointer())
    n_groups = cgutils.unpack_tuple(builder, places.shape)[1]
    first_place = builder.mul(arguments[2], n_groups)
    all_open = ir.Constant(VECTOR, [ir.Constant(WORD, -1)] * LANES)
    masks = cgutils.alloca_once_value(builder, all_open)
    with cgutils.for_range(builder, n_groups) as group:
        at = builder.gep(places.data, [builder.add(first_place, group.index)])
        cell = builder.zext(builder.load(at), WORD)
        line = builder.load(builder.gep(first_line, [cell]))
        line.align = WORD.width // 8  # it holds wherever the lines begin
        builder.store(builder.and_(builder.load(masks), line), masks)
    kind = ir.FunctionType(VECTOR, [VECTOR, FLAG])
    lowest_bit = cgutils.get_or_insert_function(builder.module, kind, f"llvm.cttz.v{LANES}i64")
    # some leaf is always open: what is found in an empty mask may stay undefined
    leaves = builder.call(lowest_bit, [builder.load(masks), ir.Constant(FLAG, 1)])
    each = [
        builder.extract_element(leaves, ir.Constant(ir.IntType(32), lane)) for lane in range(LANES)
    ]
    return context.make_tuple(builder, signature.return_type, each)
