/**
 * Where the boxes and arrows of a concept flow go: a pure function of the nodes and a width.
 *
 * The flow runs from top to bottom. A node stands one row below the lowest node that leads to it;
 * each end of the flow gets a column, and a node stands over the middle of what follows it.
 * Arrows that lead back up (a retry, say) do not move anything; they go round the outside. So do
 * those that would run through a box on their way down.
 */

/**
 * @typedef {{ id: string, text: string, lit?: string | string[], variants?: string[],
 *   yes?: string | null, no?: string | null, next?: string | null }} FlowNode
 * @typedef {{ id: string, x: number, y: number, width: number, height: number, lines: string[],
 *   question: boolean }} Placed  x is the middle, y the top edge
 * @typedef {{ from: string, to: string, path: string, tip: { x: number, y: number },
 *   label: { text: string, x: number, y: number, anchor: string } | null }} Road
 * @typedef {{ width: number, height: number, nodes: Placed[], roads: Road[] }} Chart
 */

export const LINE = 19;
export const BOX_PADDING = 9;
const ROW_GAP = 28;
const COLUMN_GAP = 20;
const WIDEST = 280;
const EDGE = 1.5;
const CORNER = 8;
/** Room beside the boxes for an arrow that goes round them. */
const ASIDE = 12;

/**
 * @param {FlowNode[]} nodes
 * @param {number} width of the whole chart, CSS pixels
 * @param {(text: string) => number} measure the width of a text, CSS pixels
 * @returns {Chart}
 */
export function layout(nodes, width, measure) {
  const { depth, column, columns } = order(nodes);
  const room = (width - 2 * EDGE) / Math.max(1, columns);
  const row = (/** @type {string} */ id) => depth.get(id) ?? 0;
  const aside = nodes.some((node) => exits(node).some(({ to }) => row(to) > row(node.id) + 1)) ? ASIDE : 0;
  const boxes = nodes.map((node) => {
    const question = Boolean(node.yes || node.no);
    const widest = Math.min(question ? width - 2 * EDGE : room - COLUMN_GAP, width - 2 * (EDGE + aside), WIDEST);
    const inner = widest - (question ? 36 : 20);
    const lines = wrap(node.text, inner, measure);
    const height = lines.length * LINE + 2 * BOX_PADDING;
    const x = EDGE + room * ((column.get(node.id) ?? 0) + 0.5);
    return { id: node.id, x, y: 0, width: widest, height, lines, question };
  });
  const rows = Math.max(0, ...depth.values()) + 1;
  let y = EDGE;
  for (let row = 0; row < rows; row += 1) {
    const inRow = boxes.filter(({ id }) => depth.get(id) === row);
    const tallest = Math.max(0, ...inRow.map(({ height }) => height));
    for (const box of inRow) box.y = y + (tallest - box.height) / 2;
    y += tallest + ROW_GAP;
  }
  const height = Math.max(0, y - ROW_GAP + EDGE);
  const placed = new Map(boxes.map((box) => [box.id, box]));
  const roads = nodes.flatMap((node) =>
    exits(node).flatMap(({ to, label }) => {
      const start = placed.get(node.id);
      const end = placed.get(to);
      return start && end ? [road(start, end, label, width, boxes)] : [];
    }),
  );
  return { width, height, nodes: boxes, roads };
}

/**
 * @param {FlowNode} node
 * @returns {{ to: string, label: string }[]}
 */
function exits({ yes, no, next }) {
  return [
    ...(yes ? [{ to: yes, label: "yes" }] : []),
    ...(no ? [{ to: no, label: "no" }] : []),
    ...(next ? [{ to: next, label: "" }] : []),
  ];
}

/**
 * Row and column of every node. A node that is already on the way above is not moved again.
 * @param {FlowNode[]} nodes
 */
