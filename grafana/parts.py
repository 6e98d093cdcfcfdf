"""What every dashboard is made of: queries, panels with a title, a description and a unit."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from grafana_foundation_sdk.builders import bargauge, common, dashboard, prometheus, stat, table
from grafana_foundation_sdk.builders import timeseries as series
from grafana_foundation_sdk.models.common import (
    BigValueColorMode,
    BigValueGraphMode,
    BigValueTextMode,
    LegendDisplayMode,
    LegendPlacement,
    VizOrientation,
)
from grafana_foundation_sdk.models.dashboard import (
    DataSourceRef,
    DataTransformerConfig,
    DynamicConfigValue,
    FieldColor,
    FieldColorModeId,
    GridPos,
    Threshold,
    ThresholdsMode,
)
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

SOURCE = DataSourceRef(type_val="prometheus", uid="${datasource}")
GREEN, AMBER, RED, GREY, BLUE = "#1AA367", "#C48A00", "#D1263A", "#7B8794", "#3D71D9"
PanelT = TypeVar("PanelT", stat.Panel, table.Panel, bargauge.Panel, series.Panel)
Place = tuple[int, int, int, int]
"""x, y, width and height of a panel on the grid of 24 columns."""


def query(expression: str, legend: str = "", ref: str = "A") -> prometheus.Dataquery:
    """Return a query over the dashboard's range."""
    return _query(expression, ref).legend_format(legend).range()


def instant(expression: str, ref: str = "A", legend: str = "") -> prometheus.Dataquery:
    """Return a query of the present, as a table."""
    found = _query(expression, ref).legend_format(legend).instant()
    return found if legend else found.format(PromQueryFormat.TABLE)


def _query(expression: str, ref: str) -> prometheus.Dataquery:
    return prometheus.Dataquery().datasource(SOURCE).expr(expression).ref_id(ref)


def place(panel: PanelT, number: int, where: Place, title: str, description: str) -> PanelT:
    """Give a panel its number, its place and its words."""
    x, y, width, height = where
    panel.id(number).grid_pos(GridPos(x=x, y=y, w=width, h=height)).datasource(SOURCE)
    panel.title(title).description(description).no_value("non mesuré")
    return panel


def figure(expression: str, steps: Sequence[tuple[float | None, str]], unit: str) -> stat.Panel:
    """Return one big figure, coloured by thresholds."""
    return (
        stat.Panel()
        .with_target(query(expression))
        .unit(unit)
        .thresholds(thresholds(steps))
        .color_mode(BigValueColorMode.VALUE)
        .graph_mode(BigValueGraphMode.AREA)
        .text_mode(BigValueTextMode.VALUE)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
    )


def curve(unit: str, targets: Sequence[prometheus.Dataquery]) -> series.Panel:
    """Return curves with their legend below."""
    legend = common.VizLegendOptions().display_mode(LegendDisplayMode.LIST)
    panel = (
        series.Panel()
        .unit(unit)
        .legend(legend.placement(LegendPlacement.BOTTOM).show_legend(True))
        .fill_opacity(10)
        .line_width(2)
    )
    for target in targets:
        panel.with_target(target)
    return panel


def coloured(panel: series.Panel, colours: Mapping[str, str]) -> series.Panel:
    """Give each named curve its colour, the same as on the page."""
    for name, colour in colours.items():
        fixed = FieldColor(mode=FieldColorModeId.FIXED, fixed_color=colour)
        panel.override_by_name(name, [DynamicConfigValue(id_val="color", value=fixed)])
    return panel


def listing(
    targets: Sequence[prometheus.Dataquery],
    columns: Mapping[str, str],
    widths: Mapping[str, int],
    hidden: Sequence[str] = (),
) -> table.Panel:
    """Return a table: `columns` maps fields to French headings, in order; the rest is hidden."""
    panel = table.Panel().unit("short")
    for target in targets:
        panel.with_target(target)
    panel.with_transformation(DataTransformerConfig(id_val="merge", options={}))
    panel.with_transformation(
        DataTransformerConfig(
            id_val="organize",
            options={
                "excludeByName": dict.fromkeys(("Time", *hidden), True),
                "indexByName": {name: rank for rank, name in enumerate(columns)},
                "renameByName": dict(columns),
            },
        )
    )
    for name, width in widths.items():
        panel.override_by_name(name, [DynamicConfigValue(id_val="custom.width", value=width)])
    return panel


def with_unit(
    panel: table.Panel, unit: str, names: Sequence[str], decimals: int | None = None
) -> table.Panel:
    """Give columns of a table a unit of their own."""
    for name in names:
        properties = [DynamicConfigValue(id_val="unit", value=unit)]
        if decimals is not None:
            properties.append(DynamicConfigValue(id_val="decimals", value=decimals))
        panel.override_by_name(name, properties)
    return panel


def bars(target: prometheus.Dataquery, steps: Sequence[tuple[float | None, str]]) -> bargauge.Panel:
    """Return one horizontal bar for each series, as shares of one."""
    return (
        bargauge.Panel()
        .with_target(target)
        .unit("percentunit")
        .orientation(VizOrientation.HORIZONTAL)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
        .thresholds(thresholds(steps))
    )


def thresholds(steps: Sequence[tuple[float | None, str]]) -> dashboard.ThresholdsConfig:
    """Return absolute thresholds; the first has no value."""
    found = [Threshold(value=value, color=colour) for value, colour in steps]
    return dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(found)
