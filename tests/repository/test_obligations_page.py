"""docs/obligations.md: its files are written, and its commands print what it shows."""

from tests.conftest import Project
from tests.repository.pages import follow, read_page, write_files

PAGE = read_page("obligations.md")


def test_the_commands_print_what_the_page_shows(tmp_path):
    project = Project(tmp_path)
    write_files(PAGE, project)
    queue, queue_corrected, cache, account, loop, weak_invariant, formula, callees = PAGE.sessions
    assert follow(project, queue) == 1
    project.change("queues.py", "self.size > self.capacity", "self.size >= self.capacity")
    assert follow(project, queue_corrected) == 0
    assert follow(project, cache) == 1
    used = "self.entries.move_to_end(key)\n        return self.entries[key]"
    project.change("caches.py", "return self.entries[key]", used)
    assert project.pv("prove", "CACHE").returncode == 0
    assert follow(project, account) == 1
    own = "rest, more = self.balance - amount, other.balance + amount\n        self.balance = rest"
    project.change(
        "accounts.py", own, "self.balance -= amount\n        more = other.balance + amount"
    )
    assert project.pv("prove", "ACCOUNT").returncode == 0
    assert follow(project, loop) == 0
    project.change("contracts/sums-v1.yaml", "formal: total = i^2", "formal: total >= i")
    assert follow(project, weak_invariant) == 1
    assert follow(project, formula) == 0
    assert follow(project, callees) == 0
