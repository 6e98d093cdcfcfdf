"""What stands on a site and how it hangs together, told by the equipment itself."""
