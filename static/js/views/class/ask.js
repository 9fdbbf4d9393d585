/**
 * The questions of a class, where the quiz stands on other pages: students answer here, the host
 * asks here. The host's page is projected, so it shows how a vote goes only when it is unfolded.
 */

import { role } from "../../class/state.js";
import { html } from "../html.js";
import { HostQuestions } from "./ask-host.js";
import { StudentQuestions } from "./ask-student.js";

export function AskPanel() {
  return role.value === "student" ? html`<${StudentQuestions} />` : html`<${HostQuestions} />`;
}