function order(nodes) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const entered = new Set(nodes.flatMap((node) => exits(node).map(({ to }) => to)));
  const roots = nodes.filter(({ id }) => !entered.has(id));
  /** @type {Map<string, number>} */
  const depth = new Map();
  /** @type {Map<string, number>} */
  const column = new Map();
  let columns = 0;

  /** @param {FlowNode} node @param {number} row @param {Set<string>} above */
  const descend = (node, row, above) => {
    depth.set(node.id, Math.max(row, depth.get(node.id) ?? 0));
    for (const { to } of exits(node)) {
      const next = byId.get(to);
      if (next && !above.has(to)) descend(next, row + 1, new Set(above).add(to));
    }
  };
  /** @param {FlowNode} node @returns {number} */
  const place = (node) => {
    column.set(node.id, 0);
    const below = exits(node).flatMap(({ to }) => {
      const next = byId.get(to);
      return next && !column.has(to) ? [place(next)] : [];
    });
    const middle = below.length
      ? ((below[0] ?? 0) + (below[below.length - 1] ?? 0)) / 2
      : columns++;
    column.set(node.id, middle);
    return middle;
  };
  for (const node of roots.length ? roots : nodes.slice(0, 1)) {
    descend(node, 0, new Set([node.id]));
    place(node);
  }
  return { depth, column, columns };
}

/**
 * @param {Placed} from
 * @param {Placed} to
 * @param {string} label
 * @param {number} width
 * @param {Placed[]} boxes all there are
 * @returns {Road}
 */
function road(from, to, label, width, boxes) {
  const tip = { x: to.x, y: to.y - 1 };
  const start = from.y + from.height;
  const drop = to.y - 6;
  if (to.y <= from.y) {
    const side = Math.max(from.x, to.x) > width / 2 ? width - EDGE : EDGE;
    const entry = to.y - ROW_GAP / 2;
    const path = `M${from.x} ${start} V${start + ROW_GAP / 3} H${side} V${entry} H${to.x} V${drop}`;
    return { from: from.id, to: to.id, path, tip, label: null };
  }
  const between = boxes.filter(({ y }) => y > from.y && y < to.y);
  if (between.some(({ x, width: wide }) => Math.abs(x - to.x) < wide / 2)) return detour(from, to, label, between);
  const middle = start + ROW_GAP / 2;
  const way = Math.sign(to.x - from.x);
  const corner = Math.min(CORNER, Math.abs(to.x - from.x) / 2);
  const path =
    way === 0
      ? `M${from.x} ${start} V${drop}`
      : `M${from.x} ${start} V${middle - corner} q0 ${corner} ${way * corner} ${corner}` +
        ` H${to.x - way * corner} q${way * corner} 0 ${way * corner} ${corner} V${drop}`;
  return {
    from: from.id,
    to: to.id,
    path,
    tip,
    label: label
      ? {
          text: label,
          x: to.x + (way < 0 ? -9 : 9),
          y: to.y - 9,
          anchor: way < 0 ? "end" : "start",
        }
      : null,
  };
}

/**
 * Round the boxes that lie between: out at the side, down, and in from above.
 * @param {Placed} from
 * @param {Placed} to
 * @param {string} label
 * @param {Placed[]} between
 * @returns {Road}
 */
function detour(from, to, label, between) {
  const level = from.y + from.height / 2;
  const out = from.x + from.width / 2;
  const side = Math.max(out, ...between.map(({ x, width }) => x + width / 2)) + 10;
  const entry = to.y - ROW_GAP / 2;
  const path = `M${out} ${level} H${side - CORNER} q${CORNER} 0 ${CORNER} ${CORNER} V${entry} H${to.x} V${to.y - 6}`;
  // Its word stands in the gap below, where no other box can be.
  const at = label ? { text: label, x: side - 6, y: from.y + from.height + ROW_GAP / 2 + 5, anchor: "end" } : null;
  return { from: from.id, to: to.id, path, tip: { x: to.x, y: to.y - 1 }, label: at };
}

/**
 * Breaks a text into lines no wider than `width`; a word that is wider has a line of its own.
 * @param {string} text
 * @param {number} width
 * @param {(text: string) => number} measure
 */
export function wrap(text, width, measure) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(/\s+/)) {
    const last = lines[lines.length - 1];
    const longer = last === undefined ? word : `${last} ${word}`;
    if (last !== undefined && measure(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
