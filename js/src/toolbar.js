// Search and filters. What they say is kept by the explorer; the toolbar only asks.
import { h, say, short } from "./dom.js";

const LISTED = 50;

export class Toolbar {
  constructor(base, words, { choose, ask, filter }) {
    Object.assign(this, { base, words, choose });
    this.input = h("input", {
      type: "search",
      class: "jk-search",
      "aria-label": words.search,
      placeholder: `${words.search}：${words.search_hint}`,
      oninput: () => ask(this.input.value),
      onkeydown: (event) => this.#key(event),
    });
    this.found = h("ul", { class: "jk-results", "aria-label": words.results, onkeydown: (event) => this.#walk(event) });
    this.status = h("p", { class: "jk-message", role: "status" });
    const value = (name) => words.values[name] ?? name;
    const kinds = base.kinds.map((kind) =>
      h(
        "label",
        { class: `jk-kind jk-${kind}` },
        h("input", { type: "checkbox", checked: true, onchange: (event) => filter({ kind, shown: event.target.checked }) }),
        h("b", {}, words.signs[kind]),
        ` ${words.kinds[kind]}`,
      ),
    );
    const select = (label, options, change) =>
      h(
        "label",
        {},
        `${label} `,
        h("select", { onchange: (event) => change(event.target.value) }, options.map(([key, text]) => h("option", { value: key }, text))),
      );
    const any = ["*", words.all];
    this.element = h(
      "div",
      { class: "jk-toolbar", role: "search" },
      this.input,
      h("fieldset", {}, h("legend", {}, words.kinds_filter), kinds),
      select(words.level_filter, [any, ...base.levels.map((level) => [level, level ? value(level) : words.no_level])], (level) =>
        filter({ level: level === "*" ? null : level }),
      ),
      select(words.role_filter, [any, ...base.roles.map((role) => [role, value(role)])], (role) => filter({ role: role === "*" ? null : role })),
      select(words.hops, ["1", "2", "3"].map((hops) => [hops, hops]), (hops) => filter({ hops: Number(hops) })),
    );
  }

  show({ query, filters }) {
    if (this.input.value !== query) this.input.value = query;
    const found = this.base.search(query, filters);
    const more = found.length > LISTED ? say(this.words.more_results, { n: found.length, k: LISTED }) : `${this.words.results} ${found.length}`;
    this.status.textContent = query.trim() ? (found.length ? more : this.words.no_results) : "";
    this.found.replaceChildren(
      ...found.slice(0, LISTED).map((node) =>
        h(
          "li",
          {},
          h(
            "button",
            { type: "button", "data-node": node.id, onclick: () => this.choose(node.id) },
            h("span", { class: `jk-sign jk-${node.kind}` }, this.words.signs[node.kind]),
            ` ${short(node.label, 60)}`,
          ),
        ),
      ),
    );
  }

  #key(event) {
    const first = this.found.querySelector("button");
    if (event.key === "Enter") first?.click();
    else if (event.key === "ArrowDown") first?.focus();
    else return;
    event.preventDefault();
  }

  #walk(event) {
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    if (!step) return;
    event.preventDefault();
    (event.target.closest("li")[step]?.firstChild ?? (event.key === "ArrowUp" ? this.input : null))?.focus();
  }
}
