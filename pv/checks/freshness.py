"""What the evidence about a check depends on, and whether that is as it was."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pv.binding.sources import module_file
from pv.checks.identity import declared_files
from pv.checks.model import Check, Experiment, NotExecutable, Plan
from pv.evidence.dependencies import Dependencies, changed_meanwhile, dependencies
from pv.evidence.errors import StoreError
from pv.evidence.file_states import FileStates
from pv.evidence.installed import version_of
from pv.evidence.observer import installed_part
from pv.evidence.record import Evidence
from pv.evidence.seen import Seen
from pv.evidence.store import Store


@dataclass(frozen=True, slots=True)
class Known:
    """The evidence of earlier runs, and the state of the files that it depends on."""

    store: Store
    states: FileStates = field(default_factory=FileStates)
    warn: Callable[[str], None] | None = None
    """Hears why the store cannot be used, which then knows nothing; without it that is raised."""

    def find(self, check: Check) -> tuple[Evidence, ...]:
        """Return the evidence about a check since which nothing has changed; raises StoreError."""
        try:
            return self.store.find(check.key, check.digests, lambda needs: self.holds(check, needs))
        except StoreError as fault:
            if self.warn is None:
                raise
            self.warn(str(fault))
            return ()

    def holds(self, check: Check, needs: Dependencies) -> bool:
        """Return whether all that evidence about a check depends on is as it was."""
        return needs.change(_root(check.plan), self.states) is None

    def declared(self, plan: Plan) -> Seen:
        """Return the files that the binding file says a check depends on, as they are now."""
        files = map(str, declared_files(plan))
        return Seen(files={file: self.states.of_file(file) for file in files})

    def needs(self, plan: Plan, seen: Seen) -> Dependencies:
        """Return what a check depends on whose processes read what was seen."""
        return dependencies(seen, _root(plan), self.states)

    def changed(self, seen: Seen) -> str | None:
        """Name a file that was changed by somebody else after it had been read."""
        return changed_meanwhile(seen, self.states)


def tested(plan: Plan, needs: Dependencies) -> Mapping[str, str]:
    """Return where each callable of a plan came from: a file, and the version of what has it."""
    if isinstance(plan, NotExecutable | Experiment):
        return {}
    names = sorted({bound.callable for bound in plan.functions.values()})
    places = {name: _place(name, plan.root.absolute(), needs) for name in names}
    return {name: place for name, place in places.items() if place}


def _place(callable_: str, root: Path, needs: Dependencies) -> str | None:
    module = callable_.partition(":")[0]
    file = module_file(module, needs.import_path(module.partition(".")[0], root))
    if file is None:
        return None
    if file.is_relative_to(root) and not installed_part(str(file)):
        return file.relative_to(root).as_posix()
    version = version_of(module, str(file))
    return f"{file} ({version})" if version else str(file)


def _root(plan: Plan) -> Path:
    return Path() if isinstance(plan, NotExecutable) else plan.root
