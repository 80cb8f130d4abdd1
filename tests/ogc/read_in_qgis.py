"""Run by Debian's Python, not by ours: opens a layer in QGIS and tells what it sees as JSON."""

import json
import sys
from collections import Counter
from typing import Any

from qgis.core import (  # type: ignore[import-not-found]
    QgsApplication,
    QgsFeatureRequest,
    QgsRectangle,
    QgsVectorLayer,
)


def opened(how: str, where: str, name: str) -> Any:
    if how == "oapif":
        return QgsVectorLayer(f"url='{where}' typename='{name}' pagesize='1000'", name, "OAPIF")
    return QgsVectorLayer(f"{where}|layername={name}", name, "ogr")


def told(layer: Any, box: str | None) -> dict[str, Any]:
    request = QgsFeatureRequest()
    if box is not None:
        request.setFilterRect(QgsRectangle(*map(float, box.split(","))))
    features = list(layer.getFeatures(request))
    fields = layer.fields()
    cells = ((field.name(), one[field.name()]) for one in features for field in fields)
    nulls = Counter(name for name, cell in cells if cell is None or str(cell) == "NULL")
    names = sorted(str(one["name"]) for one in features) if fields.indexOf("name") >= 0 else []
    return {
        "valid": layer.isValid(),
        "count": len(features),
        "kinds": {field.name(): field.typeName() for field in fields},
        "comments": {field.name(): field.comment() for field in fields},
        "names": names,
        "nulls": dict(nulls),
        "abstract": layer.metadata().abstract() or layer.dataProvider().dataComment(),
        "renderer": layer.renderer().type() if layer.renderer() else "",
    }


def main() -> None:
    application = QgsApplication([], False)
    application.initQgis()
    how, where, name, *box = sys.argv[1:]
    layer = opened(how, where, name)
    found = told(layer, box[0] if box else None) if layer.isValid() else {"valid": False}
    sys.stdout.write(json.dumps(found, default=str) + "\n")
    sys.stdout.flush()
    del layer
    application.exitQgis()


main()
