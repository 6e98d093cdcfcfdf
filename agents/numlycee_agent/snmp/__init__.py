"""SNMP as the agent needs it: a codec, engines behind one port, identification."""
