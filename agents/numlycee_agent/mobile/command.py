"""`numlycee-agent mobile`: what the school's technician does about the issued list."""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from numlycee.clock import Clock
from numlycee.domain import french
from numlycee.domain.devices import Measure
from numlycee.domain.words import DEVICES
from numlycee.settings import SettingsError
from numlycee_agent import config
from numlycee_agent.config.mobile import Mobile
from numlycee_agent.mobile import assembly, importing, listing
from numlycee_agent.mobile.counting import LIST, PERMISSIONS
from numlycee_agent.mobile.days import SchoolDays
from numlycee_agent.mobile.hashing import Hasher, make_key, read_key
from numlycee_agent.mobile.listing import Listing
from numlycee_agent.mobile.states import GONE, Standing
from numlycee_agent.spool.disk import Disk

MOST_REFUSALS = 20
WORDS = {
    Standing.ISSUED: "remis",
    Standing.NON_COMPLIANT: "non conformes",
    Standing.REPAIR: "en réparation",
    Standing.LOST: "perdus ou volés",
    Standing.WITHDRAWN: "retirés",
}


def take_in(options: argparse.Namespace, clock: Clock) -> Sequence[str]:
    """Take in the exports, or only tell what would be; return what to print.

    Raises `SettingsError` and `OSError`.
    """
    settings = config.read(options.config)
    mobile = _wanted(settings, options.config)
    if not options.dry_run:
        settings.data.mkdir(mode=PERMISSIONS, parents=True, exist_ok=True)
    hasher = Hasher(_key(mobile.key_file, settings.data, write=not options.dry_run))
    found = importing.Import(hasher, mobile.own_states)
    for path in options.files:
        found.read(path)
    today = SchoolDays(mobile.zone, (), ()).day_of(clock.now())
    after, folder = found.listing(today), settings.mobile_folder
    if not after.devices:
        reasons = "".join(f"\n  {line}" for line in importing.lines(found.refusals, MOST_REFUSALS))
        message = f"aucun équipement reconnu : la liste en service est gardée{reasons}"
        raise SettingsError(message)
    before = listing.load(folder / LIST)
    if not options.dry_run:
        _keep(folder, after, settings.data)
    return [*_report(found, before, after), _done(options.dry_run)]


def show(options: argparse.Namespace, clock: Clock) -> Sequence[str]:
    """Return the counts of today, as they may be shown; raises `SettingsError`."""
    settings = config.read(options.config)
    counting = assembly.counting(settings.mobile_folder, _wanted(settings, options.config))
    if counting.listing is None:
        return ["aucune liste : « numlycee-agent mobile import FICHIER »"]
    at = clock.now()
    imported = french.calendar_day(counting.listing.imported)
    counts = counting.today(at)
    told = [f"{DEVICES[one]:<24}{french.headcount(counts[one])}" for one in Measure if counts]
    return [f"liste du                {imported}", *(told or ["aujourd'hui : pas de classe"])]


def _report(found: importing.Import, before: Listing | None, after: Listing) -> Sequence[str]:
    counted = sum(device.standing not in GONE for device in after.devices)
    words = ", ".join(
        f"{french.number(number)} {WORDS[word]}"
        for word, number in importing.by_standing(after).items()
    )
    change = importing.change(before, after)
    return [
        f"{french.plural(counted, 'équipement')} à compter, de {french.number(found.rows)} lignes",
        *(f"  {columns}" for columns in found.columns),
        f"  {words or 'aucun équipement'}",
        f"  nouveaux {change.new}, disparus {change.gone}, changés {change.changed}",
        *([f"lignes refusées : {len(found.refusals)}"] if found.refusals else []),
        *(f"  {line}" for line in importing.lines(found.refusals, MOST_REFUSALS)),
    ]


def _done(dry_run: bool) -> str:  # noqa: FBT001 (an answer on the command line)
    return "rien n'a été écrit (--dry-run)" if dry_run else "la liste est en service"


def _wanted(settings: config.Config, path: Path) -> Mobile:
    if settings.mobile is None:
        raise SettingsError(f"{path}: there is no [mobile]: add it, see the example of agent.toml")
    return settings.mobile


def _key(path: Path, like: Path, *, write: bool) -> bytes:
    """Return the site's key, made at the first import; a dry run before it uses one for nothing."""
    if path.exists():
        return read_key(path)
    if not write:
        return bytes(32)
    key = make_key(path)
    _give(path, like)
    return key


def _keep(folder: Path, after: Listing, like: Path) -> None:
    folder.mkdir(mode=PERMISSIONS, parents=True, exist_ok=True)
    _give(folder, like)
    listing.save(folder / LIST, after, Disk())
    _give(folder / LIST, like)


def _give(path: Path, like: Path) -> None:
    """Let the agent's own user have what root has made."""
    if os.geteuid() == 0:
        owner = like.stat()
        os.chown(path, owner.st_uid, owner.st_gid)
