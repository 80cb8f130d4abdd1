"""Green Button: the energy data of NAESB ESPI (REQ.21) as a file."""
