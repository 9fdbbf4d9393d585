/**
 * A moment of a run in words: when it is, what happens, and what everybody is doing. Pure functions
 * of a trace and a place in it.
 */

/** @import { Mark, Step, Trace } from "./trace.js" */
import { laneOrder, seconds, stepNamed } from "./trace.js";

/** More lanes than this are counted, not told. */
const MOST = 12;

/** @type {Record<string, string>} */
const DOING = {
  running: "is running", sleeping: "is sleeping", waiting: "is waiting", queued: "is waiting its turn",
  blocked: "is blocked", holding: "holds an open connection", retrying: "is waiting to try again", sending: "is sending",
};

/**
 * @param {Trace} trace
 * @param {number} n the step that the reader is at; 0 before the first
 * @param {number} t seconds
 * @param {Mark[]} marks the current line of each thread
 * @returns {{head: string, lanes: string[]}}
 */
export function snapshotOf(trace, n, t, marks) {
  const step = stepNamed(trace, n);
  const head = step
    ? `${seconds(t)} after the start, at step ${n} of ${trace.steps.length}: ${step.action.replaceAll("`", "")}.${status(step)}`
    : "Nothing has happened yet.";
  const lanes = laneOrder(trace).filter((lane) => lane.born <= t);
  const told = lanes.slice(0, MOST).map((lane) => {
    if (lane.died !== null && lane.died < t) return `${lane.name} has ended.`;
    const span = trace.spans.find((item) => item.lane === lane.id && item.start <= t && t < item.end);
    const mark = marks.find((item) => item.lane === lane.id);
    const where = mark ? `, in line ${mark.line} of ${mark.file}` : "";
    return `${lane.name} ${span ? DOING[span.state] ?? span.state : "has nothing to do"}${span?.label ? ` (${span.label})` : ""}${span ? where : ""}.`;
  });
  if (lanes.length > MOST) told.push(`And ${lanes.length - MOST} more.`);
  return { head, lanes: told };
}

/** @param {Step} step */
function status({ response, task_status: task }) {
  const parts = [response && response !== "no change" && `the response is ${response}`, task && `the task is ${task}`].filter(Boolean);
  if (parts.length === 0) return "";
  const words = parts.join(", ");
  return ` ${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
