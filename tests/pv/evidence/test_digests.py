from pv.evidence.digests import of_files, of_value


def write(file, text):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def test_a_digest_is_of_the_content_and_not_of_its_order(tmp_path):
    assert of_value({"a": 1, "b": 2}) == of_value({"b": 2, "a": 1}) != of_value({"a": 2, "b": 1})
    assert of_value(tmp_path) == of_value(str(tmp_path))
    inside, outside = tmp_path / "root" / "a.py", tmp_path / "b.py"
    write(inside, "1")
    write(outside, "2")
    root = tmp_path / "root"
    before = of_files([inside, outside], root)
    assert of_files([outside, inside], root) == before
    assert of_files([inside], root) != before
    moved = tmp_path / "moved" / "a.py"
    write(moved, "1")
    assert of_files([moved], moved.parent) == of_files([inside], root)
    assert of_files([moved], root) != of_files([inside], root)
    write(moved.with_name("c.py"), "1")
    assert of_files([moved.with_name("c.py")], moved.parent) != of_files([moved], moved.parent)
    write(inside, "3")
    assert of_files([inside, outside], root) != before
