"""Market documents of the CIM (IEC 62325), as EDDIE profiles them for metered data."""
