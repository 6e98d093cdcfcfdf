#!/usr/bin/env python3
"""Dit à l'agent numlycee du lycée comment va cet appareil. Rien que la bibliothèque standard.

À lancer par l'administrateur de l'appareil (MDM, tâche planifiée), au lycée : docs/fr/balise.md.
Ne lit ni nom, ni compte, ni adresse, ni document. « --dry-run » montre ce qui partirait.

(Tells the school's numlycee agent how this device is doing. Python 3.9 or later, nothing else.)
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import os
import platform
import re
import shutil
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

SENT, REFUSED, MISUSED = 0, 1, 2
PATIENCE = 10
POWER = Path("/sys/class/power_supply")
SENSORS = Path("/sys/class/hwmon")
SERIALS = (
    Path("/sys/class/dmi/id/product_serial"),
    Path("/sys/firmware/devicetree/base/serial-number"),
)
NOT_SERIALS = {"", "0", "none", "default string", "to be filled by o.e.m.", "system serial number"}
FAILED_DEVICES = "(10,43)"
"""Windows: « ne peut pas démarrer » et « s'est arrêté » (Code 10, Code 43)."""


def main(arguments: list[str] | None = None) -> int:
    """Read, show or send; returns 0 when sent or away from school, 1 refused, 2 misused."""
    options = parser().parse_args(arguments)
    said = describe(options.ent, options.ent_shows)
    if options.serial:
        said["serial"] = options.serial
    if "serial" not in said:
        return complain("aucun numéro de série lisible ; lancez en administrateur", MISUSED)
    body = json.dumps(said, sort_keys=True).encode()
    if options.dry_run:
        sys.stdout.write(json.dumps(said, indent=2, sort_keys=True) + "\n")
        return SENT
    if not options.url.startswith("https://") and not options.clear:
        return complain("l'adresse doit commencer par https://, ou ajoutez --clear", MISUSED)
    try:
        key = Path(options.key_file).read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return complain("la clé du lycée ne peut pas être lue", MISUSED)
    return send(options.url, key, body, options.ca)


def parser() -> argparse.ArgumentParser:
    """Return what the command line may say."""
    top = argparse.ArgumentParser(
        description="Dit à l'agent numlycee du lycée comment va cet appareil."
    )
    top.add_argument("--url", default="", help="https://10.31.0.5:8443/v1/beacon")
    top.add_argument("--key-file", default="", help="la clé des appareils du lycée")
    top.add_argument("--ca", help="l'autorité (PEM) qui a signé le certificat de l'agent")
    top.add_argument("--ent", help="l'adresse de l'ENT, pour dire s'il s'ouvre d'ici")
    top.add_argument("--ent-shows", default="", help="ce que la page de l'ENT doit contenir")
    top.add_argument("--serial", help="le numéro de série, si le MDM le connaît mieux")
    top.add_argument("--clear", action="store_true", help="permet http://, qui se lit en route")
    top.add_argument("--dry-run", action="store_true", help="montre, n'envoie rien")
    return top


def describe(ent: str | None, shows: str) -> dict[str, Any]:
    """Return what the beacon says; what cannot be read is left out."""
    readers = READERS.get(platform.system(), {})
    found = {name: quietly(read) for name, read in readers.items()}
    found["disk_free"] = quietly(disk_free)
    found["system"] = word(platform.system().lower())
    found["build"] = word(quietly(build) or "")
    if ent:
        found["ent"] = opens(ent, shows)
    return {name: value for name, value in found.items() if value is not None}


def send(url: str, key: str, body: bytes, authority: str | None) -> int:
    """Send once, signed; away from school nobody answers, and nothing is said."""
    date = str(int(time.time()))  # noqa: TID251 (a script of its own, that runs once)
    signature = hmac.new(key.encode(), f"{date}\n".encode() + body, hashlib.sha256).hexdigest()
    headers = {
        "Authorization": f"HMAC-SHA256 {date}:{signature}",
        "Content-Type": "application/json",
        "User-Agent": "numlycee-beacon",
    }
    try:
        request = urllib.request.Request(url, body, headers)  # noqa: S310 (checked by main)
        context = ssl.create_default_context(cafile=authority)
        direct = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
        )
        with direct.open(request, timeout=PATIENCE) as answer:
            answer.read(1)
    except urllib.error.HTTPError as error:
        with error:
            return complain(f"refusé par l'agent : {error.code} {reason_of(error)}", REFUSED)
    except ssl.SSLError as error:
        return complain(f"ce n'est pas l'agent du lycée : {error.reason}", REFUSED)
    except urllib.error.URLError as error:
        if isinstance(error.reason, ssl.SSLError):
            return complain(f"ce n'est pas l'agent du lycée : {error.reason.reason}", REFUSED)
        return complain("l'agent ne répond pas ; l'appareil est-il au lycée ?", SENT)
    except OSError as error:
        return complain(f"rien n'est envoyé : {error.strerror or error}", SENT)
    return SENT


