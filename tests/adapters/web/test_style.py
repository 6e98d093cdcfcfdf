import re

import pytest

from numlycee.adapters.web.rendering import assets
from numlycee.domain.states import State

STYLE = assets()["style.css"].body.decode()
THEMES = dict(zip(("light", "dark"), re.findall(r":root\{([^}]*)\}", STYLE), strict=True))
PUBLISHED = {
    "light": ("#07985d", "#b88200", "#8a0c2b", "#12408f", "#687282"),
    "dark": ("#35d092", "#fcb710", "#e8353f", "#b4d5f5", "#6e7a88"),
}
TONES = ("up", "degraded", "down", "unobserved")


def colours(theme: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+):(#[0-9a-f]+)", THEMES[theme]))


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_states_have_their_published_colours(theme: str) -> None:
    found = colours(theme)
    names = ("up", "degraded", "down", "maintenance", "unobserved")
    assert tuple(found[name] for name in names) == PUBLISHED[theme]


@pytest.mark.parametrize("theme", THEMES)
def test_text_reaches_the_contrast_of_wcag_aa(theme: str) -> None:
    found = colours(theme)
    grounds = [found["page"], found["card"], *(found[f"{tone}-pale"] for tone in TONES)]
    for name in ("text", "link"):
        assert min(contrast(found[name], ground) for ground in grounds) >= 4.5, name
    for name in ("mute", *(f"{tone}-text" for tone in TONES)):
        assert min(contrast(found[name], found[g]) for g in ("page", "card")) >= 4.5, name
    assert contrast(found["text"], found["rail"]) >= 4.5
    assert contrast(found["card"], found["link"]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_shapes_stand_out_from_what_is_behind_them(theme: str) -> None:
    found = colours(theme)
    for tone in TONES:
        assert contrast(found[tone], found["card"]) >= 3, tone
        assert contrast(found[tone], found["ink"]) >= 3, tone
        assert contrast(found[tone], found[f"{tone}-pale"]) >= 3, tone
    assert contrast(found["good"], found["card"]) >= 3
    assert contrast(found["unobserved"], found["page"]) >= 3


def test_every_state_has_its_shape_and_its_classes() -> None:
    for state in State:
        assert f".s-{state}" in STYLE
        assert f".t-{state}" in STYLE
        assert f".d-{state}" in STYLE
        assert f".n-{state}" in STYLE
