import re
from dataclasses import replace
from html.parser import HTMLParser

from trainer.recording.html_report import page
from trainer.recording.run_record import RunRecord


class Seen(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.append(dict(attrs))

    handle_startendtag = handle_starttag


def record(folder, name="one", steps=5, **terms):
    rows = tuple(
        {"step": n, "ce": 5.0 - n / 10, "total": 2.0, "tokens": 64, **terms}
        for n in range(1, steps + 1)
    )
    return RunRecord(name, folder, rows, (0.5,) * steps, {})


def test_the_page_needs_no_other_file(tmp_path):
    text = page([record(tmp_path, "this <run>", kd=1.0), record(tmp_path, "teacher")])
    seen = Seen(text)
    assert seen.tags.count("svg") == 2
    assert seen.tags.count("polyline") == 2 + 3  # two runs; total, kd and ce
    assert not {"script", "link", "img"} & set(seen.tags)
    assert re.findall(r"https?://[^\s\"]+", text) == ["http://www.w3.org/2000/svg"] * 2
    assert "this &lt;run&gt;" in text
    assert "<run>" not in text
    assert "128" in text  # 64 tokens in half a second


def test_held_out_text_has_a_curve_of_the_runs_that_were_evaluated(tmp_path):
    evaluated = replace(
        record(tmp_path, "one"), held_out=({"step": 2, "loss": 3.0}, {"step": 4, "loss": 2.5})
    )
    text = page([evaluated, record(tmp_path, "teacher")])
    assert "Loss on held-out text" in text
    assert Seen(text).tags.count("polyline") == 2 + 1 + 2
    assert "held-out" not in page([record(tmp_path, "one")])


def test_long_runs_are_thinned(tmp_path):
    text = page([record(tmp_path, steps=50_000)])
    assert len(text) < 60_000


def test_the_report_of_a_run_shows_those_beside_it(tmp_path, run, teacher):
    run(output__dir=str(tmp_path / "alone"))
    run(
        output__dir=str(tmp_path / "kd"),
        teacher__model_id=str(teacher),
        output__compare=[str(tmp_path / "alone")],
    )
    text = (tmp_path / "kd" / "report.html").read_text()
    for name in ("this run (kd)", f"teacher ({teacher.name})", "alone"):
        assert f"<td>{name}</td>" in text
    assert "L = 0.7 * 4^2" in text
