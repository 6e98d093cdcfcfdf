"""What is promised to places and by contracts, and what is composed, as people write it."""

from fractions import Fraction
from pathlib import Path

import pytest

from numlycee.config import Config, read
from numlycee.config.promises import PartTerms
from numlycee.domain.causes import Owner
from numlycee.domain.composites import NUMERIQUE_PEDAGOGIQUE
from numlycee.domain.kinds import Kind, ResourceClass
from numlycee.domain.objectives import Period
from numlycee.domain.sites import Department, Site
from numlycee.domain.tallies import Rate
from numlycee.settings import SettingsError

HEAD = 'sites = "s.csv"\nsecret_file = "k"\n'
UAI, OTHER = "0310036W", "0310038Y"
GARONNE = Department("31", "Haute-Garonne", "Toulouse")


def _read(tmp_path: Path, text: str) -> Config:
    path = tmp_path / "numlycee.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    return read(path)


def _site(uai: str, operator: str) -> Site:
    return Site(uai, uai, "Ville", GARONNE, 43.6, 1.4, 900, operator)


def test_the_promise_made_most_closely_to_a_lycee_holds(tmp_path: Path) -> None:
    promised = _read(
        tmp_path,
        f'[[promises]]\nclass = "link"\nsite = "{UAI}"\ntarget = "99,9"\n'
        '[[promises]]\nclass = "link"\nacademy = "Toulouse"\ntarget = "99.7"\nperiod = "month"\n',
    ).promised()
    own = promised.for_site(ResourceClass.LINK, _site(UAI, ""))
    other = promised.for_site(ResourceClass.LINK, _site(OTHER, ""))
    assert own is not None
    assert other is not None
    assert Fraction(own.target.numerator, own.target.denominator) == Fraction(999, 1000)
    assert other == promised.for_region(ResourceClass.LINK)
    month = promised.for_academy(ResourceClass.LINK, "Toulouse", Period.MONTH)
    assert month is not None
    assert month.academy == "Toulouse"


def test_a_contract_covers_the_sites_of_its_operator_and_those_it_names(tmp_path: Path) -> None:
    (terms,) = _read(
        tmp_path,
        '[[contracts]]\nname = "THD"\nrestore_minutes = 240\noperator = "Opérateur A"\n'
        f'sites = ["{OTHER}"]\ntarget = "99.5"\n',
    ).contracts
    fleet = {UAI: _site(UAI, "Opérateur A"), OTHER: _site(OTHER, "Opérateur B")}
    fleet["0340010A"] = _site("0340010A", "Opérateur B")
    contract = terms.contract(fleet)
    assert contract.keys == {(UAI, ""), (OTHER, "")}
    assert contract.restore_ms == 4 * 3_600_000
    assert contract.owner is Owner.OPERATOR
    assert contract.kind is Kind.LINK
    assert contract.calendar == "always"


def test_composites_are_the_usual_one_unless_others_are_written(tmp_path: Path) -> None:
    assert _read(tmp_path, "").composed() == (NUMERIQUE_PEDAGOGIQUE,)
    assert _read(tmp_path, "composites = []\n").composed() == ()
    text = (
        '[[composites]]\nid = "cours"\nname = "Cours"\n'
        'parts = [{ name = "Lien", kind = "link" }, { name = "Wi-Fi", class = "wifi", '
        'need = "80 %" }, { name = "Cœur", core = true, need = "2" }]\n'
    )
    (composite,) = _read(tmp_path, text).composed()
    assert [part.need for part in composite.parts] == [Rate(1, 1), Rate(4, 5), 2]
    assert composite.parts[1].selector.resource_class is ResourceClass.WIFI


@pytest.mark.parametrize(("text", "need"), [("4/5", Rate(4, 5)), ("12,5%", Rate(1, 8)), ("1", 1)])
def test_a_need_is_a_number_or_a_share(text: str, need: object) -> None:
    assert PartTerms(name="p", core=True, need=text).part().need == need


PROMISE = f'[[promises]]\nclass = "link"\nsite = "{UAI}"\ntarget = "99"\n'
CONTRACT = '[[contracts]]\nname = "THD"\nrestore_minutes = 240\noperator = "A"\n'
COMPOSITE = '[[composites]]\nid = "c"\nname = "C"\nparts = [{ name = "p", core = true }]\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (PROMISE.replace(f'site = "{UAI}"\n', ""), "line 3: promises.0: made to nobody"),
        (PROMISE.replace("99", "cent"), "is not a percentage"),
        (PROMISE.replace("class", "klass"), "did you mean 'class'"),
        (PROMISE.replace("0310036W", "0310036X"), "wrong key"),
        (PROMISE + PROMISE, f"two objectives of class link for {UAI}"),
        (CONTRACT.replace("240", "0"), "restore_minutes must be at least 1"),
        (CONTRACT.replace('operator = "A"\n', ""), "covers nothing"),
        (CONTRACT + CONTRACT, "contract 'THD' stands twice"),
        (COMPOSITE + COMPOSITE, "composite 'c' stands twice"),
        (COMPOSITE.replace("core = true", 'need = "1"'), "picks everything"),
        (COMPOSITE.replace("true", 'true, need = "most"'), "need 'most': write"),
        (COMPOSITE.replace("true", 'true, need = "120 %"'), "share up to 1"),
        (COMPOSITE.replace('[{ name = "p", core = true }]', "[]"), "has no parts"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        _read(tmp_path, text)
    assert message in str(refusal.value)


def test_a_contract_may_cover_what_the_register_of_equipment_says(tmp_path: Path) -> None:
    text = 'equipment = "equipements.csv"\n' + CONTRACT.replace('operator = "A"\n', "")
    (terms,) = _read(tmp_path, text).contracts
    assert terms.contract({}).keys == frozenset()


@pytest.mark.parametrize("address", ["centre-1", "centre-1:0", "http://centre-1:8080", ":8080"])
def test_a_collector_is_found_at_a_host_and_a_port(tmp_path: Path, address: str) -> None:
    with pytest.raises(SettingsError, match=r"http\.collectors: .* write host:port"):
        _read(tmp_path, f'[http]\ncollectors = ["{address}"]\n')


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "127.0.0.1:8080"),
        ('host = "0.0.0.0"\nport = 81', "localhost:81"),
        ('host = "::1"', "[::1]:8080"),
        ('collectors = ["[fd00::1]:8080"]', "[fd00::1]:8080"),
    ],
)
def test_a_collector_knows_where_it_is(tmp_path: Path, text: str, found: str) -> None:
    assert _read(tmp_path, f"[http]\n{text}\n").http.found_at == (found,)
