from pv.evidence.digests import of_files, of_folder, of_value


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


def test_a_digest_of_a_folder_is_of_the_names_and_contents_below_it(tmp_path):
    def of(changed, text):
        folder = tmp_path / f"{changed}{text}".replace("/", "-")
        for file in ("a.py", "b/c.py", changed):
            write(folder / file, text if file == changed else "")
        (folder / "gone.py").symlink_to(folder / "nowhere")
        return of_folder(str(folder), but=".pyc")

    plain = of("a.py", "")
    assert plain == of("b/c.py", "") == of("b/c.pyc", "1")
    changed = [of("a.py", "1"), of("b/c.py", "1"), of("c.py", ""), of("b/d.py", "")]
    assert len({plain, *changed}) == 5
