"""A cache of the answers of a server, which here is the teacher itself behind JSON lines."""

import json
import random

import pytest
import torch

from trainer.cli import main
from trainer.errors import UserError
from trainer.models.load import load_model
from trainer.runs.caching.fill_cache import plan_cache
from trainer.runs.caching.served_cache import plan_import, write_requests
from trainer.storage.model_files import find_model
from trainer.teacher_cache.store import open_cache

KEYS = {
    "training__batch_size": 4,
    "dataset__limit_bytes": 20_000,
    "distillation__temperature": 1.0,
}
TOP_K = 20


@pytest.fixture(scope="module")
def asked(settings, tmp_path_factory):
    """Return the configuration of a run, and the requests that were written for it."""
    configuration = settings(**KEYS)
    file = tmp_path_factory.mktemp("requests") / "requests.jsonl"
    line = write_requests(configuration, file, "big", TOP_K, overwrite=False)
    requests = [json.loads(each) for each in file.read_text().splitlines()]
    assert line.startswith(f"{len(requests):,} requests in ")
    return configuration, requests


@pytest.fixture(scope="module")
def answers(asked, teacher):
    """Answer as vLLM does: a window's own token is among the candidates, likely or not."""
    model = load_model(find_model(teacher), torch.device("cpu"))

    def answer(request):
        tokens, k = request["body"]["prompt"], request["body"]["prompt_logprobs"]
        with torch.no_grad():
            logits = model(torch.tensor([tokens[:-1]]))[0]
        positions = [None]
        for row, token in zip(torch.log_softmax(logits, -1), tokens[1:], strict=True):
            named = {*row.topk(k).indices.tolist(), token}
            positions.append({str(n): {"logprob": float(row[n]), "rank": 1} for n in named})
        body = {"choices": [{"index": 0, "text": "a", "prompt_logprobs": positions}]}
        return {"custom_id": request["custom_id"], "response": {"status_code": 200, "body": body}}

    return [answer(request) for request in asked[1]]


def write(path, lines):
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def import_from(file, configuration, folder, top_k=TOP_K):
    plan = plan_import(configuration, folder, file, top_k, overwrite=False)
    return [*plan.lines(), *plan.run()]


def test_a_request_has_the_ids_of_a_window(asked):
    _, requests = asked
    assert [each["custom_id"] for each in requests] == [f"window-{n}" for n in range(len(requests))]
    assert {len(each["body"]["prompt"]) for each in requests} == {33}
    assert requests[0]["body"]["model"] == "big"


def test_what_is_imported_is_what_the_teacher_would_have_said(
    asked, answers, settings, teacher, tmp_path
):
    configuration, requests = asked
    shuffled = random.Random(0).sample(answers, len(answers))
    lines = import_from(write(tmp_path / "answers", shuffled), configuration, tmp_path / "served")
    assert lines[-1].startswith("the cache is complete")
    beside = settings(**KEYS, teacher__model_id=str(teacher))
    plan = plan_cache(beside, tmp_path / "own", TOP_K, overwrite=False)
    list(plan.run())
    tokens = torch.tensor([each["body"]["prompt"][:-1] for each in requests[:8]])
    served, own = (open_cache(tmp_path / name).look_up(tokens) for name in ("served", "own"))
    assert torch.equal(served.ids, own.ids)
    for name in ("logits", "tail"):  # the same up to a constant of each token
        ours, theirs = getattr(served, name), getattr(own, name)
        if name == "tail":
            ours, theirs = ours - served.logits[:, 0], theirs - own.logits[:, 0]
        else:
            ours, theirs = ours - ours[:, :1], theirs - theirs[:, :1]
        torch.testing.assert_close(ours, theirs, atol=1e-3, rtol=1e-3)
    assert (served.entropy <= own.entropy + 1e-4).all()


def test_a_student_learns_from_it_as_beside_the_teacher(asked, answers, run, teacher, tmp_path):
    configuration, _ = asked
    import_from(write(tmp_path / "answers", answers), configuration, tmp_path / "served")
    served, _ = run(
        output__dir=str(tmp_path / "a"), teacher__cache=str(tmp_path / "served"), **KEYS
    )
    beside, _ = run(output__dir=str(tmp_path / "b"), teacher__model_id=str(teacher), **KEYS)
    assert served.metrics.final_loss == pytest.approx(beside.metrics.final_loss, rel=0.02)
    assert served.metrics.final_loss < served.metrics.initial_loss


