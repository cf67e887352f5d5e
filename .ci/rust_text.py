"""Rust sources as text: comments, strings, functions, modules, as far as counting them needs."""
import re
from typing import NamedTuple

TOKEN = re.compile(
    r"""(?P<line>//[^\n]*)
      | (?P<block>/\*)
      | (?P<raw>\b[bc]?r(?P<hashes>\#*)")
      | (?P<string>\b[bc]?"(?:[^"\\]|\\.)*"|"(?:[^"\\]|\\.)*")
      | (?P<char>b?'(?:[^'\\\n]|\\(?:[nrt0'"\\]|x[0-9a-fA-F]{2}|u\{[0-9a-fA-F_]+\}))')""",
    re.VERBOSE | re.DOTALL,
)
FUNCTION = re.compile(r"\bfn\s+(\w+)")
TEST_MODULE = re.compile(r"#\[cfg\(test\)\]\s*(?:#\[[^\]]*\]\s*)*(?:pub(?:\([^)]*\))?\s+)?mod\s+(\w+)\s*([;{])")


class Function(NamedTuple):
    name: str
    first: int  # line of `fn`, from 1
    last: int  # line of the closing brace


def blanked(text):
    """Everything as spaces, lines kept."""
    return re.sub(r"[^\n]", " ", text)


def end_of_block(text, start):
    """Where a block comment, which may hold others, ends."""
    depth, place = 0, start
    for mark in re.finditer(r"/\*|\*/", text[start:]):
        depth += 1 if mark.group() == "/*" else -1
        place = start + mark.end()
        if depth == 0:
            break
    return place


class Source:
    """One file: its code without comments and with empty strings, its comments, its strings, and which lines are tests."""

    def __init__(self, path, is_test=False):
        self.path = path
        self.text = path.read_text()
        self.strings = []  # line, text
        code, comments, place = [], [], 0
        while match := TOKEN.search(self.text, place):
            code.append(self.text[place : match.start()])
            comments.append(blanked(code[-1]))
            end, is_comment = match.end(), bool(match["line"] or match["block"])
            if match["block"]:
                end = end_of_block(self.text, match.start())
            elif match["raw"] is not None:
                closing = self.text.find('"' + match["hashes"], end)
                end = len(self.text) if closing < 0 else closing + 1 + len(match["hashes"])
            whole = self.text[match.start() : end]
            if match["raw"] is not None or match["string"]:
                self.strings.append((self.text.count("\n", 0, match.start()) + 1, whole))
            # A string leaves its quotes, so that its line counts as code.
            code.append(blanked(whole) if is_comment or len(whole) < 2 else '"' + blanked(whole[1:-1]) + '"')
            comments.append(whole if is_comment else blanked(whole))
            place = end
        code.append(self.text[place:])
        comments.append(blanked(code[-1]))
        self.code, self.comments = "".join(code), "".join(comments)
        self.test_lines = self._test_lines(is_test)

    @property
    def lines(self):
        return self.text.count("\n")

    def _test_lines(self, is_test):
        if is_test:
            return set(range(1, self.lines + 1))
        found = set()
        for match in TEST_MODULE.finditer(self.code):
            if match[2] == "{":
                last = self.line_of(self.closing(match.end() - 1))
                found |= set(range(self.line_of(match.start()), last + 1))
        return found

    def test_files(self):
        """Where the modules for tests lie that are files of their own."""
        found = []
        for match in TEST_MODULE.finditer(self.code):
            named = re.search(r'#\[path = "([^"]*)"\]', self.text[match.start() : match.end()])
            if match[2] == ";":
                found += [self.path.parent / named[1]] if named else files_of_module(self.path, match[1])
        return found

    def line_of(self, place):
        return self.code.count("\n", 0, place) + 1

    def closing(self, opening):
        """Where the brace that opens there closes."""
        depth = 0
        for mark in re.finditer(r"[{}]", self.code[opening:]):
            depth += 1 if mark.group() == "{" else -1
            if depth == 0:
                return opening + mark.start()
        return len(self.code) - 1

    def functions(self):
        """Functions with a body, those within others too."""
        for match in FUNCTION.finditer(self.code):
            depth = 0
            for mark in re.finditer(r"[(\[<{;)\]>]|->", self.code[match.end() :]):
                sign = mark.group()
                if sign in "([":
                    depth += 1
                elif sign in ")]":
                    depth -= 1
                elif depth == 0 and sign == ";":
                    break
                elif depth == 0 and sign == "{":
                    opening = match.end() + mark.start()
                    yield Function(match[1], self.line_of(match.start()), self.line_of(self.closing(opening)))
                    break


