"""Everything of the desk that touches the world: mail servers, disk, clock, terminal."""
