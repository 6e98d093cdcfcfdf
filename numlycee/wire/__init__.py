"""How the vocabulary is spelt on MQTT: topics, payloads and authenticated receipts, versioned."""
