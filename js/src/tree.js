// The clauses of every document as a tree: arrow keys walk, Enter chooses.
import { h } from "./dom.js";

export class Tree {
  constructor(base, words, choose) {
    this.choose = choose;
    this.items = new Map();
    this.element = h("ul", { class: "jk-tree", role: "tree", "aria-label": words.tree, onkeydown: (event) => this.#walk(event) });
    for (const [document, blocks] of base.blocksOf) {
      const group = h("ul", { role: "group" });
      const clauses = blocks.filter((block) => block.clause);
      this.element.append(this.#item(base.byId.get(document), 1, clauses.length ? group : null));
      const groups = new Map([["", group]]);
      const parents = new Set(clauses.map((block) => block.parent));
      for (const block of clauses) {
        const below = parents.has(block.clause) ? h("ul", { role: "group" }) : null;
        const depth = (groups.get(block.parent)?.dataset.depth ?? 1) * 1 + 1;
        if (below) {
          below.dataset.depth = depth;
          groups.set(block.clause, below);
        }
        (groups.get(block.parent) ?? group).append(this.#item(base.byId.get(block.clause), depth, below));
      }
    }
    this.#reach(this.element.querySelector("[role=treeitem]"));
  }

  #item(node, depth, below) {
    const name = h("span", { class: "jk-name" }, node.label);
    const item = h(
      "li",
      { role: "treeitem", tabindex: -1, "aria-level": depth, "aria-selected": "false", "aria-expanded": below ? "true" : null, "aria-label": node.label },
      name,
      below,
    );
    name.addEventListener("click", () => {
      this.#reach(item);
      this.choose(node.id);
    });
    item.dataset.id = node.id;
    this.items.set(node.id, item);
    return item;
  }

  // One item at a time can be tabbed to.
  #reach(item) {
    if (!item) return;
    this.reached?.setAttribute("tabindex", "-1");
    item.setAttribute("tabindex", "0");
    this.reached = item;
  }

  #walk(event) {
    const item = event.target.closest("[role=treeitem]");
    const open = [...this.element.querySelectorAll("[role=treeitem]")].filter((one) => !one.parentElement.closest("[aria-expanded=false]"));
    const at = open.indexOf(item);
    const expanded = item?.getAttribute("aria-expanded");
    const steps = { ArrowDown: open[at + 1], ArrowUp: open[at - 1], Home: open[0], End: open.at(-1) };
    let next = steps[event.key];
    if (event.key === "ArrowRight") {
      if (expanded === "false") item.setAttribute("aria-expanded", "true");
      else if (expanded) next = item.querySelector("[role=treeitem]");
    } else if (event.key === "ArrowLeft") {
      if (expanded === "true") item.setAttribute("aria-expanded", "false");
      else next = item.parentElement.closest("[role=treeitem]");
    } else if (event.key === "Enter" || event.key === " ") this.choose(item.dataset.id);
    else if (!(event.key in steps)) return;
    event.preventDefault();
    event.stopPropagation();
    if (next) {
      this.#reach(next);
      next.focus();
    }
  }

  show(id) {
    for (const [key, item] of this.items) item.setAttribute("aria-selected", String(key === id));
    const item = this.items.get(id);
    if (!item) return;
    for (let above = item.parentElement.closest("[role=treeitem]"); above; above = above.parentElement.closest("[role=treeitem]")) {
      above.setAttribute("aria-expanded", "true");
    }
    this.#reach(item);
    keepInSight(this.element, item.firstChild);
  }
}

// Scrolls the pane and never the page around it.
export function keepInSight(pane, element) {
  const frame = pane.getBoundingClientRect();
  const box = element.getBoundingClientRect();
  if (box.top < frame.top || box.bottom > frame.bottom) pane.scrollTop += box.top - frame.top - frame.height / 3;
}
