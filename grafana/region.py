"""The dashboard « Vue régionale »: is it serious, where, since when, is the engagement kept."""

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.models.dashboard import Dashboard, VariableOption

from grafana import parts
from grafana.parts import AMBER, GREEN, GREY, RED

LINKS, SERVICES = 'kind="link"', 'kind="service"'
EQUIPMENT = 'kind!~"link|service"'
NAMED = "on (uai) group_left (name, commune) numlycee_site_info"
REGION = 'level="region",calendar="service"'
PERIODS = "1 heure : 1h, 24 heures : 24h, 7 jours : 7d, 30 jours : 30d, Année scolaire : year"
CLASSES = {
    "link": "Liens THD",
    "lan": "Réseau local",
    "wifi": "Wi-Fi",
    "service": "ENT et services",
    "server": "Serveurs et stockage",
    "power": "Alimentation secourue",
    "printing": "Impression",
    "other": "Autres équipements",
    "composite": "Numérique pédagogique",
}
QUIET = ((None, GREEN), (1, AMBER), (12, RED))
"""Twelve lycées of 225 are one in twenty."""


def in_state(selector: str, code: int) -> str:
    """Return how many resources are in a state: zero is a figure, not a hole."""
    return f"sum(numlycee_resource_state{{{selector}}} == bool {code})"


def french(expression: str) -> str:
    """Return an expression whose label `class` is written in French."""
    for name, words in CLASSES.items():
        expression = f'label_replace({expression}, "class", "{words}", "class", "{name}")'
    return expression


def region() -> Dashboard:
    """Return the dashboard."""
    board = (
        dashboard.Dashboard("Vue régionale")
        .uid("numlycee-region")
        .description("Le numérique des lycées en un coup d’œil : pannes, fraîcheur, engagements.")
        .tags(["numlycee"])
        .timezone("Europe/Paris")
        .readonly()
        .refresh("30s")
        .time("now-24h", "now")
        .with_variable(
            dashboard.DatasourceVariable("datasource")
            .label("Source")
            .type("prometheus")
            .current(VariableOption(text="default", value="default", selected=True))
        )
        .with_variable(
            dashboard.CustomVariable("window")
            .label("Période des taux")
            .values(PERIODS)
            .current(VariableOption(text="30 jours", value="30d", selected=True))
        )
    )
    _now(board)
    _day(board)
    _engagements(board)
    _trust(board)
    return board.build()


def _now(board: dashboard.Dashboard) -> None:
    figures = (
        ("Liens THD en panne", in_state(LINKS, 2), "Liens vus coupés en ce moment."),
        ("Liens THD dégradés", in_state(LINKS, 1), "Liens en service, hors de leurs seuils."),
        ("ENT en panne", in_state(SERVICES, 2), "Lycées d’où l’ENT ne répond pas."),
        ("Équipements en panne", in_state(EQUIPMENT, 2), "Équipements vus hors service."),
    )
    for rank, (title, expression, description) in enumerate(figures):
        panel = parts.figure(expression, QUIET, "short")
        board.with_panel(parts.place(panel, rank + 1, (rank * 4, 0, 4, 4), title, description))
    silent = parts.figure("count(numlycee_agent_up) - sum(numlycee_agent_up)", QUIET, "short")
    board.with_panel(
        parts.place(silent, 5, (16, 0, 4, 4), "Agents muets", "Lycées dont on ne sait plus rien.")
    )
    fresh = ((None, GREEN), (60, AMBER), (180, RED))
    age = parts.figure("time() - max(numlycee_picture_timestamp_seconds)", fresh, "s")
    board.with_panel(
        parts.place(age, 6, (20, 0, 4, 4), "Âge de l’image", "Temps depuis la dernière image.")
    )