def reason_of(error: urllib.error.HTTPError) -> str:
    """Return what the agent says of its refusal."""
    try:
        return str(json.loads(error.read(500))["error"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def disk_free() -> float:
    """Return the free share of the system's disk."""
    usage = shutil.disk_usage(os.environ.get("SystemDrive", "") + os.sep)  # noqa: SIM112 (Windows)
    return round(usage.free / usage.total, 3)


def build() -> str:
    """Return the version of the system, as inventories know it."""
    if platform.system() == "Darwin":
        return platform.mac_ver()[0]
    if platform.system() == "Windows":
        return platform.version()
    release = Path("/etc/os-release").read_text(encoding="utf-8")
    known = dict(re.findall(r'^(ID|VERSION_ID)="?([^"\n]*)', release, re.MULTILINE))
    return f"{known.get('ID', '')} {known.get('VERSION_ID', '')} ({platform.release()})"


def opens(url: str, shows: str) -> bool:
    """Tell whether a page opens and contains what it should."""
    if not re.match(r"https?://", url):
        return False
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:  # noqa: S310 (checked above)
            return shows in answer.read(262_144).decode("utf-8", "replace")
    except (OSError, ValueError):
        return False


def linux_serial(paths: tuple[Path, ...] = SERIALS) -> str | None:
    """Return the serial number that the maker wrote; administrators only may read it."""
    for path in paths:
        if serial := one_serial(path.read_text(encoding="ascii") if path.exists() else ""):
            return serial
    return None


def linux_battery(power: Path = POWER) -> float | None:
    """Return what a full charge holds of what it held when new, of the worst battery."""
    shares = []
    for battery in sorted(power.glob("BAT*")):
        for kind in ("energy", "charge"):
            full, design = (battery / f"{kind}_full", battery / f"{kind}_full_design")
            if full.exists() and design.exists():
                shares.append(share(full.read_text(), design.read_text()))
    return min((one for one in shares if one is not None), default=None)


def linux_sensors(folder: Path = SENSORS) -> int:
    """Return how many sensors report a fault."""
    faults = folder.glob("hwmon*/*_fault")
    return min(99, sum(path.read_text().strip() == "1" for path in faults))


Ask = Callable[[str], str]
Tool = Callable[[list[str]], str]


def run(command: list[str]) -> str:
    """Return what a command of the system prints."""
    done = subprocess.run(  # noqa: S603 (the commands above, nothing from outside)
        command, capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout


def windows(question: str) -> str:
    """Return what PowerShell answers."""
    folder = os.environ.get("SystemRoot", r"C:\Windows")  # noqa: SIM112 (Windows)
    shell = Path(folder) / "System32" / "WindowsPowerShell" / "v1.0" / "powershell.exe"
    return run([str(shell), "-NoProfile", "-NonInteractive", "-Command", question])


def windows_serial(ask: Ask = windows) -> str | None:
    """Return the serial number of the BIOS."""
    return one_serial(ask("(Get-CimInstance Win32_BIOS).SerialNumber"))


def windows_battery(ask: Ask = windows) -> float | None:
    """Return what a full charge holds of what it held when new."""
    first = "(Get-CimInstance -Namespace root/wmi -ClassName {} | Select-Object -First 1).{}"
    full = ask(first.format("BatteryFullChargedCapacity", "FullChargedCapacity"))
    return share(full, ask(first.format("BatteryStaticData", "DesignedCapacity")))


def windows_sensors(ask: Ask = windows) -> int:
    """Return how many devices have stopped or cannot start."""
    failed = f"$_.ConfigManagerErrorCode -in {FAILED_DEVICES}"
    return min(99, int(ask(f"@(Get-CimInstance Win32_PnPEntity | Where {{ {failed} }}).Count")))


def mac_serial(ask: Tool = run) -> str | None:
    """Return the serial number that the registry of devices tells."""
    told = ask(["/usr/sbin/ioreg", "-rd1", "-c", "IOPlatformExpertDevice"])
    found = re.search(r'"IOPlatformSerialNumber" = "([^"]+)"', told)
    return one_serial(found[1]) if found else None


def mac_battery(ask: Tool = run) -> float | None:
    """Return what a full charge holds of what it held when new."""
    told = ask(["/usr/sbin/ioreg", "-rn", "AppleSmartBattery"])
    known = dict(re.findall(r'"(AppleRawMaxCapacity|DesignCapacity)" = (\d+)', told))
    return share(known.get("AppleRawMaxCapacity", ""), known.get("DesignCapacity", ""))


def mac_sensors(ask: Tool = run) -> int:
    """Return 1 when the disk says that it fails, else 0."""
    told = ask(["/usr/sbin/diskutil", "info", "disk0"])
    return int("SMART Status: Failing" in re.sub(" +", " ", told))


READERS: dict[str, dict[str, Callable[[], Any]]] = {
    "Linux": {"serial": linux_serial, "battery": linux_battery, "sensors": linux_sensors},
    "Windows": {"serial": windows_serial, "battery": windows_battery, "sensors": windows_sensors},
    "Darwin": {"serial": mac_serial, "battery": mac_battery, "sensors": mac_sensors},
}


def quietly(read: Callable[[], Any]) -> Any:
    """Return what can be read, or None."""
    try:
        return read()
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def one_serial(text: str) -> str | None:
    """Return a serial number without its surroundings; None for what makers write instead."""
    serial = text.strip().strip("\0").strip()
    return None if serial.lower() in NOT_SERIALS else serial


def share(part: str, whole: str) -> float | None:
    """Return a part of a whole, from 0 to 1."""
    if not part.strip().isdigit() or not whole.strip().isdigit() or not int(whole):
        return None
    return min(1.0, round(int(part) / int(whole), 3))


def word(text: str) -> str:
    """Return a text as the beacon may carry it."""
    return re.sub(r"[^A-Za-z0-9 ._+()-]+", "", text)[:40].strip()


def complain(message: str, code: int) -> int:
    """Tell what is wrong, and return a code."""
    sys.stderr.write(f"numlycee-beacon: {message}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
