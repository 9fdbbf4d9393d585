/**
 * Brings the stage to where the class is, as long as this page follows.
 */

import { batch, effect, signal, untracked } from "@preact/signals-core";
import { panelOpen } from "../changes.js";
import { takeViews } from "../panels.js";
import { startRuns } from "../runs.js";
import * as moving from "../moving.js";
import * as store from "../store.js";
import { marks } from "./marks.js";
import { approach, leaderPlace } from "./pursuit.js";
import { loadLesson, requestsOf, sameRuns, usualRequests } from "./scene.js";
import { emit } from "./socket.js";
import * as state from "./state.js";
import { calm } from "../theme.js";

/** @import { Socket } from "../protocol.js" */
/** @import { LessonPage, SlotRequest } from "../store.js" */
/** @import { Scene } from "./state.js" */

/** The stage holds the class's runs, so that places in them mean something. */
export const together = signal(false);

/** Counts what was asked for, so that a lesson that comes late is left out. */
let turns = 0;

/** @param {Socket} socket */
export function startFollowing(socket) {
  startRuns(socket);
  moving.onAct(state.acted);
  effect(() => {
    const scene = state.scene.value;
    if (scene && state.mode.value === "follow") untracked(() => void showScene(scene));
  });
  effect(() => {
    const scene = state.scene.value;
    together.value = scene !== null && store.slots.value.length > 0 && sameRuns(scene, store.lesson.value, store.slots.value);
  });
  effect(keepUp);
  effect(tellFollowing());
  effect(tellLost);
  effect(showElsewhere);
}

/** @param {Scene} scene */
async function showScene(scene) {
  turns += 1;
  const turn = turns;
  moving.keepPace(scene.speed, scene.trueTime, scene.align);
  takeLook(scene);
  const lesson = store.lesson.peek();
  if (sameRuns(scene, lesson, store.wishes.peek())) return;
  try {
    const wanted = scene.lesson === lesson.id ? lesson : await loadLesson(scene.lesson);
    if (turn === turns) setStage(wanted, requestsOf(scene));
  } catch (failure) {
    console.warn("The class's lesson could not be opened.", failure);
    store.notice("The class has turned to another lesson, which could not be opened. Reload the page to follow.");
  }
}

/** The views and the settings that the class was last seen to have open. */
let look = { views: "", change: false };

/** Open and close what the class opens and closes; in between everybody is free to open other views. @param {Scene} scene */
function takeLook({ views, change }) {
  if (views !== look.views) takeViews(views);
  if (change !== look.change) panelOpen.value = change;
  look = { views, change };
}

/** Put other runs on the stage. Those of the same lesson take the place of what is there. @param {LessonPage} lesson @param {SlotRequest[]} requests */
function setStage(lesson, requests) {
  const here = store.lesson.peek().id === lesson.id ? store.wishes.peek() : [];
  batch(() => {
    store.fault.value = null;
    store.lesson.value = lesson;
    if (here.length > 0) store.ask(requests.map((request, i) => ({ ...request, id: here[i]?.id })));
    else store.arrange(requests);
  });
}

/** Turn to another lesson as an act of the reader's: a class that follows comes along. @param {string} id */
export async function turnTo(id) {
  const lesson = await loadLesson(id);
  turns += 1;
  batch(() => {
    state.acted();
    marks.value = []; // they belong to the lesson before
    setStage(lesson, usualRequests(lesson));
  });
}

/** Stand where the class stands; while it plays, play along. */
function keepUp() {
  const led = state.led.value;
  if (!led || state.mode.value !== "follow" || !together.value) {
    moving.setGuide(null);
    return;
  }
  const { cursor } = led;
  const axis = store.axis.value;
  const all = store.complete();
  const linear = store.trueTime.value;
  const goal = leaderPlace(led, performance.now(), store.speed.value, linear, axis);
  const goesOn = all && cursor.playing && goal < (linear ? axis.duration : axis.length) - 1e-6;
  moving.setGuide(goesOn ? guide : null);
  untracked(() => moving.stand(all && cursor.playing && !goesOn ? { slot: cursor.slot, s: axis.length } : cursor, goesOn));
}


/** @param {number} elapsed @returns {{s: number}} */
function guide(elapsed) {
  const led = state.led.peek();
  const axis = store.axis.peek();
  const linear = store.trueTime.peek();
  const speed = store.speed.peek();
  const { s, t } = store.cursor.peek();
  if (!led) return { s };
  const next = approach(linear ? t : s, leaderPlace(led, performance.now(), speed, linear, axis), elapsed, speed, calm.value);
  return { s: linear ? axis.toStory(next) : next };
}

/** Tells the host who follows; after a new connection anew, where the server says otherwise. */
function tellFollowing() {
  let said = true;
  return () => {
    const on = state.following.value;
    if (!state.entered.value || state.role.value !== "student") return;
    if (state.token.value !== null) return;
    const known = state.you.peek()?.following;
    if (on === said && (known === undefined || known === on)) return;
    said = on;
    untracked(() => {
      state.changeYou({ following: on });
      emit("following", { on }).catch((refused) => console.warn("The class was not told who follows.", refused));
    });
  };
}

/** After a new connection: that one is lost, where the server does not know it. */
function tellLost() {
  if (!state.entered.value || !state.lost.peek() || state.you.peek()?.lost !== false) return;
  untracked(() => {
    emit("lost", { on: true }).catch((refused) => console.warn("The class was not told who is lost.", refused));
  });
}

/** A mark on the axis where the class is, for those who look around by themselves. */
function showElsewhere() {
  const led = state.led.value;
  const away = state.mode.value === "own" && together.value && store.complete();
  store.elsewhere.value = led && away ? led.cursor.s : null;
}
