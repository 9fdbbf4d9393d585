/**
 * What every page does: the button that changes between light and dark.
 */

import { cycleTheme, dark, startTheme } from "./theme.js";

const button = document.getElementById("theme");
startTheme();
button?.addEventListener("click", cycleTheme);
dark.subscribe((on) => button?.setAttribute("aria-pressed", String(on)));
