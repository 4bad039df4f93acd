// The rows of a base with what is looked up in them: search, filters, neighbourhood, marks. No element is touched here.

const MARKED = { cites: "target", involves: "target", demands: "target", mentions: "target", due: "target" };

export class Base {
  constructor({ blocks, nodes, edges }, kinds) {
    this.blocks = blocks.map((block, at) => ({ ...block, at, characters: Array.from(block.text) }));
    this.nodes = nodes;
    this.edges = edges.map((edge, at) => ({ ...edge, at, said: Object.fromEntries(edge.facts) }));
    this.byId = new Map(nodes.map((node) => [node.id, node]));
    this.edgesOf = new Map(nodes.map((node) => [node.id, []]));
    for (const edge of this.edges) for (const end of new Set([edge.source, edge.target])) this.edgesOf.get(end)?.push(edge);
    this.haystacks = new Map(nodes.map((node) => [node.id, [node.label, ...node.facts.map(([, value]) => value)].join(" ").toLowerCase()]));
    this.blocksOf = groupBy(this.blocks, (block) => block.document);
    this.blockOf = new Map(this.blocks.filter((block) => block.clause).map((block) => [block.clause, block]));
    for (const block of this.blocks) {
      const node = this.byId.get(block.clause);
      if (node) this.haystacks.set(node.id, `${this.haystacks.get(node.id)} ${block.text.toLowerCase()}`);
    }
    this.marksIn = groupBy(this.#marks(), (mark) => mark.block);
    this.levels = [...new Set(nodes.map((node) => node.level))];
    this.roles = [...new Set(this.edges.map((edge) => edge.said.role).filter(Boolean))];
    this.kinds = kinds.filter((kind) => nodes.some((node) => node.kind === kind));
  }

  // The block in which a place of a document lies.
  blockAt(document, start) {
    return this.blocksOf.get(document)?.findLast((block) => block.start <= start);
  }

  // Every stretch of the texts that a node was read from, the longer ones first where they begin together.
  #marks() {
    const seen = new Set();
    const marks = [];
    for (const edge of this.edges) {
      const node = this.byId.get(edge.kind === "measures" ? measured(edge, this.byId) : edge[MARKED[edge.kind]]);
      const block = node && this.blockAt(edge.document, edge.start);
      const key = node && `${edge.document} ${edge.start} ${edge.end} ${node.id}`;
      if (!block || seen.has(key)) continue;
      seen.add(key);
      marks.push({ block: block.at, start: edge.start - block.start, end: edge.end - block.start, node, edge });
    }
    return marks.sort((a, b) => a.start - b.start || b.end - a.end || a.edge.at - b.edge.at);
  }

  shows(node, filters) {
    return !filters.hidden.has(node.kind) && (filters.level === null || node.level === filters.level);
  }

  // An edge says who has which part, or nothing of parts.
  admits(edge, filters) {
    return filters.role === null || edge.said.role === undefined || edge.said.role === filters.role;
  }

  hasRole(node, role) {
    return role === null || this.edgesOf.get(node.id).some((edge) => edge.said.role === role);
  }

  // The nodes that hold every word, those whose name begins with the first one before the others.
  search(query, filters) {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    const found = this.nodes.filter(
      (node) =>
        this.shows(node, filters) && this.hasRole(node, filters.role) && words.every((word) => this.haystacks.get(node.id).includes(word)),
    );
    const rank = (node) => {
      const at = node.label.toLowerCase().indexOf(words[0]);
      return at < 0 ? 2 : Number(at > 0);
    };
    return found.sort((a, b) => rank(a) - rank(b) || this.kinds.indexOf(a.kind) - this.kinds.indexOf(b.kind));
  }

  // The nodes within `hops` edges of the centre that the filters show, nearest first, at most `most`, and how many more there are.
  neighbourhood(centre, hops, filters, most) {
    const reached = new Map([[centre, 0]]);
    let outermost = [centre];
    for (let hop = 1; hop <= hops && outermost.length; hop += 1) {
      const next = [];
      for (const id of outermost) {
        for (const edge of this.edgesOf.get(id) ?? []) {
          const other = this.byId.get(edge.source === id ? edge.target : edge.source);
          if (!other || reached.has(other.id) || !this.admits(edge, filters) || !this.shows(other, filters)) continue;
          reached.set(other.id, hop);
          next.push(other.id);
        }
      }
      outermost = next;
    }
    const ids = [...reached.keys()];
    const kept = new Set(ids.slice(0, most));
    const edges = [...kept].flatMap((id) => this.edgesOf.get(id) ?? []);
    const joined = new Set(edges.filter((edge) => kept.has(edge.source) && kept.has(edge.target) && this.admits(edge, filters)));
    return { nodes: [...kept].map((id) => this.byId.get(id)), edges: [...joined], left: ids.length - kept.size, distance: reached };
  }

  // The edges on which a node rests, first those that mark it in a text.
  evidence(id, filters) {
    const marking = new Set(this.edgesOf.get(id)?.filter((edge) => edge[MARKED[edge.kind]] === id || edge.kind === "measures"));
    const edges = (this.edgesOf.get(id) ?? []).filter((edge) => this.admits(edge, filters));
    return edges.sort((a, b) => Number(marking.has(b)) - Number(marking.has(a)) || a.start - b.start || a.at - b.at);
  }

  // Pieces of a block between the borders of the marks that cover it.
  pieces(block, filters, quotation) {
    const marks = (this.marksIn.get(block.at) ?? []).filter(
      (mark) => !filters.hidden.has(mark.node.kind) && this.admits(mark.edge, filters) && this.hasRoleMark(mark, filters),
    );
    const size = block.characters.length;
    const quoted =
      quotation?.document === block.document
        ? { start: Math.max(0, quotation.start - block.start), end: Math.min(size, quotation.end - block.start) }
        : { start: 0, end: 0 };
    const borders = [0, size, ...(quoted.end > quoted.start ? [quoted.start, quoted.end] : [])];
    for (const mark of marks) borders.push(mark.start, Math.min(size, mark.end));
    const cuts = [...new Set(borders)].sort((a, b) => a - b);
    return cuts.slice(0, -1).map((start, i) => {
      const end = cuts[i + 1];
      const covering = marks.filter((mark) => mark.start <= start && end <= mark.end);
      return {
        text: block.characters.slice(start, end).join(""),
        begins: covering.filter((mark) => mark.start === start),
        inner: covering.reduce((a, b) => (a && this.#isInside(a, b) ? a : b), null),
        kinds: [...new Set(covering.map((mark) => mark.node.kind))],
        quoted: quoted.start <= start && end <= quoted.end,
      };
    });
  }

  // Of two marks over one piece the shorter is the more precise thing to click on; of equals the later kind: a metric says more than its duty.
  #isInside(a, b) {
    const longer = a.end - a.start - (b.end - b.start);
    return longer < 0 || (longer === 0 && this.kinds.indexOf(a.node.kind) >= this.kinds.indexOf(b.node.kind));
  }

  // A duty is marked for a part only where somebody has that part in it.
  hasRoleMark(mark, filters) {
    return mark.node.kind !== "duty" || this.hasRole(mark.node, filters.role);
  }
}

const measured = (edge, byId) => (byId.get(edge.source)?.kind === "metric" ? edge.source : edge.target);

function groupBy(things, keyOf) {
  const groups = new Map();
  for (const thing of things) {
    const key = keyOf(thing);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(thing);
  }
  return groups;
}
