"""The documentation builds as a site, with warnings as errors."""

import subprocess
import sys

import pytest

from tests.conftest import HOME

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    ran = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder],
        cwd=HOME, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return folder


@pytest.mark.parametrize(
    ("page", "name"),
    [
        ("testing", "pv.testing.survives"),
        ("pytest-plugin", "pv.pytest_plugin.pytest_collect_file"),
        ("trainer", "trainer.runs.pipeline.Pipeline.execute"),
        ("trainer", "trainer.training.callbacks.Callback.on_step_end"),
        ("trainer", "trainer.losses.kd.kd_loss"),
        ("trainer", "trainer.losses.from_hidden_states.linear_loss"),
    ],
)
def test_the_python_interface_is_documented(site, page, name):
    assert f'id="{name}"' in (site / f"api/{page}.html").read_text(encoding="utf-8")


def test_no_page_loads_anything_from_another_host(site):
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert '<script src="http' not in text
        assert "fonts.g" not in text
