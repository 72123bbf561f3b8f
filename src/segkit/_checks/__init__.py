"""The only place where arguments are validated; words the messages.

Each check returns the clean value or raises a `SegkitError` that says what was
received, what was expected and the remedy, and names the item, field or row.
"""

from segkit._checks.columns import (
    check_columns,
    check_frame,
    check_labels,
    check_numbers,
    check_unique,
    check_unique_in_parts,
    ids_of,
)
from segkit._checks.items import (
    check_categories,
    check_correlation_matrix,
    check_fitted,
    check_items,
    check_model,
    check_same_items,
    note_items,
)
from segkit._checks.values import (
    check_boolean,
    check_integer,
    check_list,
    check_mapping,
    check_n_jobs,
    check_names,
    check_number,
    check_option,
    check_random_state,
    check_same_rows,
    check_share,
    check_shared_names,
    check_text,
    name_list,
    require,
)

__all__ = [
    "check_boolean",
    "check_categories",
    "check_columns",
    "check_correlation_matrix",
    "check_fitted",
    "check_frame",
    "check_integer",
    "check_items",
    "check_labels",
    "check_list",
    "check_mapping",
    "check_model",
    "check_n_jobs",
    "check_names",
    "check_number",
    "check_numbers",
    "check_option",
    "check_random_state",
    "check_same_items",
    "check_same_rows",
    "check_share",
    "check_shared_names",
    "check_text",
    "check_unique",
    "check_unique_in_parts",
    "ids_of",
    "name_list",
    "note_items",
    "require",
]
