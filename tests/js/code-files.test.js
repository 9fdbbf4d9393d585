/** The row of a program's files. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { shortNames } from "../../static/js/views/code-files.js";

test("names of files leave out the folders that all of them are in", () => {
  assert.deepEqual(shortNames(["shop/__init__.py", "shop/views.py"]), ["__init__.py", "views.py"]);
  assert.deepEqual(shortNames(["src/a/x.py", "src/b/y.py"]), ["a/x.py", "b/y.py"]);
});

test("names that have nothing in common stay as they are", () => {
  assert.deepEqual(shortNames(["wsgi.py", "books/views.py"]), ["wsgi.py", "books/views.py"]);
  assert.deepEqual(shortNames(["app.py"]), ["app.py"]);
  assert.deepEqual(shortNames([]), []);
});
