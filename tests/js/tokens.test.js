/**
 * The colours of the style sheet, in every theme: contrast as WCAG counts it, and states that people who
 * see red and green alike can tell apart.
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

/** @typedef {Record<string, string>} Tokens */
/** @typedef {[number, number, number]} Colour  linear light, 0 to 1 */

const sheet = readFileSync(new URL("../../static/css/tokens.css", import.meta.url), "utf8");

/** The colours of the first block with exactly this selector. @param {string} selector @returns {Tokens} */
function block(selector) {
  const body = sheet.split(`\n${selector} {`)[1]?.split("\n}")[0] ?? "";
  return Object.fromEntries([...body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map((match) => [match[1], match[2]]));
}

const light = block(":root");
const dark = { ...light, ...block(':root[data-theme="dark"]') };
const more = block(':root[data-contrast="more"]');
const THEMES = /** @type {[string, Tokens, number, number][]} */ ([
  ["light", light, 4.5, 3],
  ["dark", dark, 4.5, 3],
  ["high contrast, light", { ...light, ...more }, 7, 4.5],
  ["high contrast, dark", { ...dark, ...more, ...block(':root[data-contrast="more"][data-theme="dark"]') }, 7, 4.5],
]);

const STATES = ["running", "sleeping", "waiting", "queued", "blocked", "holding", "retrying", "sending"];
const LANES = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => `lane-${i}`);

/** Text and the ground it stands on. */
const TEXTS = [
  ...["paper", "card", "sunken", "now-wash", "running-wash", "good-wash", "bad-wash"].map((ground) => ["ink", ground]),
  ...["paper", "card", "sunken"].flatMap((ground) => [["soft", ground], ["now", ground], ["bad", ground]]),
  ...STATES.map((state) => [`on-${state}`, state]),
  ["on-now", "now"], ["on-changed", "changed"], ["good", "good-wash"], ["bad", "bad-wash"], ["good", "card"], ["paper", "ink"],
  ...[...LANES, "mark", ...["keyword", "string", "number", "comment", "name"].map((kind) => `code-${kind}`)].map((text) => [text, "card"]),
];
/** What carries meaning without being text, and what it stands against. */
const MARKS = [
  ...["paper", "card", "sunken"].map((ground) => ["edge", ground]),
  ["now", "card"], ["focus", "paper"], ["running", "card"],
  ...STATES.filter((state) => state !== "running").map((state) => [`${state}-mark`, "card"]),
];

/** @param {string} hex @returns {Colour} */
const linear = (hex) => /** @type {Colour} */ ([1, 3, 5].map((i) => {
  const value = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}));

/** @param {Colour} colour */
const luminance = ([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b;

/** @param {string} a @param {string} b */
function contrast(a, b) {
  const [low, high] = [luminance(linear(a)), luminance(linear(b))].sort((x, y) => x - y);
  return (/** @type {number} */ (high) + 0.05) / (/** @type {number} */ (low) + 0.05);
}

/** What of a colour is seen, by rows of a matrix over linear light (Machado, Oliveira and Fernandes 2009, no cone left). @type {Record<string, number[][]>} */
const EYES = {
  usual: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
};

/** Lightness and the two hues of OKLab. @param {Colour} colour @returns {number[]} */
function lab([r, g, b]) {
  const cones = [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005]]
    .map(([x = 0, y = 0, z = 0]) => Math.cbrt(x * r + y * g + z * b));
  return [[0.2104542553, 0.793617785, -0.0040720468], [1.9779984951, -2.428592205, 0.4505937099], [0.0259040371, 0.7827717662, -0.808675766]]
    .map((row) => row.reduce((sum, value, i) => sum + value * (cones[i] ?? 0), 0));
}

/** How different two colours look, in hundredths of black to white. @param {string} a @param {string} b @param {string} eye */
function distance(a, b, eye) {
  const see = (/** @type {string} */ hex) => {
    const colour = linear(hex);
    return lab(/** @type {Colour} */ ((EYES[eye] ?? []).map((row) => Math.max(0, Math.min(1, row.reduce((sum, value, i) => sum + value * /** @type {number} */ (colour[i]), 0))))));
  };
  const [x, y] = [see(a), see(b)];
  return 100 * Math.hypot(...x.map((value, i) => value - /** @type {number} */ (y[i])));
}

/** The least distance of two states, by their ground or by their mark. Their patterns tell them apart as well. */
const APART = 5;

for (const [name, tokens, text, mark] of THEMES) {
  const of = (/** @type {string} */ token) => tokens[token] ?? assert.fail(`no token ${token} in ${name}`);

  test(`${name}: every text keeps ${text}:1 against its ground, and every mark ${mark}:1`, () => {
    const low = [...TEXTS.map(([a, b]) => [a, b, text]), ...MARKS.map(([a, b]) => [a, b, mark])].flatMap(([a, b, least]) => {
      const found = contrast(of(String(a)), of(String(b)));
      return found < Number(least) ? [`${a} on ${b} has ${found.toFixed(2)}`] : [];
    });
    assert.deepEqual(low, []);
  });

  for (const eye of Object.keys(EYES)) {
    test(`${name}: states are told apart by colour with ${eye === "usual" ? "usual sight" : eye}`, () => {
      const alike = STATES.flatMap((a, i) => STATES.slice(i + 1).flatMap((b) => {
        const ground = distance(of(a), of(b), eye);
        const edge = distance(tokens[`${a}-mark`] ?? of(a), tokens[`${b}-mark`] ?? of(b), eye);
        const apart = Math.max(ground, edge);
        return apart < APART ? [`${a} and ${b}: ${apart.toFixed(1)}`] : [];
      }));
      assert.deepEqual(alike, []);
    });
  }
}

test("colours that are the same are not told apart, and the eyes of the test are not the usual ones", () => {
  assert.equal(distance("#2f6fb3", "#2f6fb3", "usual"), 0);
  assert.ok(distance("#c04040", "#6f7a20", "deuteranopia") < distance("#c04040", "#6f7a20", "usual") / 2);
  assert.ok(Math.abs(contrast("#000000", "#ffffff") - 21) < 1e-6);
});
