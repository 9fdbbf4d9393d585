/**
 * The timeline as it stands on the page, as one SVG that needs nothing else; and that as a PNG.
 *
 * The timeline is SVG and HTML over each other. All that is seen of it is walked through and drawn anew
 * in one SVG: colours and fonts as the browser has worked them out, boxes and words of the HTML as
 * shapes and texts. The font comes along; where a program does not take it, each text keeps its width.
 */

const SVG = "http://www.w3.org/2000/svg";
/** What of a shape's look comes from style sheets. */
const LOOK = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-linecap", "stroke-linejoin", "opacity", "visibility"];
const TYPE = ["font-family", "font-size", "font-weight", "font-variant-numeric", "text-anchor", "paint-order"];
const LEFT_OUT = ".visually-hidden, .timeline-tip, .true-time, defs, title";
const MARGIN = 24;
const HEAD = 64;
/** Pixels of the PNG for each of the screen. */
const SHARPNESS = 2;

/** @typedef {{left: number, top: number}} Origin */

/**
 * @param {HTMLElement} timeline `.timeline`
 * @param {{title: string, text: string, source: string}} words
 * @returns {Promise<{svg: string, width: number, height: number}>}
 */
export async function pictureOf(timeline, { title, text, source }) {
  const box = timeline.getBoundingClientRect();
  const width = Math.ceil(box.width + 2 * MARGIN);
  const height = Math.ceil(box.height + HEAD + 2 * MARGIN);
  const root = make("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img" });
  root.setAttribute("xmlns", SVG);
  const page = getComputedStyle(document.documentElement);
  const token = (/** @type {string} */ name) => page.getPropertyValue(name).trim();
  const name = document.createElementNS(SVG, "title");
  name.textContent = `${title}: ${text}`;
  const font = await fontData();
  root.append(name, ...patterns(timeline));
  if (font) {
    const style = document.createElementNS(SVG, "style");
    style.textContent = `@font-face{font-family:Inter;font-weight:100 900;src:url(${font}) format("woff2")}`;
    root.prepend(style);
  }
  root.append(make("rect", { width, height, fill: token("--card") }));
  const sans = "Inter, system-ui, sans-serif";
  const line = (/** @type {string} */ content, /** @type {Object<string, string|number>} */ look) => {
    const element = make("text", { "font-family": sans, ...look });
    element.textContent = content;
    root.append(element);
  };
  line(text, { x: MARGIN + 20, y: MARGIN + 44, "font-size": 22, "font-weight": 700, fill: token("--ink") });
  line(title, { x: MARGIN + 20, y: MARGIN + 14, "font-size": 14, "font-weight": 500, fill: token("--soft") });
  line(source, { x: width - MARGIN - 20, y: height - 12, "font-size": 12, fill: token("--soft"), "text-anchor": "end" });
  const body = make("g", { transform: `translate(${MARGIN} ${MARGIN + HEAD - 8})` });
  for (const part of drawn(timeline, box)) body.append(part);
  root.append(body);
  return { svg: clean(new XMLSerializer().serializeToString(root)), width, height };
}

/** @param {{svg: string, width: number, height: number}} picture @returns {Promise<Blob>} */
export async function pngOf({ svg, width, height }) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width * SHARPNESS;
  canvas.height = height * SHARPNESS;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser draws no pictures.");
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The picture is too large for this browser."))), "image/png");
  });
}

/** Whatever is seen of an element, in the order in which it is painted. @param {Element} element @param {Origin} origin @returns {SVGElement[]} */
function drawn(element, origin) {
  if (element.matches(LEFT_OUT)) return [];
  const style = getComputedStyle(element);
  if (style.display === "none" || style.visibility === "hidden" || style.opacity === "0") return [];
  if (element instanceof SVGSVGElement) return [embedded(element, origin)];
  if (element.matches(".traveller")) return traveller(element, origin, style);
  if (element.matches(".veil")) return [veil(element, origin, style)];
  const parts = [...boxOf(element, origin, style)];
  if (element.matches(".playhead")) parts.push(needle(element, origin));
  for (const node of element.childNodes) {
    if (node instanceof Element) parts.push(...drawn(node, origin));
    else if (node instanceof Text) parts.push(...textOf(node, origin, style));
  }
  if (style.opacity === "1" || parts.length === 0) return parts;
  const group = make("g", { opacity: style.opacity });
  group.append(...parts);
  return [group];
}

