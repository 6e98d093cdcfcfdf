"""Every metric numlycee exposes: its name, type, help and labels, as data."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from numlycee.domain.kinds import Kind

SITE = ("uai",)
RESOURCE = ("uai", "resource", "kind")
ROLLED_UP = ("level", "scope", "uai", "class")
WINDOWED = (*ROLLED_UP, "calendar", "window")


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric: `kind` is `gauge` or `counter`; labels come in the order of the samples.

    A label that does not apply (the UAI of a département) is left out of the sample.
    """

    name: str
    kind: str
    help: str
    labels: tuple[str, ...] = ()

    def header(self, *, openmetrics: bool = False) -> str:
        """Return its HELP and TYPE lines; OpenMetrics leaves a counter's suffix out of them."""
        name = self.name.removesuffix("_total") if openmetrics else self.name
        return f"# HELP {name} {self.help}\n# TYPE {name} {self.kind}\n"


LINK_GAUGES = {
    "rtt_seconds": "Round-trip time through the link, median of the latest probes",
    "packet_loss_ratio": "Share of the latest probes that were lost, 0 to 1",
    "jitter_seconds": "Spread of the round-trip times of the latest probes",
    "main_line_up": "1 while the access's main line is up, as its device tells",
    "backup_line_up": "1 while the access's backup line is up, as its device tells",
    "received_bits_per_second": "Rate received by the main line over the latest minute",
    "sent_bits_per_second": "Rate sent by the main line over the latest minute",
    "receive_utilisation_ratio": "Rate received over what the main line may receive",
    "send_utilisation_ratio": "Rate sent over what the main line may send",
    "receive_capacity_bits_per_second": "What the main line may receive",
    "send_capacity_bits_per_second": "What the main line may send",
}
TARGET_GAUGES = {
    "rtt_seconds": "Round-trip time to one of the link's targets, median of the latest probes",
    "packet_loss_ratio": "Share of the latest probes of one of the link's targets that were lost",
}
SERVICE_GAUGES = {
    "dns_seconds": "Time to find the portal's address",
    "connect_seconds": "Time to open the connection to the portal",
    "tls_seconds": "Time to agree on encryption with the portal",
    "first_byte_seconds": "Time to the first byte of the portal's answer",
    "total_seconds": "Time of the whole scenario",
    "certificate_expiry_timestamp_seconds": "When the portal's certificate expires",
}
EQUIPMENT_GAUGES = {
    "uptime_seconds": "Time since the equipment last started",
    "charge_ratio": "Charge left in the battery, 0 to 1",
    "runtime_seconds": "Time the battery would last",
    "load_ratio": "Load of the equipment, 0 to 1",
    "temperature_celsius": "Highest temperature reported",
    "ports_up": "Ports in service",
    "supply_ratio": "Lowest supply left, 0 to 1",
    "ports": "Network interfaces of the equipment",
    "access_points": "Access points that a controller or a cluster knows",
    "access_points_up": "Access points connected to their controller or cluster",
    "wifi_clients": "Devices associated by Wi-Fi",
    "poe_budget_watts": "Power that the equipment can give over its ports",
    "poe_used_watts": "Power given over the ports",
    "cpu_ratio": "Use of the processor, 0 to 1",
    "memory_ratio": "Use of the memory, 0 to 1",
    "storage_ratio": "Use of the fullest disk, 0 to 1",
    "sessions": "Sessions tracked by a firewall, a router or a controller",
    "sensors": "Sensors that the equipment reports by ENTITY-SENSOR-MIB",
    "supplies": "Supplies of a printer",
    "input_volts": "Mains voltage at the input",
}
_OF_ONE_TARGET = re.compile(r"target_(\d+)_(\w+)")
DEVICE_GAUGES = EQUIPMENT_GAUGES | LINK_GAUGES | SERVICE_GAUGES
FAMILIES = {
    Kind.LINK: ("link", LINK_GAUGES),
    Kind.SERVICE: ("ent", SERVICE_GAUGES),
}


def gauge_name(kind: Kind, gauge: str) -> str:
    """Return the metric that a gauge of the wire's catalogue becomes on a kind of resource."""
    if of_one := _OF_ONE_TARGET.fullmatch(gauge):
        return f"numlycee_link_target_{of_one[2]}"
    family, known = FAMILIES.get(kind, ("device", DEVICE_GAUGES))
    return f"numlycee_{family if gauge in known else 'device'}_{gauge}"


def target_of(gauge: str) -> str:
    """Return which of a link's targets a gauge tells of, counted from 1; else nothing."""
    of_one = _OF_ONE_TARGET.fullmatch(gauge)
    return of_one[1] if of_one else ""


def _gauges() -> Iterator[Metric]:
    for gauge, text in TARGET_GAUGES.items():
        yield Metric(f"numlycee_link_target_{gauge}", "gauge", text, (*RESOURCE, "target"))
    for family, known in (*FAMILIES.values(), ("device", DEVICE_GAUGES)):
        for gauge, text in known.items():
            yield Metric(f"numlycee_{family}_{gauge}", "gauge", text, RESOURCE)


