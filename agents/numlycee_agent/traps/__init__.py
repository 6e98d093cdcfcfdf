"""What devices tell of their own accord: SNMP traps and informs, which wake a probe."""