/** An SVG of the page with its looks written into it. @param {SVGSVGElement} svg @param {Origin} origin */
function embedded(svg, origin) {
  const at = svg.getBoundingClientRect();
  const group = make("g", { transform: `translate(${at.left - origin.left} ${at.top - origin.top})` });
  for (const child of svg.children) {
    if (child.tagName !== "defs") group.append(plain(child));
  }
  return group;
}

/** A copy of an SVG element that looks the same without style sheets. @param {Element} element @returns {SVGElement} */
function plain(element) {
  const copy = /** @type {SVGElement} */ (element.cloneNode(false));
  const style = getComputedStyle(element);
  const text = element instanceof SVGTextContentElement;
  for (const name of ["class", "style", "tabindex", "role", "aria-label", "aria-hidden", "aria-describedby", "data-slot", "data-span"]) copy.removeAttribute(name);
  for (const name of text ? [...LOOK, ...TYPE] : LOOK) {
    const value = style.getPropertyValue(name);
    if (name === "font-weight") copy.setAttribute(name, weight(value));
    else if (value && !(copy.tagName === "g" && name !== "opacity" && name !== "visibility")) copy.setAttribute(name, value.replaceAll('"', "'"));
  }
  if (text && element.textContent) keepWidth(copy, element.getComputedTextLength());
  for (const child of element.childNodes) {
    if (child instanceof Element) copy.append(plain(child));
    else if (child instanceof Text) copy.append(child.data);
  }
  return copy;
}

/** What the timeline refers to: the patterns of the states, and the edges of the part that is shown. @param {Element} timeline */
function patterns(timeline) {
  return [...timeline.querySelectorAll(".timeline-still defs")].map(plain);
}

/** Ground and border of an HTML element. @param {Element} element @param {Origin} origin @param {CSSStyleDeclaration} style */
function boxOf(element, origin, style) {
  const border = Number.parseFloat(style.borderTopWidth);
  const empty = (/** @type {string} */ colour) => /^rgba\(.*, 0\)$|^transparent$/.test(colour);
  const edged = border > 0 && style.borderTopStyle !== "none" && !empty(style.borderTopColor);
  if (!edged && empty(style.backgroundColor)) return [];
  const at = element.getBoundingClientRect();
  if (at.width === 0 || at.height === 0) return [];
  const half = edged ? border / 2 : 0;
  const radius = style.borderTopLeftRadius.endsWith("%") ? at.width / 2 : Number.parseFloat(style.borderTopLeftRadius);
  return [make("rect", {
    x: at.left - origin.left + half, y: at.top - origin.top + half, width: at.width - 2 * half, height: at.height - 2 * half,
    rx: Math.min(radius, at.width / 2, at.height / 2), fill: empty(style.backgroundColor) ? "none" : style.backgroundColor,
    ...(edged && { stroke: style.borderTopColor, "stroke-width": border }),
  })];
}

/** The words of a text node where they stand. @param {Text} node @param {Origin} origin @param {CSSStyleDeclaration} style */
function textOf(node, origin, style) {
  const words = node.data.replace(/\s+/g, " ").trim();
  if (!words) return [];
  const range = document.createRange();
  range.setStart(node, node.data.length - node.data.trimStart().length);
  range.setEnd(node, node.data.trimEnd().length);
  const at = range.getBoundingClientRect();
  if (at.width === 0) return [];
  const text = make("text", {
    x: at.left - origin.left, y: at.top - origin.top + ascent(style, at.height), fill: style.color,
    "font-family": style.fontFamily.replaceAll('"', "'"), "font-size": style.fontSize, "font-weight": weight(style.fontWeight),
    "font-variant-numeric": style.fontVariantNumeric,
  });
  text.textContent = words;
  keepWidth(text, at.width);
  return [text];
}

