"""The calendars of a configuration: the usual one, the named ones, and what each refuses."""

import re
from datetime import date
from pathlib import Path

import pytest

from numlycee import config
from numlycee.app.service import calendars, fleet
from numlycee.domain.calendars import Calendar, Ground, UnknownDateError
from numlycee.settings import SettingsError

USUAL = ((450, 1110),)
OFFICIAL = Path(__file__).parents[2].parent / "shared/data/calendrier_zone_c.csv"
SITES = "uai;nom;commune;code_departement;departement;academie;calendrier\n"
LYCEE = "0319901U;Lycée;Ville;31;Haute-Garonne;Toulouse;{}\n"
YEAR = """description;premier_jour_libere;reprise;zones
Vacances d'Été;2028-07-05;2028-09-04;Zone C
Vacances de la Toussaint;2028-10-21;2028-11-06;Zone C
Vacances de Noël;2028-12-23;2029-01-08;Zone C
Vacances d'Hiver;2029-02-24;2029-03-12;Zone C
Vacances de Printemps;2029-04-21;2029-05-07;Zone C
Vacances d'Été;2029-07-07;;Zone C
"""


def told(tmp_path: Path, text: str, calendar: str = "") -> config.Config:
    (tmp_path / "sites.csv").write_text(SITES + LYCEE.format(calendar), encoding="utf-8")
    (tmp_path / "2028.csv").write_text(YEAR, encoding="utf-8")
    path = tmp_path / "numlycee.toml"
    path.write_text('sites = "sites.csv"\nsecret_file = "secret"\n' + text, encoding="utf-8")
    return config.read(path)


def service(tmp_path: Path, text: str) -> Calendar:
    return calendars(told(tmp_path, "[service]\n" + text))[""]


def test_the_usual_calendar_is_that_of_zone_c(tmp_path: Path) -> None:
    calendar = service(tmp_path, "")
    assert calendar.hours(date(2026, 3, 12)) == USUAL
    assert calendar.reasons[date(2026, 2, 23)].words == "Vacances d'hiver"
    assert calendar.reasons[date(2026, 11, 11)].ground is Ground.PUBLIC
    assert re.fullmatch(r"holidays [\d.]+ · [0-9a-f]{8}", calendar.version)


def test_a_bridge_day_an_exam_saturday_and_works(tmp_path: Path) -> None:
    calendar = service(
        tmp_path,
        """
        closed = [
            { day = 2026-05-22, reason = "pont" },
            { day = 2026-06-01, until = 2026-06-02 },
        ]
        opened = [{ day = 2026-06-13, hours = [["08:00", "12:00"]], reason = "baccalauréat" }]
        """,
    )
    assert [calendar.hours(date(2026, 5, day)) for day in (21, 22)] == [USUAL, ()]
    assert [calendar.hours(date(2026, 6, day)) for day in (1, 2, 3)] == [(), (), USUAL]
    assert calendar.hours(date(2026, 6, 13)) == ((480, 720),)
    assert calendar.reasons[date(2026, 6, 13)].words == "baccalauréat"
    assert calendar.reasons[date(2026, 6, 2)].words == "fermeture exceptionnelle"


def test_a_date_with_its_own_hours_is_open_in_the_holidays(tmp_path: Path) -> None:
    opened = 'opened = [{ day = 2026-07-14, hours = [["08:00", "12:00"]] }]'
    assert service(tmp_path, opened).hours(date(2026, 7, 14)) == ((480, 720),)


def test_a_version_keeps_the_days_of_which_it_says_nothing(tmp_path: Path) -> None:
    calendar = service(
        tmp_path,
        """
        hours.friday = [["08:00", "17:00"]]
        [[service.versions]]
        since = 2026-01-08
        hours.friday = []
        hours.saturday = [["08:00", "12:00"]]
        [[service.versions]]
        since = 2026-03-12
        school_zone = "A"
        hours.friday = [["09:00", "10:00"]]
        """,
    )
    fridays = [calendar.hours(day) for day in (date(2025, 9, 5), date(2026, 1, 9))]
    assert fridays == [((480, 1020),), ()]
    assert calendar.hours(date(2026, 3, 13)) == ((540, 600),)
    assert calendar.hours(date(2026, 3, 14)) == ((480, 720),)
    assert calendar.hours(date(2026, 3, 12)) == USUAL


def test_a_version_may_change_the_zone(tmp_path: Path) -> None:
    text = '[[service.versions]]\nsince = 2026-03-12\nschool_zone = "A"\n'
    calendar = service(tmp_path, text)
    assert calendar.hours(date(2026, 2, 9)) == USUAL  # zone A is on holiday, C is not yet
    assert calendar.hours(date(2026, 2, 23)) == ()
    assert calendar.hours(date(2026, 4, 7)) == ()  # now zone A counts
    assert calendar.hours(date(2026, 4, 28)) == USUAL


