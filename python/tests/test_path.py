"""The package runs the program that lies in it, whatever is on PATH."""

import os
import re
import shutil
import stat
import subprocess
import sys
import sysconfig
import warnings
from pathlib import Path

import pytest

import pottsmodel
from pottsmodel import _path

BIN = Path(pottsmodel.__file__).parent / "bin"
COMMAND = Path(sysconfig.get_path("scripts")) / "potts"
DECOY = "#!/bin/sh\necho decoy; exit 42\n"

posix = pytest.mark.skipif(os.name != "posix", reason="scripts of the shell")


def executable(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def decoy(tmp_path, monkeypatch):
    """Another potts, first on PATH; nothing has been warned of yet."""
    path = executable(tmp_path / "decoy" / "potts", DECOY)
    monkeypatch.setenv("PATH", f"{path.parent}{os.pathsep}{os.environ['PATH']}")
    return path


def said_by(*command, **environment):
    ended = subprocess.run([str(word) for word in command], capture_output=True, encoding="utf-8", env={**os.environ, **environment})
    return ended.returncode, ended.stdout, ended.stderr


def test_the_program_lies_in_the_package():
    assert pottsmodel.program().parent == BIN and os.access(pottsmodel.program(), os.X_OK)
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*", pottsmodel.version())


def test_a_package_without_program_says_so(monkeypatch, tmp_path, decoy):
    from pottsmodel import _program

    _program._program.cache_clear()
    monkeypatch.setattr(_program, "__file__", str(tmp_path / "_program.py"))
    try:
        with pytest.raises(FileNotFoundError, match="install the package again"):
            pottsmodel.version()
    finally:
        _program._program.cache_clear()


@posix
def test_a_decoy_is_not_run_and_warned_of_once(decoy):
    with pytest.warns(UserWarning) as caught:
        assert pottsmodel.version() != "decoy"
        assert pottsmodel.version() != "decoy"
    assert len(caught) == 1 and caught[0].filename == __file__
    assert str(decoy) in str(caught[0].message) and "python -m pottsmodel" in str(caught[0].message)


@posix
def test_python_m_runs_the_program_of_the_package(decoy):
    code, out, err = said_by(sys.executable, "-m", "pottsmodel", "--version")
    assert (code, out) == (0, said_by(BIN / "potts", "--version")[1])
    assert err.count(str(decoy)) == 1
    code, out, err = said_by(sys.executable, "-W", "ignore", "-m", "pottsmodel", "contacts", "missing.h5")
    assert code == 1 and out == "" and "missing.h5" in err and str(decoy) not in err


@posix
def test_python_m_loads_no_arrays():
    code, out, _ = said_by(sys.executable, "-X", "importtime", "-W", "ignore", "-m", "pottsmodel", "--version")
    _, _, err = said_by(sys.executable, "-X", "importtime", "-c", "import pottsmodel.__main__")
    assert code == 0 and out.startswith("potts ")
    assert "pottsmodel._program" in err and not {"numpy", "pandas", "h5py"} & set(re.findall(r"\| +(\w+)$", err, re.MULTILINE))


@posix
def test_no_warning_where_path_has_the_same_program(tmp_path, monkeypatch):
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    program = pottsmodel.program()
    assert _path.another_on_path(program) is None, "nothing on PATH"
    (folder / "potts").symlink_to(program)
    assert _path.another_on_path(program) is None, "a link"
    (folder / "potts").unlink()
    shutil.copy2(program, folder / "potts")
    assert _path.another_on_path(program) is None, "a copy"
    with open(folder / "potts", "ab") as copy:
        copy.write(b"x")
    assert _path.another_on_path(program) == folder / "potts", "another program"


@posix
def test_the_installed_command_starts_the_program_of_the_package(tmp_path, monkeypatch):
    assert said_by(COMMAND, "--version")[1] == f"potts {pottsmodel.version()}\n"
    assert Path(said_by(COMMAND, POTTSMODEL_WHICH="1")[1].rstrip("\n")).samefile(pottsmodel.program())
    assert said_by(COMMAND, "contacts", "missing.h5")[0] == 1
    link = tmp_path / "links" / "potts"
    link.parent.mkdir()
    (tmp_path / "first").symlink_to(COMMAND)
    link.symlink_to("../first")
    monkeypatch.setenv("PATH", f"{link.parent}{os.pathsep}{os.environ['PATH']}")
    assert said_by(link, "--version")[0] == 0
    assert _path.another_on_path(pottsmodel.program()) is None
    monkeypatch.setattr(_path, "_warned", False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pottsmodel.version()


@posix
@pytest.mark.parametrize("packages", ["lib/python3.11/site-packages", "lib64/python3.9/site-packages", "lib/python3/dist-packages", "lib/python/site-packages", "."])
def test_the_command_finds_the_program_of_its_own_version(tmp_path, packages):
    prefix = tmp_path / "a prefix"
    command = prefix / "bin" / "potts"
    command.parent.mkdir(parents=True)
    shutil.copy2(COMMAND, command)
    version = re.search(r"package pottsmodel (\S+),", command.read_text()).group(1)
    # Another Python of the same prefix holds another version.
    other = prefix / "lib/python3.10/site-packages"
    executable(other / "pottsmodel" / "bin" / "potts", DECOY)
    (other / "pottsmodel-0.0.1.dist-info").mkdir()
    folder = prefix / packages
    executable(folder / "pottsmodel" / "bin" / "potts", '#!/bin/sh\nprintf "%s|" "$@"\nexit 3\n')
    (folder / f"pottsmodel-{version}.dist-info").mkdir()
    assert said_by(command, "two words", "-x") == (3, "two words|-x|", "")


@posix
def test_a_command_away_from_its_package_asks_python(tmp_path):
    command = tmp_path / "bin" / "potts"
    command.parent.mkdir()
    shutil.copy2(COMMAND, command)
    path = f"{Path(sys.executable).parent}{os.pathsep}/usr/bin{os.pathsep}/bin"
    assert said_by(command, "--version", PATH=path)[:2] == (0, f"potts {pottsmodel.version()}\n")
    empty = tmp_path / "empty"
    empty.mkdir()
    code, out, err = said_by("/bin/sh", command, "--version", PATH=str(empty))
    assert (code, out) == (127, "") and "install it again" in err


@posix
def test_the_command_of_another_environment_is_another(tmp_path, monkeypatch):
    command = tmp_path / "bin" / "potts"
    command.parent.mkdir()
    shutil.copy2(COMMAND, command)
    version = re.search(r"package pottsmodel (\S+),", command.read_text()).group(1)
    folder = tmp_path / "lib/python3.12/site-packages"
    executable(folder / "pottsmodel" / "bin" / "potts", DECOY)
    (folder / f"pottsmodel-{version}.dist-info").mkdir()
    program = pottsmodel.program()
    monkeypatch.setenv("PATH", f"{command.parent}{os.pathsep}{os.environ['PATH']}")
    assert _path.another_on_path(program) == command


def test_the_command_line_of_a_model_names_the_program_alone(planted):
    assert planted.metadata["command_line"].split()[:2] == ["potts", "fit"]
