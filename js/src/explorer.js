// The widget: clause tree, marked text and neighbourhood side by side. What is chosen, quoted and searched is kept in the model, where
// Python reads and sets it; filters are of the view alone.
import { Base } from "./base.js";
import { Details } from "./details.js";
import { h, say } from "./dom.js";
import { Graph } from "./graph.js";
import { Text } from "./text.js";
import { Toolbar } from "./toolbar.js";
import { Tree } from "./tree.js";

function render({ model, el }) {
  const words = model.get("labels");
  const base = new Base(model.get("data"), Object.keys(words.kinds));
  const filters = { hidden: new Set(), level: null, role: null };
  let hops = 1;

  // A node, with the edge by which it was chosen; or an edge alone, whose quotation is shown beside the chosen node.
  const choose = (id, edge = null) => {
    const shown = edge ?? (id ? base.evidence(id, filters)[0] : null);
    if (id) model.set("selected", id);
    model.set("quotation", shown ? { document: shown.document, clause: shown.clause, start: shown.start, end: shown.end, quote: shown.quote } : {});
    model.save_changes();
  };
  const ask = (query) => {
    model.set("query", query);
    model.save_changes();
  };
  const filter = ({ kind, shown, ...others }) => {
    if (kind) filters.hidden[shown ? "delete" : "add"](kind);
    if ("hops" in others) hops = others.hops;
    if ("level" in others) filters.level = others.level;
    if ("role" in others) filters.role = others.role;
    update();
  };

  const toolbar = new Toolbar(base, words, { choose, ask, filter });
  const [tree, text, graph, details] = [Tree, Text, Graph, Details].map((Pane) => new Pane(base, words, choose));
  const left = model.get("left_out");
  const pane = (title, ...content) => h("section", { class: "jk-pane", "aria-label": title }, h("h3", {}, title), ...content);
  el.replaceChildren(
    h(
      "div",
      { class: "jk-explorer", role: "application", "aria-label": words.title, lang: model.get("language") },
      toolbar.element,
      left ? h("p", { class: "jk-message" }, say(words.left_out, { n: left })) : null,
      h(
        "div",
        { class: "jk-panes" },
        pane(words.tree, toolbar.status, toolbar.found, tree.element),
        pane(words.text, text.element),
        pane(words.graph, graph.element, details.element),
      ),
    ),
  );

  let drawn = "";
  function update() {
    const [selected, query, found] = ["selected", "query", "quotation"].map((name) => model.get(name));
    const quotation = found?.document ? found : null;
    const node = base.byId.get(selected);
    const place = base.blockOf.get(node?.clause)?.document ?? (base.blocksOf.has(selected) ? selected : null);
    const document = quotation?.document ?? place ?? base.blocks[0]?.document;
    const state = { selected, query, quotation, document, filters, hops, most: model.get("most") };
    toolbar.show(state);
    tree.show(quotation && !base.blockOf.has(selected) && !base.blocksOf.has(selected) ? quotation.clause || quotation.document : selected);
    text.show(state);
    // a drawing is laid out anew only where what it shows has changed
    const wanted = JSON.stringify([selected, hops, [...filters.hidden], filters.level, filters.role, state.most]);
    if (wanted !== drawn) graph.show(state);
    drawn = wanted;
    details.show(state);
  }

  const names = ["selected", "quotation", "query", "most"];
  let waiting = false;
  const later = () => {
    if (waiting) return;
    waiting = true;
    queueMicrotask(() => {
      waiting = false;
      update();
    });
  };
  for (const name of names) model.on(`change:${name}`, later);
  // nothing can be scrolled to before the page has given the explorer its size
  const sized = new ResizeObserver(() => {
    sized.disconnect();
    update();
  });
  sized.observe(el);
  return () => {
    sized.disconnect();
    names.forEach((name) => model.off(`change:${name}`, later));
  };
}

export default { render };
