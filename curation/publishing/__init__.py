"""Takes a release to the Hub, and proves that what arrived is what was built."""
