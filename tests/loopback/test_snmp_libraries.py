"""The core runs where neither gufo-snmp nor pysnmp can be had: on a 32-bit ARM, for one."""

import asyncio
import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from numlycee.adapters.snmp_devices import SimulatedDevice, SimulatedDevices, Typed, User
from numlycee.clock import SystemClock

ROOT = Path(__file__).resolve().parents[2]


def test_v2c_runs_where_no_snmp_library_can_be_imported() -> None:
    program = textwrap.dedent("""
        import sys

        class Blocked:
            def find_spec(self, name, path=None, target=None):
                if name.partition(".")[0] in {"gufo", "pysnmp", "pyasn1", "cryptography"}:
                    raise ModuleNotFoundError(name)

        sys.meta_path.insert(0, Blocked())

        import asyncio
        from numlycee.clock import SystemClock
        from numlycee.domain.kinds import Kind
        from numlycee_agent.probes.snmp import SnmpStateProbe
        from numlycee_agent.snmp.credentials import Community, Target, Usm
        from numlycee_agent.snmp.engines import Engines
        from numlycee_agent.snmp.values import SnmpError

        async def main():
            async with Engines() as engines:
                nobody = Target("127.0.0.1", 9, (0.05,))
                probe = SnmpStateProbe(
                    engines.open_client(nobody, Community("public")), Kind.UPS, SystemClock()
                )
                print((await probe.observe()).health)
                try:
                    engines.open_client(nobody, Usm("user", "authentication", "confidential"))
                except SnmpError as fault:
                    print(fault)

        asyncio.run(main())
    """)
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'agents'}"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert run.stderr == ""
    assert run.stdout.startswith("failed\nno library here speaks SNMP v3")


COMPILED = {"gufo"}
EVERY = COMPILED | {"pysnmp", "pyasn1", "cryptography"}
OCTETS = "1.3.6.1.2.1.31.1.1.1.6"
# Walks by the community, then by the user where a library is left, three times: a memory forms.
WALKER = textwrap.dedent("""
    import asyncio, json, sys

    port, user, *blocked = sys.argv[1:]

    class Blocked:
        def find_spec(self, name, path=None, target=None):
            if name.partition(".")[0] in blocked:
                raise ModuleNotFoundError(name)

    sys.meta_path.insert(0, Blocked())

    from numlycee_agent.snmp.credentials import Community, Target, Usm
    from numlycee_agent.snmp.engines import Engines

    async def main():
        target = Target("127.0.0.1", int(port), (5.0,))
        credentials = Usm(user, "authentication", "confidential") if user else Community("public")
        async with Engines() as engines:
            client = engines.open_client(target, credentials)
            walks = [await client.walk(["1.3.6.1.2.1.31.1.1.1.6"]) for _ in range(3)]
        loaded = {name.partition(".")[0] for name in sys.modules}
        print(json.dumps([walks, sorted(loaded & {"gufo", "pysnmp", "cryptography"})]))

    asyncio.run(main())
""")


@pytest.mark.parametrize(
    ("user", "blocked", "loaded"),
    [("", EVERY, []), ("", set(), []), ("walker", COMPILED, ["cryptography", "pysnmp"])],
    ids=["v2c-without-any", "v2c-with-all", "v3-without-the-compiled"],
)
async def test_a_switch_is_walked_where_compiled_libraries_are_absent(
    user: str, blocked: set[str], loaded: list[str]
) -> None:
    users = [User("walker", "authentication", "confidential")]
    async with SimulatedDevices(SystemClock(), users=users) as devices:
        device = await devices.add(
            {f"{OCTETS}.{port}": Typed("counter64", 2**40 + port) for port in range(1, 49)}
        )
        walks, libraries = await _walked(device, user, blocked)
    assert walks == [{OCTETS: {str(port): 2**40 + port for port in range(1, 49)}}] * 3
    assert libraries == loaded


async def _walked(device: SimulatedDevice, user: str, blocked: set[str]) -> tuple[object, object]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-W", "error", "-c", WALKER, str(device.port), user, *blocked),
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'agents'}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    said, complaints = await process.communicate()
    assert complaints == b""
    walks, libraries = json.loads(said)
    return walks, libraries