def test_the_official_file_replaces_the_library(tmp_path: Path) -> None:
    calendar = service(tmp_path, 'school_calendar = "2028.csv"\n')
    assert calendar.hours(date(2028, 9, 4)) == USUAL
    assert calendar.hours(date(2028, 9, 1)) == ()
    assert calendar.reasons[date(2029, 5, 8)].ground is Ground.PUBLIC
    assert calendar.version.startswith("2028.csv, holidays ")
    with pytest.raises(UnknownDateError, match="2027-2028"):
        calendar.hours(date(2028, 3, 1))


def test_a_zone_that_the_file_does_not_tell_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"2028\.csv: tells no whole school year of zone A"):
        service(tmp_path, 'school_calendar = "2028.csv"\nschool_zone = "A"\n')


def test_a_file_that_is_absent_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"absent\.csv: cannot be read"):
        service(tmp_path, 'school_calendar = "absent.csv"\n')


@pytest.mark.skipif(not OFFICIAL.exists(), reason="the official calendar is not beside the project")
def test_file_and_library_owe_the_same_hours_for_five_years(tmp_path: Path) -> None:
    library, file = service(tmp_path, ""), service(tmp_path, f'school_calendar = "{OFFICIAL}"')
    assert file.known == (date(2023, 9, 1), date(2028, 9, 1))
    days = [date.fromordinal(n) for n in range(*(day.toordinal() for day in file.known))]
    assert [day for day in days if file.hours(day) != library.hours(day)] == []


INTERNAT = """
[service]
school_zone = "A"
[calendars.internat]
hours.monday = [["00:00", "24:00"]]
hours.sunday = [["18:00", "24:00"]]
[calendars.corse]
school_zone = "B"
"""


def test_a_named_calendar_has_its_own_hours_and_the_zone_of_the_service(tmp_path: Path) -> None:
    named = calendars(told(tmp_path, INTERNAT))
    assert sorted(named) == ["", "corse", "internat"]
    assert named["internat"].hours(date(2026, 3, 8)) == ((1080, 1440),)
    assert named["internat"].closed == named[""].closed != named["corse"].closed
    assert named["internat"].version != named[""].version


def test_a_lycee_chooses_its_calendar(tmp_path: Path) -> None:
    sites = fleet(told(tmp_path, INTERNAT, "internat"))
    assert sites["0319901U"].calendar == "internat"


@pytest.mark.parametrize(
    ("text", "calendar", "message"),
    [
        (INTERNAT, "internnat", "did you mean 'internat'? known: corse, internat"),
        (INTERNAT, "service", "unknown calendar 'service'; known: corse, internat"),
        ("", "x", "known: none; each is a table [calendars.NAME]"),
    ],
)
def test_a_calendar_that_does_not_exist_is_named_with_its_line(
    tmp_path: Path, text: str, calendar: str, message: str
) -> None:
    with pytest.raises(SettingsError, match=re.escape(message)) as raised:
        fleet(told(tmp_path, text, calendar))
    assert "sites.csv, line 2: calendrier: " in str(raised.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('closed = ["2026-05-15"]', "line 4: service.closed.0: must be a table"),
        ('closed = [{day = "2026-05-15"}]', "service.closed.0.day: must be a date without quotes"),
        ("closed = [{day = 2026-05-15, until = 2026-05-14}]", "exchange them"),
        ("opened = [{day = 2026-05-15, hours = []}]", "belongs to `closed`"),
        ('opened = [{day = 2026-05-15, hours = [["8h", "12:00"]]}]', "write it as"),
        ("opened = [{day = 2026-05-15, hours = [['08:00', '9']]}]", "'9' is not a time"),
        (
            """closed = [{day = 2026-05-13, until = 2026-05-16}]
            opened = [{day = 2026-05-15, hours = [["08:00", "09:00"]]}]""",
            "service.opened.0.day: 2026-05-15 stands in `closed` already: keep one of them",
        ),
        (
            "[[service.versions]]\nsince = 2026-05-15\n[[service.versions]]\nsince = 2026-01-05",
            "service.versions.1.since: 2026-01-05 does not come after 2026-05-15",
        ),
        ('[[service.versions]]\nhours.monday = [["08:00", "09:00"]]', "since: is missing"),
        (
            '[[service.versions]]\nsince = 2026-05-15\nhours.monday = [["10:00", "09:00"]]',
            "monday: a range must close after it opens",
        ),
        ('[calendars.always]\nschool_zone = "A"', "calendars.always: 'always' is taken"),
        ('[calendars.x]\nzone = "UTC"', "calendars.x.zone: unknown key"),
    ],
)
def test_what_cannot_be_is_named_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(message)):
        told(tmp_path, "[service]\n" + text)
