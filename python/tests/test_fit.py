"""What a fit shows and keeps."""

import functools
import os
import signal
import subprocess
import sys
import time

import pytest

import pottsmodel


def test_the_log_is_shown_and_kept(alignment, tmp_path, capsys):
    model = pottsmodel.fit(alignment, output=tmp_path / "m.h5", threads=1)
    shown = capsys.readouterr()
    assert shown.out == "" and shown.err == model.log
    assert "PLANT_DEMO/24-101" in model.log and "converged" in model.log and "Neff" in model.log
    assert pottsmodel.open(model.path).log is None


def test_a_quiet_fit_keeps_its_log(alignment, tmp_path, capsys):
    model = pottsmodel.fit(alignment, output=tmp_path / "m.h5", method="independent", quiet=True)
    shown = capsys.readouterr()
    assert shown.out == shown.err == ""
    assert "PLANT_DEMO/24-101" in model.log


def test_warnings_come_once_and_name_the_callers_line(alignment, tmp_path, capsys):
    with pytest.warns(UserWarning, match="raise max_iterations") as caught:
        model = pottsmodel.fit(alignment, output=tmp_path / "m.h5", max_iterations=1)
    assert len(caught) == 1 and caught[0].filename == __file__
    assert "warning: " not in capsys.readouterr().err and "warning: " in model.log


def test_lines_are_passed_on_as_they_come(alignment, tmp_path):
    code = "import sys, pottsmodel; pottsmodel.fit(*sys.argv[1:2], output=sys.argv[2], lambda_j='1e-6x', tolerance=1e-30, max_iterations=100000, verbose=True)"
    fit = subprocess.Popen([sys.executable, "-c", code, str(alignment), str(tmp_path / "m.h5")], stderr=subprocess.PIPE, encoding="utf-8")
    try:
        for line in fit.stderr:
            if line.startswith("iteration 3:"):
                break
        assert fit.poll() is None
    finally:
        fit.kill()
        fit.communicate()


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_an_interrupted_fit_keeps_its_state(alignment, tmp_path):
    output = tmp_path / "m.h5"
    code = """
import sys, pottsmodel
try:
    pottsmodel.fit(sys.argv[1], output=sys.argv[2], lambda_j='1e-6x', tolerance=1e-30, max_iterations=100000, verbose=True)
except KeyboardInterrupt:
    sys.exit(7)
"""
    # What a shell starts in the background ignores SIGINT, and so do its children.
    listens = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    fit = subprocess.Popen([sys.executable, "-c", code, str(alignment), str(output)], stderr=subprocess.PIPE, encoding="utf-8", preexec_fn=listens)
    for line in fit.stderr:
        if line.startswith("iteration 3:"):
            break
    os.kill(fit.pid, signal.SIGINT)
    fit.communicate(timeout=60)
    assert fit.returncode == 7
    assert not output.exists() and list(tmp_path.glob("*.checkpoint"))
    began = time.monotonic()
    with pytest.warns(UserWarning, match="max_iterations"):
        model = pottsmodel.fit(alignment, output=output, lambda_j="1e-6x", tolerance=1e-30, max_iterations=5, quiet=True, restart=True)
    assert model.sites == 76 and time.monotonic() - began < 60