RATES = (
    Metric(
        "numlycee_availability_ratio",
        "gauge",
        "Availability, 0 to 1: known, its low and high bounds, and felt; absent if not measured",
        (*WINDOWED, "bound"),
    ),
    Metric("numlycee_coverage_ratio", "gauge", "Share of the required time observed", WINDOWED),
    Metric("numlycee_required_seconds", "gauge", "Time during which service was owed", WINDOWED),
    Metric("numlycee_available_seconds", "gauge", "Required time seen up or degraded", WINDOWED),
    Metric("numlycee_down_seconds", "gauge", "Required time seen down", WINDOWED),
    Metric("numlycee_unobserved_seconds", "gauge", "Required time nobody observed", WINDOWED),
    Metric("numlycee_window_outages", "gauge", "Outages that began in the window", WINDOWED),
    Metric(
        "numlycee_error_budget_remaining_ratio",
        "gauge",
        "Share of the error budget not yet spent; negative once overspent",
        WINDOWED,
    ),
)

INFO = Metric(
    "numlycee_resource_info",
    "gauge",
    "Always 1; what a resource is, and who answers for it by default",
    (*RESOURCE, "class", "vendor", "model", "owner", "operator", "contract"),
)
LABEL = Metric(
    "numlycee_resource_label",
    "gauge",
    "Always 1; a label that people gave to a resource which is observed",
    (*RESOURCE, "label", "value"),
)
STATE = Metric(
    "numlycee_resource_state",
    "gauge",
    "0 up, 1 degraded, 2 down, 3 unreachable, 4 maintenance, 5 unobserved",
    RESOURCE,
)
STANDING = Metric(
    "numlycee_inventory_resources",
    "gauge",
    "Equipment of a site in the register and observed (both), or in one of them alone",
    ("uai", "standing"),
)
CATALOGUE = (
    Metric("numlycee_build_info", "gauge", "Always 1; the centre's version", ("version",)),
    Metric("numlycee_simulated", "gauge", "1 when everything exposed is simulated, else 0"),
    Metric("numlycee_picture_timestamp_seconds", "gauge", "Instant of what is exposed"),
    Metric("numlycee_rates_as_of_timestamp_seconds", "gauge", "Instant up to which rates count"),
    Metric(
        "numlycee_site_info",
        "gauge",
        "Always 1; what a lycee is called and where it is",
        ("uai", "name", "commune", "department", "academy", "operator"),
    ),
    Metric(
        "numlycee_site_label",
        "gauge",
        "Always 1; a label that people gave to a lycee",
        ("uai", "label", "value"),
    ),
    Metric("numlycee_site_location_degrees", "gauge", "Place of a lycee", ("uai", "axis")),
    INFO,
    LABEL,
    STATE,
    STANDING,
    Metric(
        "numlycee_outage_start_timestamp_seconds",
        "gauge",
        "First sign of each open outage",
        (*RESOURCE, "state", "cause", "owner", "department"),
    ),
    Metric("numlycee_outages_opened_total", "counter", "Outages opened since the centre started"),
    Metric("numlycee_outages_closed_total", "counter", "Outages closed since the centre started"),
    Metric("numlycee_agent_up", "gauge", "1 while the site's agent is heard, 0 when silent", SITE),
    Metric("numlycee_agent_info", "gauge", "Always 1; version of the agent", ("uai", "version")),
    Metric(
        "numlycee_agent_last_report_timestamp_seconds", "gauge", "When the agent was heard", SITE
    ),
    Metric("numlycee_agent_clock_offset_seconds", "gauge", "Agent's clock minus ours", SITE),
    Metric("numlycee_agent_spool_bytes", "gauge", "What an agent keeps on its disk", SITE),
    Metric(
        "numlycee_agent_spool_waiting_records",
        "gauge",
        "Records of an agent that the centre has not confirmed",
        SITE,
    ),
    Metric("numlycee_agent_resident_bytes", "gauge", "Memory of an agent's process", SITE),
    Metric("numlycee_agent_cpu_seconds_total", "counter", "CPU time of an agent's process", SITE),
    Metric(
        "numlycee_agent_missed_polls_total",
        "counter",
        "Polls of an agent that were missed because one before took too long",
        SITE,
    ),
    Metric(
        "numlycee_agent_traps_heeded_total", "counter", "Traps and informs that woke a probe", SITE
    ),
    Metric(
        "numlycee_agent_traps_refused_total",
        "counter",
        "Datagrams at the port for traps that woke nothing: malformed, unknown or not authentic",
        SITE,
    ),
    Metric(
        "numlycee_ledger_records",
        "gauge",
        "Records of a site by outcome: how complete its account is",
        ("uai", "outcome"),
    ),
    Metric(
        "numlycee_ledger_rejected_records",
        "gauge",
        "Messages that no site of the fleet could mean, and words unknown here, since the start",
        ("reason",),
    ),
    Metric("numlycee_ledger_epoch", "gauge", "Epoch of the store"),
    Metric("numlycee_ledger_commit", "gauge", "Newest commit of the store"),
    Metric(
        "numlycee_fleet_devices",
        "gauge",
        "Mobile devices handed to pupils, at least and at most; absent for a count of 1 to 4",
        ("uai", "measure", "bound"),
    ),
    Metric(
        "numlycee_fleet_day_timestamp_seconds",
        "gauge",
        "Midnight UTC of the school day that the counts of mobile devices are of",
        SITE,
    ),
    Metric(
        "numlycee_objective_ratio",
        "gauge",
        "Target availability of a class, 0 to 1",
        ("class", "calendar", "owner"),
    ),
    Metric(
        "numlycee_error_budget_burn_ratio",
        "gauge",
        "How many times faster than allowed the Region spends a budget, over hours of service",
        ("class", "calendar", "window", "bound"),
    ),
    Metric(
        "numlycee_error_budget_alert",
        "gauge",
        "1 while a budget burns too fast: page is for now, ticket for the days that come",
        ("class", "calendar", "severity"),
    ),
    *_gauges(),
    *RATES,
)
