import pytest

from trainer import entry


def test_a_missing_package_is_named_with_the_remedy(monkeypatch, capsys):
    def absent(name):
        raise ModuleNotFoundError(f"No module named {name!r}", name="torch")

    monkeypatch.setattr(entry, "import_module", absent)
    assert entry.main() == 2
    told = capsys.readouterr().err
    assert "`torch` is missing" in told
    assert "pip install 'pv-contracts[trainer]'" in told


def test_a_bug_in_an_import_is_not_hidden(monkeypatch):
    def absent(name):
        raise ModuleNotFoundError(name, name="trainer.absent")

    monkeypatch.setattr(entry, "import_module", absent)
    with pytest.raises(ModuleNotFoundError):
        entry.main()
