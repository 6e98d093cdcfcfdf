"""The local page of the school's technician and the beacon of devices, over HTTP on the LAN."""
