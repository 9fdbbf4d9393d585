/**
 * The same moment of the story in another run of it: the second time that Ben sends a request, say,
 * whatever number that step has there and whenever it comes.
 */

/** @import { Trace } from "./trace.js" */

/**
 * What each step of a trace is, from the narrowest sense to the widest.
 * @param {Trace} trace
 * @returns {string[][]}
 */
function senses(trace) {
  const requests = new Map(trace.requests.map((request) => [request.id, request]));
  return trace.steps.map(({ moment, request, file, line }) => {
    const { user, path } = requests.get(request ?? "") ?? {};
    const whose = JSON.stringify([moment, user, path]);
    return [`${whose} ${file} ${line}`, whose, moment];
  });
}

/**
 * The step of `to` that is what step `n` is in `from`, or null where there is none.
 * @param {Trace} from
 * @param {number} n
 * @param {Trace} to
 * @returns {number|null}
 */
export function sameMoment(from, n, to) {
  const at = from.steps.findIndex((step) => step.n === n);
  const before = senses(from);
  const after = senses(to);
  for (const [width, name] of (before[at] ?? []).entries()) {
    const nth = before.slice(0, at).filter((sense) => sense[width] === name).length;
    const alike = to.steps.filter((_, i) => after[i]?.[width] === name);
    const found = alike[nth];
    if (found) return found.n;
  }
  return null;
}
