"""The door answers from the store that is open, never from the one that was open before."""

from chengzai.web._editions import editions
from chengzai.web._outlooks import outlooks


def test_another_store_is_answered_from_its_own_folder(tmp_path, monkeypatch):
    opened = []
    for name in ("one", "two", "one"):
        monkeypatch.setenv("CHENGZAI_DATA", str(tmp_path / name))
        monkeypatch.setenv("CHENGZAI_OUT", str(tmp_path / name))
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / f"{name}.txt").write_text(name)
        opened.append([editions().issued(f"{other}.txt") is not None for other in ("one", "two")])

    assert opened == [[True, False], [False, True], [True, False]]


def test_the_same_store_keeps_its_editions_and_its_outlooks(tmp_path, monkeypatch):
    monkeypatch.setenv("CHENGZAI_DATA", str(tmp_path / "one"))
    first, outlooks_of_first = editions(), outlooks()
    assert (editions(), outlooks()) == (first, outlooks_of_first)
    monkeypatch.setenv("CHENGZAI_DATA", str(tmp_path / "two"))

    assert editions() is not first
    assert outlooks() is not outlooks_of_first


def test_simulated_and_real_figures_are_two_stores(tmp_path, monkeypatch):
    monkeypatch.setenv("CHENGZAI_DATA", str(tmp_path))
    monkeypatch.setenv("CHENGZAI_REAL", "")
    simulated = editions()
    monkeypatch.setenv("CHENGZAI_REAL", "1")

    assert editions() is not simulated
