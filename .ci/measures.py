#!/usr/bin/env python3
"""Measures of a tree of potts: lines, functions, files, public names, messages that name options of the command line.

    python3 .ci/measures.py [TREE] [--list]

Prints a table of two columns. --list adds what is over a limit, and the messages. By the text alone:

    code, comments, tests   lines of src with code, with nothing but a comment, and of tests (which count as neither of the two)
    functions               with a body, from the line of `fn` to the closing brace; in src those of tests apart
    public names            items and modules that a user of the library can name: public ones at the top of public modules, and what `pub
                            use` brings there, a glob with all of its module; no methods, fields and variants, no macros, and
                            what an attribute leaves out counts as if it were there
    messages with options   string literals with a `--word` in src outside of src/cli and outside of tests
"""
import argparse
import ast
import re
import statistics
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from rust_text import Source, exported, read_tree  # noqa: E402

MOST_LINES, MOST_FILE = 60, 500
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
SHELL_FUNCTION = re.compile(r"^\w+\(\) *\{$")


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def spread(values):
    return f"{len(values)}; median {statistics.median(values):g}, p90 {percentile(values, 0.9)}, most {max(values)}"


def lines_of_src(sources):
    """Lines of code, of comments, of tests, and blank ones."""
    code = comments = tests = blank = 0
    for source in sources.values():
        for number, (line, comment) in enumerate(zip(source.code.split("\n"), source.comments.split("\n")), start=1):
            if number > source.lines:
                break
            if number in source.test_lines:
                tests += 1
            elif line.strip():
                code += 1
            elif comment.strip():
                comments += 1
            else:
                blank += 1
    return code, comments, tests, blank


def rust_functions(sources):
    """(path, name, lines, whether of tests) of every function."""
    for source in sources.values():
        for function in source.functions():
            yield source.path, function.name, function.last - function.first + 1, function.first in source.test_lines


def script_functions(path):
    """(path, name, lines) of the functions of a script of Python or the shell."""
    text = path.read_text()
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield path, node.name, node.end_lineno - node.lineno + 1
        return
    began = None
    for number, line in enumerate(text.split("\n")):
        if SHELL_FUNCTION.match(line):
            began = number, line.split("(")[0]
        elif line == "}" and began:
            yield path, began[1], number - began[0] + 1
            began = None


def tracked(tree):
    """Files of the tree that git knows; all of them where there is no git."""
    told = subprocess.run(["git", "-C", str(tree), "ls-files", "-z"], capture_output=True, text=True, check=False)
    names = told.stdout.split("\0") if told.returncode == 0 and told.stdout else [str(p.relative_to(tree)) for p in tree.rglob("*")]
    return [tree / name for name in names if name and (tree / name).is_file() and "target" not in Path(name).parts]


def messages_with_options(tree, sources):
    found = []
    for source in sources.values():
        place = source.path.relative_to(tree / "src")
        if place.parts[0] in ("cli", "cli.rs"):
            continue
        found += [(source.path, line, text) for line, text in source.strings if OPTION.search(text) and line not in source.test_lines]
    return found


def measure(tree):
    """The rows of the table, and what --list adds."""
    sources = read_tree(tree / "src")
    code, comments, tests, blank = lines_of_src(sources)
    functions = list(rust_functions(sources))
    own = [lines for _, _, lines, is_test in functions if not is_test]
    sizes = {source.path: source.lines for source in sources.values()}
    files = tracked(tree)
    others = [path for path in files if path.suffix == ".rs" and tree / "src" not in path.parents]
    scripts = [path for path in files if path.suffix in (".py", ".sh") or path == tree / ".ci/run"]
    elsewhere = [row[:3] for row in rust_functions({path: Source(path) for path in others})]
    elsewhere += [row for path in scripts for row in script_functions(path)]
    everything = [row[:3] for row in functions] + elsewhere
    long_functions = [row for row in everything if row[2] > MOST_LINES]
    long_files = [(path, path.read_text().count("\n")) for path in [*sizes, *others, *scripts]]
    long_files = [row for row in long_files if row[1] > MOST_FILE]
    messages = messages_with_options(tree, sources)
    names = exported(tree / "src/lib.rs")
    in_src = sum(tree / "src" in path.parents for path, _, _ in long_functions)
    table = [
        ("lines of src", code + comments + tests + blank),
        ("  code", code),
        ("  comments", f"{comments} ({comments / code:.0%} of the code)"),
        ("  tests", tests),
        ("  blank", blank),
        ("files of src", spread(list(sizes.values()))),
        ("functions of src without tests", spread(own)),
        ("functions of tests in src", spread([row[2] for row in functions if row[3]] or [0])),
        (f"functions over {MOST_LINES} lines", f"{in_src} in src, {len(long_functions) - in_src} elsewhere"),
        (f"files over {MOST_FILE} lines", f"{sum(path in sizes for path, _ in long_files)} in src, "
                                          f"{sum(path not in sizes for path, _ in long_files)} elsewhere"),
        ("public names", f"{len(names)}, {sum('::' not in name for name in names)} of them at the front"),
        ("messages with options outside of src/cli", len(messages)),
    ]
    extra = [f"{path.relative_to(tree)}: {name}: {lines} lines" for path, name, lines in long_functions]
    extra += [f"{path.relative_to(tree)}: {lines} lines" for path, lines in long_files]
    extra += [f"{path.relative_to(tree)}:{line}: {' '.join(text.split())}" for path, line, text in messages]
    return table, extra


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", nargs="?", type=Path, default=Path(__file__).resolve().parents[1])
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    table, extra = measure(options.tree.resolve())
    for name, value in table:
        print(f"{name}\t{value}")
    if options.list:
        print(*extra, sep="\n")


if __name__ == "__main__":
    main()
