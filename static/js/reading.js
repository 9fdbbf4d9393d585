/**
 * Pages to read: questions in the text, answered by the server, and what unfolds behind an answer.
 *
 * What was answered is kept in the browser, so that a page once unfolded stays so.
 */

import { listenToAsks } from "./ask.js";

const text = document.getElementById("main");
if (text) listenToAsks(text, text.dataset.asks ?? "");
