"""A simulated Region with a known truth: for the demonstration, the tests and the benchmarks."""
