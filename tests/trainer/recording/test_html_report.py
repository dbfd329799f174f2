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
    assert not {"script", "link", "img"} & set(seen.tags)
    assert {*re.findall(r"https?://[^\s\"]+", text)} == {"http://www.w3.org/2000/svg"}
    assert "this &lt;run&gt;" in text
    assert "<run>" not in text
    assert "128" in text  # 64 tokens in half a second
    assert "0:00:02" in text  # five steps


def plots(text):
    """Return the headings of the plots, with the number of curves of each."""
    parts = re.split(r"<h2>(.*?)</h2>", text)[1:]
    return {
        name: body.count("<polyline")
        for name, body in zip(parts[::2], parts[1::2], strict=True)
        if "<svg" in body
    }


def test_only_what_has_one_unit_stands_beside_another(tmp_path):
    taught = record(tmp_path, "student", kd=40.0, teacher_entropy=3.0, gradient_norm=0.5)
    assert plots(page([taught, record(tmp_path, "teacher")])) == {
        "Cross-entropy on the batches, in nats a token": 2,
        "What was optimised: this run has not ended": 1,
        "Divergence from the teacher, with its factor": 1,
        "The teacher&#x27;s entropy, in nats": 1,
        "Norm of the gradient, before it is clipped": 1,
    }


def test_a_run_on_other_data_is_in_the_table_alone(tmp_path):
    other = replace(record(tmp_path, "elsewhere"), facts={"corpus": {"digest": "abc"}})
    text = page([record(tmp_path, "one"), other])
    assert plots(text)["Cross-entropy on the batches, in nats a token"] == 1
    assert "<td>elsewhere</td>" in text


def test_held_out_text_has_a_curve_of_the_runs_that_were_evaluated(tmp_path):
    held_out = ({"step": 2, "loss": 3.0}, {"step": 4, "loss": 2.5})
    evaluated = replace(record(tmp_path, "one"), held_out=held_out)
    text = page([evaluated, record(tmp_path, "teacher")])
    assert plots(text)["Loss on held-out text, in nats a token"] == 1
    assert "<td>2.5000</td>" in text
    assert "held-out text, in nats" not in page([record(tmp_path, "one")])


def test_the_configuration_is_shown_key_by_key(tmp_path):
    facts = {"configuration": {"training": {"epochs": 3}, "device": "c<p>u"}}
    text = page([replace(record(tmp_path), facts=facts)])
    assert "<td>training.epochs</td><td>3</td>" in text
    assert "<td>device</td><td>&quot;c&lt;p&gt;u&quot;</td>" in text


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
