"""The user-based security of SNMP v3 (RFC 3414), for what is asked and for what is received."""
