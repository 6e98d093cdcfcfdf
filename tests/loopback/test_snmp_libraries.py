"""SNMP needs no library, but one for what is enciphered: none may be had on a 32-bit ARM."""

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


def test_the_core_runs_where_no_snmp_library_can_be_imported() -> None:
    program = textwrap.dedent("""
        import sys

        class Blocked:
            def find_spec(self, name, path=None, target=None):
                if name.partition(".")[0] in {"pysnmp", "pyasn1", "cryptography", "ctypes"}:
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
    assert run.stdout.startswith("failed\nSNMP v3 that is enciphered needs numlycee-agent[snmp]")


EVERY = {"pysnmp", "pyasn1", "cryptography"}
BEYOND = {"ctypes"}  # as where the OpenSSL of Python is out of reach
OCTETS = "1.3.6.1.2.1.31.1.1.1.6"
AUTH, PRIV = "authentication", "confidential"
USERS = [User("open"), User("signing", AUTH, None, "SHA-256"), User("secret", AUTH, PRIV)]
# Walks by the community, or as the user, three times: a memory forms.
WALKER = textwrap.dedent("""
    import asyncio, json, sys

    port, user, auth, key, secret, *blocked = sys.argv[1:]

    class Blocked:
        def find_spec(self, name, path=None, target=None):
            if name.partition(".")[0] in blocked:
                raise ModuleNotFoundError(name)

    sys.meta_path.insert(0, Blocked())

    from numlycee_agent.snmp.credentials import Community, Target, Usm
    from numlycee_agent.snmp.engines import Engines

    async def main():
        target = Target("127.0.0.1", int(port), (5.0,))
        secured = Usm(user, key or None, secret or None, auth)
        async with Engines() as engines:
            client = engines.open_client(target, secured if user else Community("public"))
            walks = [await client.walk(["1.3.6.1.2.1.31.1.1.1.6"]) for _ in range(3)]
        loaded = {name.partition(".")[0] for name in sys.modules}
        print(json.dumps([walks, sorted(loaded & {"pysnmp", "cryptography"})]))

    asyncio.run(main())
""")


@pytest.mark.parametrize(
    ("user", "blocked", "loaded"),
    [
        (None, EVERY, []),
        (None, set(), []),
        (USERS[0], EVERY, []),
        (USERS[1], EVERY, []),
        (USERS[1], set(), []),
        (USERS[2], EVERY, []),
        (USERS[2], set(), []),
        (USERS[2], BEYOND, ["cryptography"]),
    ],
    ids=[
        *("v2c-without", "v2c-with", "open-without", "signing-without", "signing-with"),
        *("secret-without", "secret-with", "secret-without-openssl"),
    ],
)
async def test_a_switch_is_walked_where_libraries_are_absent(
    user: User | None, blocked: set[str], loaded: list[str]
) -> None:
    async with SimulatedDevices(SystemClock(), users=USERS) as devices:
        device = await devices.add(
            {f"{OCTETS}.{port}": Typed("counter64", 2**40 + port) for port in range(1, 49)}
        )
        walks, libraries = await _walked(device, user, blocked)
    assert walks == [{OCTETS: {str(port): 2**40 + port for port in range(1, 49)}}] * 3
    assert libraries == loaded


async def _walked(
    device: SimulatedDevice, user: User | None, blocked: set[str]
) -> tuple[object, object]:
    told = (user.name, user.auth_protocol, user.auth_key, user.priv_key) if user else ("",) * 4
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-W", "error", "-c", WALKER, str(device.port), *(part or "" for part in told), *blocked),
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'agents'}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    said, complaints = await process.communicate()
    assert complaints == b""
    walks, libraries = json.loads(said)
    return walks, libraries


def test_enciphering_writes_no_memory_that_it_executes() -> None:
    """As `MemoryDenyWriteExecute` of the unit wants it; an old kernel lets it be."""
    deny = (
        "import ctypes, os, sys; ctypes.CDLL(None).prctl(65, 1, 0, 0, 0); os.execv(sys.executable,"
    )
    program = textwrap.dedent("""
        from numlycee_agent.snmp.usm import openssl

        cipher = openssl.aes(bytes(16))
        secret = cipher.encipher(b"text", (1, 1), b"saltsalt")
        assert cipher.decipher(secret, (1, 1), b"saltsalt") == b"text" != secret
    """)
    subprocess.run(
        [sys.executable, "-c", f"{deny} [sys.executable, '-c', sys.argv[1]])", program],
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'agents'}"},
        timeout=30,
        check=True,
    )
