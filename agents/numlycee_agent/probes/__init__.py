"""Ways of observing one resource; `http` is imported only where a service is watched."""
