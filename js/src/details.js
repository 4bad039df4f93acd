// The chosen node in words, and every quotation that it rests on.
import { h, say, short } from "./dom.js";

const LISTED = 100;

export class Details {
  constructor(base, words, choose) {
    Object.assign(this, { base, words, choose });
    this.element = h("div", { class: "jk-details", role: "region", "aria-label": words.details, "aria-live": "polite" });
  }

  show({ selected, quotation, filters }) {
    const node = this.base.byId.get(selected);
    if (!node) {
      this.element.replaceChildren(h("p", { class: "jk-message" }, this.words.nothing_chosen));
      return;
    }
    const evidence = this.base.evidence(node.id, filters);
    const rest = evidence.length > LISTED ? say(this.words.more_quotations, { n: evidence.length, k: LISTED }) : "";
    this.element.replaceChildren(
      h("h4", {}, h("span", { class: `jk-sign jk-${node.kind}` }, this.words.kinds[node.kind]), " ", node.label),
      this.#facts(node),
      h("h5", {}, `${this.words.quotations} ${evidence.length}`),
      h("p", { class: "jk-message" }, rest),
      h("ul", { class: "jk-quotes" }, evidence.slice(0, LISTED).map((edge) => this.#quote(edge, node.id, quotation))),
    );
  }

  #facts(node) {
    const held = node.kind === "document" && !node.held ? [[this.words.not_held, ""]] : [];
    const level = node.level && !node.facts.some(([name]) => name === "level") ? [[this.words.level, node.level]] : [];
    const said = [...level, ...node.facts].map(([name, value]) => [this.words.facts[name] ?? name, this.words.values[value] ?? value]);
    return h("dl", {}, [...held, ...said].map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
  }

  #quote(edge, id, quotation) {
    const other = this.base.byId.get(edge.source === id ? edge.target : edge.source);
    const parts = [edge.said.role, edge.said.basis, edge.said.relation].filter(Boolean).map((value) => this.words.values[value] ?? value);
    const arrow = edge.source === id ? "→" : "←";
    const said = `${this.words.edges[edge.kind]}${parts.length ? `（${parts.join("，")}）` : ""} ${arrow} `;
    const current = quotation && quotation.start === edge.start && quotation.end === edge.end && quotation.document === edge.document;
    const place = this.base.byId.get(edge.clause || edge.document);
    return h(
      "li",
      {},
      h("button", { type: "button", class: "jk-quote", "aria-pressed": String(current), onclick: () => this.choose(null, edge) }, `“${short(edge.quote, 120)}”`),
      h("div", { class: "jk-said" }, said, h("button", { type: "button", class: "jk-link", onclick: () => this.choose(other.id) }, short(other.label, 40)), `　${place ? short(place.label, 24) : ""}`),
    );
  }
}
