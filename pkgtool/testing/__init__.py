"""For tests of pkgtool and of adapters to it: contract suites, the golden fixture, fakes."""
