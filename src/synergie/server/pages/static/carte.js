// The map of /carte: marks on a canvas, asked part by part; the list under it says the same.
"use strict";
(function () {
  const box = document.getElementById("carte");
  if (!box || !window.L || !box.dataset.start) return;
  const says = document.getElementById("carte-dit");
  const list = document.getElementById("liste");
  const words = box.dataset;
  const style = getComputedStyle(document.documentElement);
  const ink = (name) => style.getPropertyValue(name).trim();
  const INKS = [ink("--bleu"), ink("--orange"), ink("--vert"), ink("--violet")];
  const PAPER = ink("--papier"), LINE = ink("--gris");
  box.hidden = false;
  document.getElementById("dessin").hidden = true;

  const map = L.map(box, { renderer: L.canvas({ padding: 0.2 }), attributionControl: false, zoomControl: false,
    minZoom: 2, maxZoom: 20, zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false });
  L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);

  // One mark of its shape: disc, square, triangle, diamond; a diamond bears its number.
  const SHAPES = [null, [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
    [[0, -1.15], [1.1, 0.9], [-1.1, 0.9]], [[0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0]]];
  const Mark = L.CircleMarker.extend({
    _updatePath() {
      const shape = SHAPES[this.options.kind];
      if (!shape) { this._renderer._updateCircle(this); } else if (this._renderer._drawing && !this._empty()) {
        const c = this._renderer._ctx, p = this._point, r = this._radius;
        c.beginPath();
        shape.forEach((one, at) => c[at ? "lineTo" : "moveTo"](p.x + one[0] * r, p.y + one[1] * r));
        c.closePath();
        this._renderer._fillStroke(c, this);
      }
      if (this.options.n > 1 && this._renderer._drawing) {
        const c = this._renderer._ctx;
        c.globalAlpha = 1; c.fillStyle = PAPER; c.font = "bold 11px system-ui, sans-serif";
        c.textAlign = "center"; c.textBaseline = "middle";
        c.fillText(String(this.options.n), this._point.x, this._point.y);
      }
    },
  });

  const layer = L.layerGroup().addTo(map);
  let asked = 0, wait = 0, first = true;

  function cell(row, text, kind) {
    const made = document.createElement(kind || "td");
    made.textContent = text;
    row.appendChild(made);
    return made;
  }

  function row(mark) {
    const [x, y, , n, name, what, power, commune, closer, day] = mark;
    const made = document.createElement("tr");
    cell(made, name, "th").scope = "row";
    cell(made, what);
    cell(made, power === null ? "–" : power + "\u00a0W").className = "number";
    cell(made, commune || "–");
    cell(made, day || "–");
    const where = cell(made, x === null ? words.nowhere : y.toFixed(5) + ", " + x.toFixed(5) + " ");
    if (x !== null) {
      const link = document.createElement("a");
      link.textContent = n > 1 ? words.closer : words.one;
      link.href = closer || words.here;
      link.addEventListener("click", (event) => {
        event.preventDefault();
        map.setView([y, x], Math.min(map.getZoom() + 2, 19));
        box.focus();
      });
      where.appendChild(link);
    }
    return made;
  }

  function popup(mark) {
    const made = document.createElement("p");
    made.textContent = [mark[4], mark[5], mark[6] === null ? "" : mark[6] + "\u00a0W", mark[7], mark[9]]
      .filter(Boolean).join(" · ");
    return made;
  }

  function drawn(told) {
    layer.clearLayers();
    for (const mark of told.marks) {
      if (mark[0] === null) continue;
      const many = mark[3] > 1;
      const made = new Mark([mark[1], mark[0]], { kind: mark[2], n: mark[3], weight: 1, color: PAPER, opacity: 1,
        fillColor: INKS[mark[2]], fillOpacity: 1, radius: many ? Math.min(11 + 2 * Math.log10(mark[3]) * 2, 20) : 6 });
      if (many) made.on("click", () => map.setView([mark[1], mark[0]], Math.min(map.getZoom() + 2, 19)));
      else made.bindPopup(() => popup(mark));
      made.addTo(layer);
    }
    list.replaceChildren(...told.marks.map(row));
    document.getElementById("legende").replaceChildren(...told.legend.map((text) => {
      const made = document.createElement("li");
      made.textContent = text;
      return made;
    }));
    says.textContent = "";
    box.dataset.drawn = String(told.marks.length);
  }

  function ask() {
    const turn = ++asked, part = map.getBounds();
    const bbox = [Math.max(part.getWest(), -180), Math.max(part.getSouth(), -90),
      Math.min(part.getEast(), 180), Math.min(part.getNorth(), 90)].map((one) => one.toFixed(5)).join(",");
    if (!first) history.replaceState(null, "", words.here + "&bbox=" + bbox);
    first = false;
    fetch(words.points + "&bbox=" + bbox + "&zoom=" + map.getZoom(), { headers: { Accept: "application/json" } })
      .then((answer) => { if (!answer.ok) throw new Error(answer.status); return answer.json(); })
      .then((told) => { if (turn === asked) drawn(told); })
      .catch(() => { if (turn === asked) says.textContent = words.lost; });
  }

  map.on("moveend", () => { clearTimeout(wait); wait = setTimeout(ask, 150); });
  fetch(words.communes).then((answer) => answer.ok ? answer.json() : null).then((told) => {
    if (told && told.features.length) L.geoJSON(told, { interactive: false,
      style: { color: LINE, weight: 1.5, fill: false, dashArray: "4 3" },
      onEachFeature: (one, area) => told.features.length > 40 || area.bindTooltip(one.properties.name,
        { permanent: true, direction: "center", className: "commune", opacity: 1 }) }).addTo(map);
  }).catch(() => {});
  const [west, south, east, north] = words.start.split(",").map(Number);
  map.fitBounds([[south, west], [north, east]], { maxZoom: 18, padding: [12, 12] });
})();
