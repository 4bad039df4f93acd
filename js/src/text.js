// The text of one document with every stretch marked that a node was read from.
import { h, short } from "./dom.js";
import { keepInSight } from "./tree.js";

export class Text {
  constructor(base, words, choose) {
    Object.assign(this, { base, words, choose });
    this.element = h("div", { class: "jk-text", role: "region", "aria-label": words.text, tabindex: 0 });
  }

  show({ document, selected, quotation, filters }) {
    const blocks = this.base.blocksOf.get(document) ?? [];
    this.element.replaceChildren(...blocks.map((block) => this.#block(block, selected, quotation, filters)));
    const sight = this.element.querySelector(".jk-quoted") ?? this.element.querySelector(".jk-chosen");
    if (sight) keepInSight(this.element, sight);
  }

  #block(block, selected, quotation, filters) {
    const node = this.base.byId.get(block.clause);
    const chosen = node && node.id === selected;
    const heading = node && h("button", { type: "button", class: "jk-heading", onclick: () => this.choose(node.id) }, node.label);
    const pieces = this.base.pieces(block, filters, quotation).map((piece) => this.#piece(piece, selected));
    return h("section", { class: chosen ? "jk-block jk-chosen" : "jk-block", "aria-label": node?.label ?? this.words.head }, heading, h("p", {}, pieces));
  }

  #piece({ text, begins, inner, kinds, quoted }, selected) {
    if (!inner) return quoted ? h("span", { class: "jk-quoted" }, text) : text;
    const signs = begins.map((mark) =>
      h(
        "button",
        {
          type: "button",
          class: `jk-sign jk-${mark.node.kind}`,
          "aria-label": `${this.words.kinds[mark.node.kind]}：${mark.node.label}`,
          title: `${this.words.kinds[mark.node.kind]}：${short(mark.node.label, 80)}`,
          "aria-pressed": String(mark.node.id === selected),
          onclick: (event) => {
            event.stopPropagation();
            this.choose(mark.node.id, mark.edge);
          },
        },
        this.words.signs[mark.node.kind],
      ),
    );
    const names = ["jk-mark", ...kinds.map((kind) => `jk-${kind}`), ...(quoted ? ["jk-quoted"] : [])];
    return h("mark", { class: names.join(" "), "data-node": inner.node.id, onclick: () => this.choose(inner.node.id, inner.edge) }, signs, text);
  }
}
