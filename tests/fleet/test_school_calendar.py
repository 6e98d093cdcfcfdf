"""The official school calendar: every shape in which it is published, and what it does not say."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from numlycee.adapters.calendars import public_holidays, school_holidays
from numlycee.domain.school import SchoolHolidays
from numlycee.fleet.school_calendar import read_school_calendar
from numlycee.fleet.school_ical import events
from numlycee.settings import SettingsError

API = "description;population;start_date;end_date;location;zones;annee_scolaire"
LABELS = "Description;Population;Date de début;Date de fin;Académies;Zones;annee_scolaire"

YEAR = (
    "Vacances d'Été;Élèves;2025-07-04T22:00:00+00:00;2025-08-31T22:00:00+00:00;Toulouse;Zone C;",
    "Vacances de la Toussaint;-;2025-10-17T22:00:00+00:00;2025-11-02T23:00:00+00:00;Paris;Zone C;",
    "Vacances de la Toussaint;-;2025-10-17T22:00:00+00:00;2025-11-02T23:00:00+00:00;Lyon;Zone A;",
    "Vacances de Noël;-;2025-12-19T23:00:00+00:00;2026-01-04T23:00:00+00:00;Paris;Zone C;",
    "Vacances d'Hiver;-;2026-02-20T23:00:00+00:00;2026-03-08T23:00:00+00:00;Paris;Zone C;",
    "Vacances d'Hiver;-;2026-02-20T23:00:00+00:00;2026-03-08T23:00:00+00:00;Toulouse;Zone C;",
    "Vacances d'Hiver;-;2026-02-06T23:00:00+00:00;2026-02-22T23:00:00+00:00;Lyon;Zone A;",
    "Vacances de Printemps;-;2026-04-17T22:00:00+00:00;2026-05-03T22:00:00+00:00;Paris;Zone C;",
    "Pont de l'Ascension;-;2026-05-13T22:00:00+00:00;2026-05-17T22:00:00+00:00;Paris;Zone C;",
    "Vacances d'Été;Enseignants;2026-07-03T22:00:00+00:00;2026-08-30T22:00:00+00:00;Paris;Zone C;",
    "Vacances d'Été;Élèves;2026-07-03T22:00:00+00:00;2026-08-31T22:00:00+00:00;Paris;Zone C;",
)
"""One whole year of zone C as the records interface gives it, with lines that are not for it."""


def read(
    tmp_path: Path, lines: Sequence[str], head: str = API, name: str = "calendrier.csv"
) -> SchoolHolidays:
    path = tmp_path / name
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return read_school_calendar(path, "C")


def differences(
    file: SchoolHolidays, first: int = 2025, last: int = 2025, zone: str = "C"
) -> list[date]:
    """The days of some school years that file and library do not close alike, holidays in."""
    library = {*school_holidays(zone).days, *public_holidays(range(first, last + 2))}
    told = {*file.days, *public_holidays(range(first, last + 2))}
    day, different = date(first, 9, 1), []
    while day < date(last + 1, 9, 1):
        if (day in told) != (day in library):
            different.append(day)
        day += timedelta(days=1)
    return different


def test_instants_in_utc_are_days_in_paris(tmp_path: Path) -> None:
    holidays = read(tmp_path, YEAR)
    assert holidays.years == {2025}
    assert differences(holidays) == []
    assert holidays.days[date(2025, 10, 18)] == "Vacances de la Toussaint"
    assert date(2025, 10, 17) not in holidays.days
    assert date(2025, 11, 3) not in holidays.days


def test_the_export_with_labels_is_the_same_file(tmp_path: Path) -> None:
    def local(line: str) -> str:
        for hour, offset in (("22", "02"), ("23", "01")):
            before, *others = line.split(f"T{hour}:00:00+00:00")
            line = before
            for rest in others:
                day = date.fromisoformat(line[-10:]) + timedelta(days=1)
                line = f"{line[:-10]}{day}T00:00:00+{offset}:00{rest}"
        return line

    labelled = read(tmp_path, [local(line) for line in YEAR], "\ufeff" + LABELS)
    assert labelled == read(tmp_path, YEAR)


def test_people_leave_after_the_class_of_a_working_day(tmp_path: Path) -> None:
    lines = [
        "Vacances d'Été;2018-07-07;2018-09-03;Zone C",
        "Vacances de la Toussaint;2018-10-20;2018-11-05;Zone C",
        "Vacances de Noël;2018-12-22;2019-01-07;Zone C",
        "Vacances d'Hiver;2019-02-23;2019-03-11;Zone C",
        "Vacances de Printemps;2019-04-20;2019-05-06;Zone C",
        "Pont de l'Ascension;2019-05-29;2019-06-03;Zone C",
        "Vacances d'Été;2019-07-06;2019-09-02;Zone C",
    ]
    head = "description;start_date;end_date;zones"
    holidays = read(tmp_path, lines, head)
    assert date(2019, 5, 29) not in holidays.days  # a Wednesday with class
    assert differences(holidays, 2018, 2018) == []
    free = read(tmp_path, lines, "description;premier_jour_libere;reprise;zones")
    assert set(free.days) - set(holidays.days) == {date(2019, 5, 29)}


@pytest.mark.parametrize(
    ("start", "end", "ascension"),
    [
        ("2019-05-29", "2019-06-03", date(2019, 5, 30)),
        ("2021-05-13", "2021-05-17", date(2021, 5, 13)),
        ("2022-05-26", "2022-05-28", date(2022, 5, 26)),
        ("2024-05-10", "2024-05-11", date(2024, 5, 9)),
        ("2027-05-07", "2027-05-07", date(2027, 5, 6)),
    ],
)
def test_every_shape_in_which_the_bridge_was_published(
    tmp_path: Path, start: str, end: str, ascension: date
) -> None:
    bridge = f"Pont de l'Ascension;-;{start}T00:00:00+02:00;{end}T00:00:00+02:00;Paris;Zone C;"
    days = read(tmp_path, [*YEAR, bridge]).days
    week = [ascension + timedelta(days=n) for n in range(-1, 5)]
    assert [day in days for day in week if day != ascension] == [False, True, True, True, False]


def test_a_day_that_begins_and_ends_at_once_is_a_day_off(tmp_path: Path) -> None:
    bridge = "Pont de l'Ascension;-;2027-05-06T22:00:00+00:00;2027-05-06T22:00:00+00:00;;Zone C;"
    holidays = read(tmp_path, [*YEAR, bridge])
    assert holidays.days[date(2027, 5, 7)] == "Pont de l'Ascension"
    monday = "Lundi de Pentecôte;-;2026-05-24T22:00:00+00:00;2026-05-24T22:00:00+00:00;;Zone C;"
    days = read(tmp_path, [*YEAR, monday]).days
    assert (days[date(2026, 5, 25)], date(2026, 5, 26) in days) == ("Lundi de Pentecôte", False)


SUMMER = "Début des Vacances d'Été;-;2026-07-03T22:00:00+00:00;2026-07-03T22:00:00+00:00;;Zone C;"


def test_a_summer_without_an_end_lasts_until_september(tmp_path: Path) -> None:
    holidays = read(tmp_path, [*YEAR[:-2], SUMMER])
    assert holidays.years == {2025}
    assert differences(holidays) == []
    assert holidays.days[date(2026, 8, 31)] == "Vacances d'Été"
    assert date(2026, 9, 1) not in holidays.days


def test_a_summer_without_an_end_lasts_until_the_return_that_is_told(tmp_path: Path) -> None:
    back = (
        "Rentrée scolaire des élèves;-;2026-09-02T22:00:00+00:00;2026-09-02T22:00:00+00:00;;Zone C;"
    )
    holidays = read(tmp_path, [*YEAR[:-2], SUMMER, back])
    assert date(2026, 9, 2) in holidays.days
    assert date(2026, 9, 3) not in holidays.days


def test_the_bare_beginning_of_a_summer_beside_the_whole_changes_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, [*YEAR, SUMMER]).days == read(tmp_path, YEAR).days


@pytest.mark.parametrize(
    ("gone", "lacking"),
    [
        (0, "the return to class"),
        (1, "Vacances de la Toussaint"),
        (3, "Vacances de Noël"),
        (7, "Vacances de Printemps"),
        (10, "Vacances d'Été"),
    ],
)
def test_a_year_that_is_not_told_whole_is_not_known(
    tmp_path: Path, gone: int, lacking: str
) -> None:
    lines = [line for index, line in enumerate(YEAR) if index != gone]
    with pytest.raises(SettingsError, match=f"no whole school year of zone C: .*{lacking}"):
        read(tmp_path, lines)


def test_what_is_lacking_of_another_year_is_kept_to_be_said(tmp_path: Path) -> None:
    holidays = read(tmp_path, [*YEAR, "Vacances de Noël;-;2026-12-19;2027-01-04;;Zone C;"])
    assert holidays.years == {2025}
    assert "lacks Vacances de la Toussaint, Vacances d'Hiver" in holidays.gaps[2026]


def test_a_year_of_which_two_lines_disagree_is_not_known(tmp_path: Path) -> None:
    other = YEAR[5].replace("2026-03-08", "2026-03-05")
    with pytest.raises(SettingsError, match="disagrees about Vacances d'Hiver in lines 6 and 13"):
        read(tmp_path, [*YEAR, other])


@pytest.mark.parametrize(
    "other",
    [
        "Pont de l'Ascension;-;2026-05-14;2026-05-16;Lyon;Zone C;",
        "Pont de l'Ascension;-;2026-05-15;2026-05-15;Lyon;Zone C;",
    ],
)
def test_lines_that_differ_by_a_weekend_or_a_public_holiday_do_not_disagree(
    tmp_path: Path, other: str
) -> None:
    assert read(tmp_path, [*YEAR, other]) == read(tmp_path, [YEAR[0], other, *YEAR[1:]])
    assert read(tmp_path, [*YEAR, other]).days == read(tmp_path, YEAR).days


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Vacances de Noël;-;20/12/2025;2026-01-05;;Zone C;", "start_date: '20/12/2025' is not a"),
        ("Vacances de Noël;-;2025-12-20;;;Zone C;", "end_date: is empty; give the day of return"),
        ("Vacances de Noël;-;2026-12-20;2026-01-05;;Zone C;", "lasts -349 days"),
        ("Vacances de Noël;-;2025-12-20;2027-01-05;;Zone C;", "lasts 381 days"),
    ],
)
def test_a_wrong_line_is_named_with_its_column(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(SettingsError, match=rf"calendrier.csv, line 13: .*{message}"):
        read(tmp_path, [*YEAR, line])


def test_a_column_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="line 1: no column 'end_date' or 'date de fin'"):
        read(tmp_path, YEAR, API.replace("end_date", "fin"))


def test_a_file_that_is_not_text_says_so(tmp_path: Path) -> None:
    path = tmp_path / "calendrier.csv"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="cannot be read as UTF-8"):
        read_school_calendar(path, "C")


def event(start: str, end: str, title: str, place: str) -> str:
    lines = ["BEGIN:VEVENT", "DTSTAMP:20250114T124531Z", f"DTSTART;VALUE=DATE:{start}"]
    lines += [f"DTEND;VALUE=DATE:{end}"] if end else []
    lines += [f"SUMMARY:{title[:12]}", f" {title[12:]}"]
    lines += [f"LOCATION:{place}"] if place else ["UID:20260918T084701Z-Zone-C@education"]
    lines += ["END:VEVENT"]
    return "\r\n".join(lines)


EVENTS = (
    event("20250705", "20250901", "Vacances d'Été - Zones A/B/C", "Zones A/B/C"),
    event("20250829", "20250901", "Vacances d'Été(prérentrée Enseignants) - Zone C", "Zone C"),
    event("20250101", "20251231", "Carnaval - Corse", "Corse"),
    event("20251018", "20251103", "Vacances de la Toussaint - Zones A/B/C", "Zones A/B/C"),
    event("20251220", "20260105", "Vacances de Noël - Zones A/B/C", "Zones A/B/C"),
    event("20260302", "20260309", "Vacances d'Hiver - Zone C", "Zone C"),
    event("20260223", "20260302", "Vacances d'Hiver - Zones B/C", "Zones B/C"),
    event("20260221", "20260223", "Vacances d'Hiver - Zones A/B/C", "Zones A/B/C"),
    event("20260214", "20260221", "Vacances d'Hiver - Zones A/B", "Zones A/B"),
    event("20260418", "20260504", "Vacances de Printemps - Zone C", "Zone C"),
    event("20260514", "20260518", "Pont de l'Ascension - Zones A/B/C - Corse", "Zones A/B/C"),
    event("20260704", "", "Début des Vacances d'Été - Zone C", "Zone C"),
)
"""The events of all zones, cut where a zone joins or leaves, as the ministry publishes them."""


def test_the_ical_of_all_zones_says_the_same(tmp_path: Path) -> None:
    holidays = read(tmp_path, EVENTS, "BEGIN:VCALENDAR", "Zones.ics")
    assert holidays.years == {2025}
    assert differences(holidays) == []
    assert holidays.days[date(2026, 7, 4)] == "Vacances d'Été"


def test_an_ical_without_places_says_its_zone_in_its_numbers(tmp_path: Path) -> None:
    titles = [line.words for line in events("\n".join(EVENTS).splitlines(), "C")]
    dates = [("20250705", "20250901"), ("20250829", "20250901"), ("20251018", "20251103")]
    dates += [("20251220", "20260105"), ("20260302", "20260309"), ("20260223", "20260302")]
    dates += [("20260221", "20260223"), ("20260418", "20260504"), ("20260514", "20260518")]
    dates += [("20260704", "")]
    bare = [event(*days, title, "") for days, title in zip(dates, titles, strict=True)]
    assert differences(read(tmp_path, bare, "BEGIN:VCALENDAR", "Zone-C.ics")) == []


def test_an_event_without_a_date_is_named(tmp_path: Path) -> None:
    broken = EVENTS[3].replace("20251018", "soon")
    with pytest.raises(SettingsError, match=r"ics, line 2: DTSTART: 'soon' is not a date"):
        read(tmp_path, [broken], "BEGIN:VCALENDAR", "Zone-C.ics")


ACADEMIES = {"A": ("Lyon", "Dijon"), "B": ("Nice", "Normandie"), "C": ("Paris", "Toulouse")}


def decreed(zone: str) -> Iterator[tuple[str, date, date]]:
    """The holidays of ten years as the ministry tells them: name, day of departure, return."""
    days = school_holidays(zone).days
    first = date(2018, 9, 3)
    while first < date(2028, 8, 31):
        after = first
        while days.get(after) == days.get(first) and after < date(2028, 9, 1):
            after += timedelta(days=1)
        if first in days:
            working = first.weekday() < 5 and "Ascension" not in days[first]
            yield days[first], first - timedelta(days=working), after
        first = after


def stamp(day: date) -> str:
    """A local midnight in Paris as the records interface writes it, in UTC."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("Europe/Paris"))
    return midnight.astimezone(UTC).isoformat()


@pytest.mark.parametrize("zone", ["A", "B", "C"])
def test_ten_years_of_each_zone_in_one_file(tmp_path: Path, zone: str) -> None:
    lines = [f"Vacances d'Été;-;{stamp(date(2018, 7, 7))};{stamp(date(2018, 9, 3))};;Zone {zone};"]
    for of, academies in ACADEMIES.items():
        for name, leave, back in decreed(of):
            for academy in academies:
                dates = f"{stamp(leave)};{stamp(back)};{academy};Zone {of};"
                lines.append(f"{name};-;{dates}")
                lines.append(f"{name};Enseignants;{dates}")
    path = tmp_path / "calendrier.csv"
    path.write_text("\n".join([API, *lines]), encoding="utf-8")
    holidays = read_school_calendar(path, zone)
    assert holidays.years == set(range(2018, 2028))
    assert differences(holidays, 2018, 2027, zone) == []
    on_tuesday = date(2021, 7, 6)
    assert (on_tuesday in holidays.days, on_tuesday + timedelta(days=1) in holidays.days) == (
        False,
        True,
    )
