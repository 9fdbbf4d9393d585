/**
 * Opens the class of a page: who we are, the connection, following and driving. No views: the
 * student's and the host's stage and the presenter view all begin here.
 */

import { io } from "socket.io-client";
import { startDriving } from "./drive.js";
import { startFollowing } from "./follow.js";
import { keepMarks } from "./marks.js";
import { secretOf } from "./keep.js";
import { CONNECTION, enterClass } from "./socket.js";
import * as state from "./state.js";

/**
 * @typedef {{code: string, title: string, role: import("./state.js").Role, join: string,
 *   lessons?: {id: string, title: string, chapter_title: string}[]}} ClassPage
 */

/** What the server wrote into the page. @returns {ClassPage} */
export function classPage() {
  return JSON.parse(document.getElementById("class")?.textContent ?? "{}");
}

/**
 * Enter, and keep the stage's state (store.js) together with the class's. `store.lesson` must hold
 * the page's lesson; the player (player.js) has to run where the stage shall play.
 * @returns {boolean} false: this browser has no secret for this class; nothing was opened
 */
export function openClass() {
  const page = classPage();
  const secret = secretOf(page.code, page.role === "student" ? "key" : "host");
  state.describe(page);
  if (secret === null) return false;
  const socket = io(CONNECTION);
  enterClass(socket, { code: page.code, secret, as: page.role });
  startFollowing(socket);
  keepMarks();
  startDriving();
  return true;
}