def _day(board: dashboard.Dashboard) -> None:
    states = {"Dégradés": (1, AMBER), "En panne": (2, RED), "Non mesurés": (5, GREY)}
    targets = [
        parts.query(in_state(LINKS, code), name, chr(65 + rank))
        for rank, (name, (code, _)) in enumerate(states.items())
    ]
    colours = {name: colour for name, (_, colour) in states.items()}
    curve = parts.coloured(parts.curve("short", targets), colours)
    board.with_panel(
        parts.place(curve, 7, (0, 4, 12, 9), "Liens THD, 24 heures", "Est-ce que ça empire ?")
    )
    expression = f"(time() - numlycee_outage_start_timestamp_seconds) * {NAMED}"
    columns = {
        "name": "Lycée",
        "commune": "Commune",
        "department": "Dép.",
        "kind": "Ressource",
        "state": "État",
        "cause": "Cause",
        "owner": "À la charge de",
        "Value": "Depuis",
    }
    widths = {"Lycée": 170, "Commune": 130, "Dép.": 55, "Ressource": 90, "État": 85, "Depuis": 90}
    hidden = ("uai", "resource", "instance", "job")
    table = parts.listing([parts.instant(expression)], columns, widths, hidden)
    parts.with_unit(table, "dtdurations", ["Depuis"], 0)
    board.with_panel(
        parts.place(table, 8, (12, 4, 12, 9), "Incidents en cours", "Du premier signe à présent.")
    )


def _engagements(board: dashboard.Dashboard) -> None:
    ratio = f'numlycee_availability_ratio{{{REGION},window="$window",bound="%s"}}'
    budget = f'numlycee_error_budget_remaining_ratio{{{REGION},window="$window"}}'
    coverage = f'numlycee_coverage_ratio{{{REGION},window="$window"}}'
    shown = {
        "Taux connu": ratio % "known",
        "Borne basse": ratio % "low",
        "Borne haute": ratio % "high",
        "Couverture": coverage,
        "Objectif": 'numlycee_objective_ratio{calendar="service"}',
        "Budget restant": budget,
    }
    targets = [
        parts.instant(french(f"max by (class) ({expression})"), chr(65 + rank))
        for rank, expression in enumerate(shown.values())
    ]
    columns = {"class": "Classe"} | {
        f"Value #{chr(65 + rank)}": name for rank, name in enumerate(shown)
    }
    table = parts.listing(targets, columns, {"Classe": 190} | dict.fromkeys(shown, 110))
    parts.with_unit(table, "percentunit", list(shown), 2)
    words = "Heures de service. Le vrai taux est entre les bornes ; non mesuré reste vide."
    board.with_panel(parts.place(table, 9, (0, 13, 14, 9), "Disponibilité par classe", words))
    left = parts.bars(
        parts.instant(french(f"max by (class) ({budget})"), legend="{{class}}"),
        ((None, RED), (0.0, AMBER), (0.25, GREEN)),
    )
    left.min(0).max(1).decimals(0)
    words = "Part du budget d’erreur encore disponible ; vide quand il est dépassé."
    board.with_panel(parts.place(left, 10, (14, 13, 10, 9), "Budget d’erreur restant", words))


def _trust(board: dashboard.Dashboard) -> None:
    coverage = f'max by (class) (numlycee_coverage_ratio{{{REGION},window="24h"}})'
    seen = parts.curve("percentunit", [parts.query(french(coverage), "{{class}}")]).max(1)
    words = "Part du temps dû qui a été observée, 24 heures glissantes."
    board.with_panel(parts.place(seen, 11, (0, 22, 8, 8), "Couverture de la mesure", words))
    late = f"topk(15, (time() - numlycee_agent_last_report_timestamp_seconds) * {NAMED})"
    columns = {"name": "Lycée", "commune": "Commune", "Value": "Dernière nouvelle il y a"}
    hidden = ("uai", "instance", "job")
    table = parts.listing([parts.instant(late)], columns, {"Commune": 140}, hidden)
    parts.with_unit(table, "dtdurations", ["Dernière nouvelle il y a"], 0)
    words = "Les quinze agents dont les nouvelles sont les plus anciennes."
    board.with_panel(parts.place(table, 12, (8, 22, 8, 8), "Agents les moins récents", words))
    times = [
        parts.query(f"quantile({share}, numlycee_link_rtt_seconds)", name, ref)
        for ref, share, name in (("A", 0.5, "médiane"), ("B", 0.95, "95ᵉ centile"))
    ]
    words = "Temps d’aller-retour mesuré par les agents à travers leur lien."
    rtt = parts.curve("s", times)
    board.with_panel(parts.place(rtt, 13, (16, 22, 8, 8), "Temps de réponse des liens", words))
