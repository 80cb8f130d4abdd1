"""What partners publish and take: GeoPackage, NGSI-LD, night-sky CSV, open-data catalogue."""