def positions_of(line):
    return line["response"]["body"]["choices"][0]["prompt_logprobs"]


def without_own_token(line):
    first = positions_of(line)[1]
    positions_of(line)[1] = {str(int(name) + 256): said for name, said in first.items()}


def of_texts(line):
    positions_of(line)[2] = {"the": {"logprob": -1.0}}


def as_weights(line):
    for said in positions_of(line)[3].values():
        said["logprob"] = 1.0


def infinite(line):
    next(iter(positions_of(line)[3].values()))["logprob"] = float("-inf")


def of_no_token(line):
    positions_of(line)[1]["-5"] = {"logprob": -0.1}


def refused(line):
    line["response"] = {"status_code": 500, "body": {"error": "overloaded"}}


DAMAGE = {
    "a token below 0": (of_no_token, r"answers:1: names token -5, but the vocabulary has 256"),
    "a refusal": (refused, r"500.*overloaded.*ask again"),
    "another tokenizer": (without_own_token, r"answers:1: token 1: is not the window's token"),
    "texts": (of_texts, r"answers:1: token 2: no log-probabilities by the ids"),
    "weights": (as_weights, r"answers:1: probabilities with the sum"),
    "infinite": (infinite, r"answers:1: token 3: log-probabilities that are not finite"),
    "shorter": (lambda line: positions_of(line).pop(), r"is about 32 tokens, the window has 33"),
    "no id": (lambda line: line.pop("custom_id"), r"answers:1: no answer to a request"),
    "an error": (
        lambda line: line.update(response=None, error={"message": "busy"}), r"`choices.*busy",
    ),
    "another window": (lambda line: line.update(custom_id="window-1"), r"answers:1: token \d+: is"),
    "no such window": (lambda line: line.update(custom_id="window-9999"), r"window 9999 of "),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE)
def test_an_answer_that_does_not_fit_is_named_with_its_line(asked, answers, tmp_path, damage):
    spoil, fact = DAMAGE[damage]
    lines = json.loads(json.dumps(answers))
    spoil(lines[0])
    with pytest.raises(UserError, match=fact):
        import_from(write(tmp_path / "answers", lines), asked[0], tmp_path / "c")


def test_missing_and_doubled_answers_are_told(asked, answers, tmp_path):
    configuration, requests = asked
    file = write(tmp_path / "answers", answers[:3] + answers[4:])
    with pytest.raises(UserError, match=rf"1 of {len(requests)} windows .* window 3; ask again"):
        import_from(file, configuration, tmp_path / "c")
    import_from(write(tmp_path / "all", answers), configuration, tmp_path / "c")
    file = write(tmp_path / "answers", [*answers, answers[2]])
    with pytest.raises(UserError, match=rf"answers:{len(requests) + 1}: window 2 twice"):
        import_from(file, configuration, tmp_path / "d")


def test_more_candidates_than_were_given_are_refused(asked, answers, tmp_path):
    file = write(tmp_path / "answers", answers)
    with pytest.raises(UserError, match=r"has 2\d candidates of a token, and --top-k is 40"):
        import_from(file, asked[0], tmp_path / "c", top_k=40)


def test_a_file_that_is_there_is_left_alone(asked, tmp_path):
    (tmp_path / "notes").write_text("mine")
    with pytest.raises(UserError, match="is there already"):
        write_requests(asked[0], tmp_path / "notes", "big", TOP_K, overwrite=False)
    assert (tmp_path / "notes").read_text() == "mine"


def test_another_temperature_is_refused(settings, tmp_path):
    configuration = settings(**{**KEYS, "distillation__temperature": 2.0})
    with pytest.raises(UserError, match="set it to 1"):
        plan_import(configuration, tmp_path / "c", tmp_path / "answers", 8, overwrite=False)


@pytest.mark.parametrize(
    ("words", "fact"),
    [
        (("--requests", "r", "--from", "a"), "give one of them"),
        (("--requests", "r", "--teacher", "t"), "leave teacher.model_id out"),
        (("--from", "a", "--set", "distillation.temperature=1"), "there is no such file"),
    ],
)
def test_the_verb_tells_what_does_not_go_together(tmp_path, capsys, words, fact):
    student = ("--set", "student.preset=nano", "--set", "student.model_id=null")
    code = main(["cache", "--config", "demo", "--output", str(tmp_path / "c"), *student, *words])
    assert code == 2
    assert fact in capsys.readouterr().err