def read_tree(folder):
    """All sources below a folder."""
    paths = sorted(folder.rglob("*.rs"))
    sources = {path: Source(path) for path in paths}
    tests = {path for source in sources.values() for path in source.test_files()}
    for path in paths:
        if path in tests or any(parent in tests for parent in path.parents):
            sources[path] = Source(path, is_test=True)
    return sources


def files_of_module(path, name):
    """Where the files of a module can lie that a file declares, and the folder of its own modules."""
    folder = path.parent if path.name in ("lib.rs", "main.rs", "mod.rs") else path.with_suffix("")
    return [folder / f"{name}.rs", folder / name / "mod.rs", folder / name]


# ---- what a crate exports

PUBLIC = re.compile(r"(?<![\w.])pub\s+(?:(?:unsafe|async|const|extern(?:\s+\"[^\"]*\")?)\s+)*(fn|struct|enum|union|trait|type|const|static|mod|use)\s+")
HIDDEN = re.compile(r"#\[doc\(hidden\)\]\s*$")
MODULE = re.compile(r"(?<![\w.])(?:pub(?:\([^)]*\))?\s+)?mod\s+(\w+)\s*;")


class Module:
    """A module that is a file of its own, with what stands in it at the top."""

    def __init__(self, source):
        self.items, self.uses, self.public_modules = [], [], []
        top = at_the_top(source.code)
        for match in PUBLIC.finditer(top):
            if HIDDEN.search(top[: match.start()]):
                continue
            rest = top[match.end() :]
            name = re.match(r"\w+", rest)
            if match[1] == "use":
                self.uses += leaves(rest[: rest.index(";")])
            elif match[1] == "mod":
                self.public_modules.append(name[0])
            elif name:
                self.items.append(name[0])
        self.modules = {name: path for name in MODULE.findall(top) for path in files_of_module(source.path, name) if path.is_file()}


def at_the_top(code):
    """The code outside of braces, but for those of `use`."""
    kept, depth, place, opened = [], 0, 0, []
    for mark in re.finditer(r"[{}]", code):
        if depth == 0:
            kept.append(code[place : mark.start()])
        is_use = depth == 0 and re.search(r"\buse\s[^;{}]*$", code[: mark.start()][-300:])
        if mark.group() == "{":
            opened.append(bool(is_use) or bool(opened and opened[-1]))
        elif opened:
            if opened.pop():
                kept.append(code[place : mark.start()] if depth else "")
        if opened and opened[-1] or is_use or (mark.group() == "}" and depth == 0):
            kept.append(mark.group())
        depth = sum(not use for use in opened)
        place = mark.end()
    kept.append(code[place:])
    return "".join(kept)


def leaves(tree):
    """The paths of a `use`, each as (segments, its name here); a glob has the name *."""
    tree = " ".join(tree.split())
    brace = tree.find("{")
    if brace < 0:
        path, _, alias = tree.partition(" as ")
        segments = [part.strip() for part in path.split("::")]
        if segments[-1] == "self":
            segments.pop()
        return [(segments, alias.strip() or segments[-1])]
    head = [part.strip() for part in tree[:brace].split("::") if part.strip()]
    inner, found, depth, start = tree[brace + 1 : tree.rindex("}")], [], 0, 0
    for place, sign in enumerate(inner + ","):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if sign == "," and depth == 0:
            if inner[start:place].strip():
                found += [(head + segments, name) for segments, name in leaves(inner[start:place])]
            start = place + 1
    return found


def exported(root):
    """Public paths of a library, by the text of its modules; `crate::` and relative paths of `pub use` are followed."""
    modules = {}

    def module(path):
        if path not in modules:
            modules[path] = Module(Source(path))
        return modules[path]

    def file_of(segments, origin):
        path = root if segments[:1] == ["crate"] else origin
        for segment in segments:
            if segment not in ("crate", "self"):
                path = module(path).modules.get(segment)
                if path is None:
                    return None
        return path

    def names(path, prefix, seen):
        if path in seen:
            return
        here = module(path)
        yield from (prefix + item for item in here.items)
        for name in here.public_modules:
            if name in here.modules:
                yield prefix + name
                yield from names(here.modules[name], f"{prefix}{name}::", seen | {path})
        for segments, name in here.uses:
            target = file_of(segments[:-1] if name == "*" else segments, path)
            if target is None:
                yield prefix + name
            else:
                inner = prefix if name == "*" else f"{prefix}{name}::"
                yield from names(target, inner, seen | {path})

    return sorted(set(names(root, "", frozenset())))
