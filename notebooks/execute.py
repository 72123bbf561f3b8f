"""Execute the notebooks: NN_title.py (py:percent, reviewed) becomes NN_title.ipynb (with outputs).

    python notebooks/execute.py                execute every notebook and write it
    python notebooks/execute.py 01 03          only those whose names begin so
    python notebooks/execute.py --check        execute again, compare with the committed ones

Each notebook runs on this interpreter, in an empty working folder, without anybody's IPython
or matplotlib settings. What differs between two runs for no reason is taken out: times, ids,
paths, memory addresses, image comments. `--check` asks for

* the same cells;
* the same text and tables, or (another processor) the same words and numbers equal to six digits;
* the same images to the byte, or at most 0.5 % of the pixels off by more than 8 of 255 levels.

A cell that raises stops the run; nothing is written then.
"""

import argparse
import base64
import difflib
import io
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import jupytext
import nbformat
import numpy as np
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from matplotlib.image import imread
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from traitlets import default

from segkit._files import whole_file

HERE = Path(__file__).parent
CELL_TIMEOUT = 900
LEVELS, SHARE_OF_PIXELS = 8, 0.005
DIGITS = 1e-6
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:,\d{3})*(?:\.\d+)?(?:e[+-]?\d+)?", re.IGNORECASE)
METADATA = {
    "jupytext": {"formats": "ipynb,py:percent"},
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
IPYTHON_CONFIG = (
    "c = get_config()\n"
    "c.HistoryManager.enabled = False\n"
    "c.InlineBackend.print_figure_kwargs = "
    "{'bbox_inches': 'tight', 'metadata': {'Software': None}}\n"
)


class _ThisPython(KernelSpecManager):
    """Offers one kernel: the interpreter that runs this script."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:  # noqa: ARG002
        launch = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        # the kernel would warn each time that it talks over loopback without encryption
        quiet = ["--log-level=ERROR"]
        return KernelSpec(argv=launch + quiet, display_name="Python 3", language="python")


class _ThisPythonKernel(AsyncKernelManager):
    @default("kernel_spec_manager")
    def _only_this_python(self) -> KernelSpecManager:
        return _ThisPython(parent=self)


def executed(source: Path) -> NotebookNode:
    """Run the notebook of one py:percent source and return it with normalised outputs."""
    notebook = jupytext.read(source, fmt="py:percent")
    with tempfile.TemporaryDirectory(prefix="segkit-notebook-") as scratch:
        settings, work = Path(scratch, "settings"), Path(scratch, "work")
        work.mkdir()
        client = NotebookClient(
            notebook,
            timeout=CELL_TIMEOUT,
            kernel_name="python3",
            kernel_manager_class=_ThisPythonKernel,
            record_timing=False,
            resources={"metadata": {"path": str(work)}},
        )
        client.execute(env=environment(settings))
        return normalised(notebook, paths={str(work): ".", **known_paths()})


def environment(settings: Path) -> dict[str, str]:
    """Return the kernel's environment: one thread, no bars, no personal settings."""
    profile = settings / "profile_default"
    profile.mkdir(parents=True)
    (profile / "ipython_config.py").write_text(IPYTHON_CONFIG, encoding="utf-8")
    (settings / "matplotlibrc").write_text("svg.hashsalt: segkit\n", encoding="utf-8")
    fixed = {
        "IPYTHONDIR": str(settings),
        "MATPLOTLIBRC": str(settings / "matplotlibrc"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": "0",
        "TQDM_DISABLE": "1",
    }
    return {**os.environ, **fixed}


def known_paths() -> dict[str, str]:
    """Return what this machine's folders are called in an output."""
    paths = {
        os.environ.get("SEGKIT_DATA", ""): "SEGKIT_DATA",
        sys.prefix: "PYTHON",
        sys.base_prefix: "PYTHON",
        str(HERE.parent.resolve()): "segkit",
        str(Path.home()): "~",
        tempfile.gettempdir(): "TEMP",
    }
    return {path: name for path, name in paths.items() if path not in ("", "/")}


def normalised(notebook: NotebookNode, paths: dict[str, str]) -> NotebookNode:
    """Take out of an executed notebook what differs between two runs for no reason."""
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    count = 0
    for index, cell in enumerate(notebook.cells):
        cell.id = f"cell-{index:03d}"
        cell.metadata = {k: v for k, v in cell.metadata.items() if k == "tags"}
        if cell.cell_type == "code":
            count += 1
            cell.execution_count = count
            cell.outputs = [tidy_output(o, count, paths) for o in joined_streams(cell.outputs)]
    return notebook


def joined_streams(outputs: list[NotebookNode]) -> Iterator[NotebookNode]:
    """Join neighbouring pieces of one stream: where it was cut is chance."""
    last = None
    for output in outputs:
        if last is not None and output.output_type == "stream" and last.get("name") == output.name:
            last.text += output.text
            continue
        if last is not None:
            yield last
        last = output
    if last is not None:
        yield last


def tidy_output(output: NotebookNode, count: int, paths: dict[str, str]) -> NotebookNode:
    """Return an output without paths, addresses, chance ids and renderer's notes."""
    if output.output_type == "stream":
        output.text = tidy_text(output.text, paths)
    if "data" in output:
        for kind, content in output.data.items():
            if isinstance(content, str) and not kind.startswith("image/png"):
                output.data[kind] = tidy_text(content, paths)
        output.metadata = {}
    if output.output_type == "execute_result":
        output.execution_count = count
    return output


def tidy_text(text: str, paths: dict[str, str]) -> str:
    """Return the text with folders, addresses and random ids replaced by fixed words."""
    text = re.sub(r"\S*ipykernel_\d+/\d+\.py", "this cell", text)
    for path in sorted(paths, key=len, reverse=True):
        text = text.replace(path, paths[path])
    text = re.sub(r"\bat 0x[0-9a-f]+", "at 0x0", text)
    return re.sub(r"\bT_[0-9a-f]{5}", "T_00000", text)  # the ids of pandas' styled tables


def differences(old: NotebookNode, new: NotebookNode) -> Iterator[str]:
    """Yield what a reader would see differ between two normalised notebooks."""
    if len(old.cells) != len(new.cells):
        yield f"committed with {len(old.cells)} cells, the source has {len(new.cells)}"
        return
    for number, (a, b) in enumerate(zip(old.cells, new.cells, strict=True), start=1):
        if a.cell_type != b.cell_type or a.source != b.source:
            yield from diff(a.source, b.source, f"cell {number}, source")
        yield from output_differences(a.get("outputs", []), b.get("outputs", []), f"cell {number}")


def output_differences(
    old: list[NotebookNode], new: list[NotebookNode], where: str
) -> Iterator[str]:
    """Yield the differences between the outputs of one cell."""
    before, after = contents(old), contents(new)
    for key in [*before, *(k for k in after if k not in before)]:
        a, b = before.get(key, ""), after.get(key, "")
        if key[1].startswith("image/png"):
            off = share_of_pixels_off(a, b) if a and b else 1.0
            if off > SHARE_OF_PIXELS:
                yield f"{where}, output {key[0]}: {off:.1%} of the pixels of the image differ"
        elif not same_text(a, b):
            yield from diff(a, b, f"{where}, output {key[0]}, {key[1]}")


def contents(outputs: list[NotebookNode]) -> dict[tuple[int, str], str]:
    """Return the outputs of a cell as {(number, kind): text}."""
    found = {}
    for number, output in enumerate(outputs, start=1):
        if output.output_type == "stream":
            found[number, output.name] = output.text
        for kind, content in output.get("data", {}).items():
            found[number, kind] = content if isinstance(content, str) else repr(content)
    return found


def same_text(a: str, b: str) -> bool:
    """Say whether two texts hold the same words and, to six digits, the same numbers."""
    if a == b:
        return True
    if " ".join(NUMBER.sub("#", a).split()) != " ".join(NUMBER.sub("#", b).split()):
        return False
    x, y = numbers(a), numbers(b)
    return np.allclose(x, y, rtol=DIGITS, atol=0) and not np.isinf(x).any()


def numbers(text: str) -> np.ndarray:
    """Return the numbers of a text."""
    return np.array([float(n.replace(",", "")) for n in NUMBER.findall(text)])


def share_of_pixels_off(a: str, b: str) -> float:
    """Return the share of pixels that differ visibly between two base64 PNG images."""
    if a == b:
        return 0.0
    x, y = (imread(io.BytesIO(base64.b64decode(image)), format="png") for image in (a, b))
    if x.shape != y.shape:
        return 1.0
    return float((np.abs(x - y).max(axis=-1) > LEVELS / 255).mean())


def diff(a: str, b: str, where: str) -> Iterator[str]:
    """Yield a unified diff of two texts."""
    names = f"{where}: committed", f"{where}: executed now"
    yield from difflib.unified_diff(a.splitlines(), b.splitlines(), *names, lineterm="", n=1)


def check(source: Path) -> bool:
    """Execute a notebook and say whether the committed one still shows the same."""
    target = source.with_suffix(".ipynb")
    if not target.is_file():
        print(f"{target.name} is missing; run: python notebooks/execute.py {source.stem[:2]}")
        return False
    found = list(differences(nbformat.read(target, as_version=4), executed(source)))
    if found:
        print(f"{target.name} differs from what its source gives now:", *found, sep="\n")
        print(f"If that is meant, run: python notebooks/execute.py {source.stem[:2]}")
    return not found


def write(source: Path) -> bool:
    """Execute a notebook and write it."""
    notebook = executed(source)
    nbformat.validate(notebook)
    with whole_file(source.with_suffix(".ipynb")) as draft:
        draft.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    return True


def main(arguments: list[str]) -> int:
    """Execute or check the notebooks; return how many failed."""
    parser = argparse.ArgumentParser(description="Execute the notebooks.")
    parser.add_argument("names", nargs="*", help="beginnings of names; all where none is given")
    parser.add_argument("--check", action="store_true", help="compare with the committed ones")
    parser.add_argument("--folder", type=Path, default=HERE, help="where the sources are")
    asked = parser.parse_args(arguments)
    sources = sorted(asked.folder.glob("[0-9][0-9]_*.py"))
    if asked.names:
        sources = [s for s in sources if s.name.startswith(tuple(asked.names))]
    failed = 0
    for source in sources:
        try:
            good = (check if asked.check else write)(source)
        except CellExecutionError as error:
            print(f"{source.name}: a cell raised", error, sep="\n")
            good = False
        print(f"{source.stem}: {'good' if good else 'FAILED'}", flush=True)
        failed += not good
    if not sources:
        print(f"No notebook source NN_title.py in {asked.folder} fits.")
    return failed + (not sources)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
