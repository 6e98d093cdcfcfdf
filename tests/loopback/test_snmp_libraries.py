"""The core runs where neither gufo-snmp nor pysnmp can be had."""

import subprocess
import sys
import textwrap
from pathlib import Path

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