const context = document.createElement("canvas").getContext("2d");

/** How far below its upper edge a line of this height has its letters. @param {CSSStyleDeclaration} style @param {number} height */
function ascent(style, height) {
  if (!context) return height * 0.78;
  context.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  const { fontBoundingBoxAscent: above, fontBoundingBoxDescent: below } = context.measureText("x");
  return (height - above - below) / 2 + above;
}

/** Only a font of variable weight knows those between. @param {string} value */
const weight = (value) => String(Math.round(Number(value) / 100) * 100);

/** @param {SVGElement} text @param {number} width */
function keepWidth(text, width) {
  text.setAttribute("textLength", width.toFixed(2));
  text.setAttribute("lengthAdjust", "spacingAndGlyphs");
}

/** What fades the time to come, as far as it is seen. @param {Element} element @param {Origin} origin @param {CSSStyleDeclaration} style */
function veil(element, origin, style) {
  const at = element.getBoundingClientRect();
  const clip = /** @type {Element} */ (element.parentElement).getBoundingClientRect();
  const left = Math.max(at.left, clip.left);
  return make("rect", {
    x: left - origin.left, y: clip.top - origin.top, width: Math.max(0, clip.right - left), height: clip.height,
    fill: style.backgroundColor, opacity: style.opacity,
  });
}

/** The line of the playhead. @param {Element} element @param {Origin} origin */
function needle(element, origin) {
  const at = element.getBoundingClientRect();
  const before = getComputedStyle(element, "::before");
  const top = Number.parseFloat(before.top);
  return make("rect", {
    x: at.left - origin.left - 1, y: at.top - origin.top + top, width: 2, height: Math.max(0, at.height - top), fill: before.backgroundColor,
  });
}

/** What passes between lanes: a request, a response or a start. @param {Element} element @param {Origin} origin @param {CSSStyleDeclaration} style */
function traveller(element, origin, style) {
  const at = element.getBoundingClientRect();
  const page = getComputedStyle(document.documentElement);
  const ink = page.getPropertyValue("--ink").trim();
  const card = page.getPropertyValue("--card").trim();
  const still = element.matches(".is-still") ? 0.8 : 1;
  const at0 = `translate(${at.left - origin.left + at.width / 2} ${at.top - origin.top + at.height / 2}) scale(${still})`;
  const group = make("g", { transform: at0, opacity: style.opacity });
  if (element.matches(".is-response")) {
    group.append(
      make("rect", { x: -6.25, y: -7.75, width: 12.5, height: 15.5, rx: 2, fill: card, stroke: ink, "stroke-width": 1.5 }),
      make("path", { d: "M-4 -2.5H4M-4 2.5H4", stroke: ink, "stroke-width": 1.5 }),
    );
  } else if (element.matches(".is-request")) {
    group.append(make("circle", { r: 8.75, fill: "none", stroke: ink, "stroke-width": 1.5 }), make("circle", { r: 7, fill: ink, stroke: card, "stroke-width": 2 }));
  } else {
    group.append(make("path", { d: "M0 -8 8 0 0 8 -8 0Z", fill: ink, stroke: card, "stroke-width": 2 }));
  }
  return [group];
}

/** @param {string} tag @param {Object<string, string|number>} attributes @returns {SVGElement} */
function make(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, typeof value === "number" ? String(Math.round(value * 100) / 100) : value);
  }
  return /** @type {SVGElement} */ (element);
}

/** Without the characters that XML forbids, which a program may well have in its names. @param {string} xml */
function clean(xml) {
  return xml.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd");
}

/** @type {Promise<string>|undefined} */
let font;

/** The font as an address that holds it; "" where the server is away: then the reader's own fonts serve. */
function fontData() {
  font ??= fetch(new URL("../vendor/fonts/inter-latin.woff2", import.meta.url))
    .then((answer) => answer.arrayBuffer())
    .then((data) => {
      let text = "";
      for (const byte of new Uint8Array(data)) text += String.fromCharCode(byte);
      return `data:font/woff2;base64,${btoa(text)}`;
    })
    .catch(() => {
      font = undefined;
      return "";
    });
  return font;
}
