/**
 * The stage of a class: names what such a page needs from the start, so that it comes with the rest as
 * one answer instead of module by module.
 */

import "./class/main.js";
