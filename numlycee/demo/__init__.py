"""The demonstration, assembled: a broker, a simulated Region, real agents, the real collector."""
