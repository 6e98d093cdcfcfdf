"""What the centre is told, over MQTT, and what it answers."""
