// What lies around the chosen node, drawn as SVG: every node is a button with a name, its kind told by shape, sign and colour.
import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY } from "d3-force";
import { h, onPress, say, short, svg } from "./dom.js";

const RADIUS = 15;
const TICKS = 300;
const LABEL = 11;
// corners and turn of each shape; a body is a circle
const SHAPES = { document: [4, 45], clause: [8, 22.5], duty: [4, 0], metric: [3, -90], schedule: [6, 0], programme: [5, -90] };
const STEP = 1.25;

export class Graph {
  constructor(base, words, choose) {
    Object.assign(this, { base, words, choose, scale: 1 });
    this.message = h("p", { class: "jk-message", role: "status" });
    this.drawing = svg("svg", { class: "jk-drawing", role: "group", "aria-label": words.graph });
    const zoom = (name, sign, act) => h("button", { type: "button", "aria-label": name, title: name, onclick: act }, sign);
    this.element = h(
      "div",
      { class: "jk-graph" },
      h(
        "div",
        { class: "jk-zoom" },
        zoom(words.zoom_in, "＋", () => this.#zoom(this.scale * STEP)),
        zoom(words.zoom_out, "－", () => this.#zoom(this.scale / STEP)),
        zoom(words.zoom_reset, "⤢", () => this.#zoom(1)),
      ),
      this.message,
      h("div", { class: "jk-canvas" }, this.drawing),
    );
  }

  show({ selected, hops, filters, most }) {
    if (!this.base.byId.has(selected)) {
      this.message.textContent = this.words.nothing_chosen;
      this.drawing.replaceChildren();
      return;
    }
    const part = this.base.neighbourhood(selected, hops, filters, most);
    this.message.textContent = part.left ? say(this.words.capped, { n: part.left, k: most }) : "";
    const points = layout(part, selected);
    this.drawing.replaceChildren(arrowHead(), ...part.edges.map((edge) => this.#edge(edge, points)), ...part.nodes.map((node) => this.#node(node, points, selected)));
    this.#fit(points);
  }

  #edge(edge, points) {
    const [from, to] = [points.get(edge.source), points.get(edge.target)];
    const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
    const along = (gap) => ({ x: ((to.x - from.x) / length) * gap, y: ((to.y - from.y) / length) * gap });
    const [begin, end] = [along(RADIUS), along(RADIUS + 5)];
    const place = { x1: from.x + begin.x, y1: from.y + begin.y, x2: to.x - end.x, y2: to.y - end.y };
    const name = [this.words.edges[edge.kind], edge.said.role && (this.words.values[edge.said.role] ?? edge.said.role)].filter(Boolean).join("：");
    return svg(
      "g",
      { class: "jk-edge", onclick: () => this.choose(null, edge) },
      svg("title", {}, `${name}　“${short(edge.quote, 60)}”`),
      svg("line", { ...place, class: "jk-hit" }),
      svg("line", { ...place, class: "jk-line", "marker-end": "url(#jk-arrow)" }),
    );
  }

  #node(node, points, selected) {
    const { x, y } = points.get(node.id);
    const name = `${this.words.kinds[node.kind]}：${node.label}${node.held ? "" : `（${this.words.not_held}）`}`;
    const shape = SHAPES[node.kind] ? svg("polygon", { points: corners(...SHAPES[node.kind]) }) : svg("circle", { r: RADIUS });
    return svg(
      "g",
      {
        class: `jk-node jk-${node.kind}${node.held ? "" : " jk-unheld"}`,
        transform: `translate(${x} ${y})`,
        role: "button",
        tabindex: 0,
        "aria-label": name,
        "aria-pressed": String(node.id === selected),
        "data-node": node.id,
        ...onPress(() => this.choose(node.id)),
      },
      svg("title", {}, name),
      shape,
      svg("text", { class: "jk-sign", dy: "0.35em" }, this.words.signs[node.kind]),
      svg("text", { class: "jk-label", y: RADIUS + 14 }, short(node.label, LABEL)),
    );
  }

  #fit(points) {
    const xs = [...points.values()].map((point) => point.x);
    const ys = [...points.values()].map((point) => point.y);
    const [left, top] = [Math.min(...xs) - 80, Math.min(...ys) - 30];
    const [width, height] = [Math.max(...xs) + 80 - left, Math.max(...ys) + 40 - top];
    this.drawing.setAttribute("viewBox", `${left} ${top} ${width} ${height}`);
    this.width = Math.max(width, 300);
    this.#zoom(1);
  }

  // At 1 the drawing fills its pane; beyond that the pane scrolls.
  #zoom(scale) {
    this.scale = Math.min(8, Math.max(1, scale));
    this.drawing.style.width = `${this.scale * 100}%`;
    this.drawing.style.height = `${this.scale * 100}%`;
  }
}

// The same nodes always come to lie at the same places: d3-force begins on a spiral and draws no lots.
function layout({ nodes, edges, distance }, centre) {
  const points = nodes.map((node) => ({ id: node.id, ...(node.id === centre ? { fx: 0, fy: 0 } : {}) }));
  const links = edges.map((edge) => ({ source: edge.source, target: edge.target }));
  forceSimulation(points)
    .force("links", forceLink(links).id((point) => point.id).distance((link) => 95 + 25 * Math.min(distance.get(link.source.id), distance.get(link.target.id))))
    .force("apart", forceManyBody().strength(-500))
    .force("room", forceCollide(RADIUS + 33))
    .force("x", forceX().strength(0.05))
    .force("y", forceY().strength(0.09))
    .stop()
    .tick(TICKS);
  return new Map(points.map((point) => [point.id, point]));
}

function corners(count, turn) {
  const radius = RADIUS * (count === 4 || count === 3 ? 1.25 : 1.08);
  const angles = Array.from({ length: count }, (_, i) => ((turn + (360 * i) / count) * Math.PI) / 180);
  return angles.map((angle) => `${(radius * Math.cos(angle)).toFixed(1)},${(radius * Math.sin(angle)).toFixed(1)}`).join(" ");
}

function arrowHead() {
  const marker = { id: "jk-arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" };
  return svg("defs", {}, svg("marker", marker, svg("path", { d: "M0 0 8 4 0 8z", class: "jk-head" })));
}
