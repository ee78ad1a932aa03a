// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a desktop program in a web view is made of: CodeMirror 6, xterm.js and a list of messages. The task is one of
//   window            editor with the file, terminal with a shell, chat; stays
//   terminal SCRIPT   a terminal alone runs a script; done when its last line is on the screen
//   open FILE         an editor alone: from the request for the file to the frame with it
//   scroll FILE       the same, then 660 frames of 51 pixels each
//   find FILE         an entry over a list of the lines of the file, from which it picks; stays

import { cpp } from '@codemirror/lang-cpp';
import { Terminal } from '@xterm/xterm';
import { EditorView, basicSetup } from 'codemirror';
import { Fzf } from 'fzf';

const END = 'the-end-of-the-flood';
const WRITES = 2;
const FRAMES = 660;
const FIRST_FRAMES = 60;
const STEP = 51;
const MAX_FOUND = 100;
const ROW_HEIGHT = 30;
const parameters = new URLSearchParams(location.search);
const task = parameters.get('task');
const file = parameters.get('file');
const part = name => document.getElementById(name);
const say = text => window.webkit.messageHandlers.host.postMessage(String(text));
const ask = async (path, argument = '') => fetch(`${path}?${encodeURIComponent(argument)}`);
const wait = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));
// The frame that is asked for now has been painted when the next begins.
const painted = () => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)));
const readFile = async () => (await ask('/file', file)).text();

window.onerror = message => say(`error=${message}`);
window.onunhandledrejection = event => say(`error=${event.reason}`);

function sayPercentiles(name, values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  say(`${name}_p50=${at(0.5)}\n${name}_p95=${at(0.95)}\n${name}_p99=${at(0.99)}\n${name}_max=${at(1)}`);
}

function addEditor(text) {
  return new EditorView({ doc: text, parent: part('editor'), extensions: [basicSetup, cpp()] });
}

function addTerminal() {
  const terminal = new Terminal({ scrollback: 10000, cols: 140, rows: 40, cursorBlink: false });
  terminal.open(part('terminal'));
  terminal.onData(text => ask('/terminal/input', text));
  return terminal;
}

// Two writes are under way at a time: the terminal never waits for bytes, and bytes never pile up in it.
async function feed(terminal, isOver) {
  let under = 0;
  let written = () => {};
  for (;;) {
    const bytes = new Uint8Array(await (await ask('/terminal/output')).arrayBuffer());
    if (bytes.length === 0)
      return;
    under++;
    terminal.write(bytes, () => { under--; written(); });
    while (under >= WRITES)
      await new Promise(resolve => { written = resolve; });
    if (isOver && isOver(bytes)) {
      while (under > 0)
        await new Promise(resolve => { written = resolve; });
      return;
    }
  }
}

// How long a key would wait: a worker asks every 2 ms.
function askEvery2Ms(delays) {
  const program = 'setInterval(() => postMessage(performance.timeOrigin + performance.now()), 2)';
  const worker = new Worker(URL.createObjectURL(new Blob([program])));
  worker.onmessage = event => delays.push(Math.max(0, performance.timeOrigin + performance.now() - event.data));
  return worker;
}

async function showWindow() {
  const editor = addEditor(file ? await readFile() : '');
  const terminal = addTerminal();
  await ask('/terminal/start');
  feed(terminal);
  editor.focus();
}

function hasLine(lines, text) {
  for (let y = lines.length - 1; y >= 0; y--)
    if (lines.getLine(y).translateToString().includes(text))
      return true;
  return false;
}

async function flood() {
  const decoder = new TextDecoder();
  const delays = [];
  let tail = '';
  part('window').className = 'terminal';
  const terminal = addTerminal();
  await painted();
  await wait(700);
  await ask('/terminal/start', file);
  const over = feed(terminal, bytes => {
    tail = (tail + decoder.decode(bytes.subarray(-200))).slice(-200);
    return tail.includes(END);
  });
  await wait(200);
  const worker = askEvery2Ms(delays);
  say('begin');
  const began = performance.now();
  await over;
  await painted();
  const wall = performance.now() - began;
  say('end');
  worker.terminate();
  if (!hasLine(terminal.buffer.active, END))
    say('error=the last line is not in the terminal');
  say(`wall_ms=${wall}`);
  sayPercentiles('delay', delays);
}

async function open() {
  part('window').className = 'editor';
  await painted();
  await wait(700);
  say('begin');
  const began = performance.now();
  const editor = addEditor(await readFile());
  await painted();
  say(`first_ms=${performance.now() - began}\nlines=${editor.state.doc.lines}`);
  if (task === 'open')
    say('end');
  return editor;
}

async function scroll() {
  const gaps = [];
  const delays = [];
  const editor = await open();
  let worker;
  let last = 0;
  for (let frame = 0; frame < FRAMES; frame++) {
    const now = await new Promise(requestAnimationFrame);
    if (frame === FIRST_FRAMES)
      worker = askEvery2Ms(delays);
    if (frame > FIRST_FRAMES)
      gaps.push(now - last);
    last = now;
    editor.scrollDOM.scrollTop += STEP;
  }
  worker.terminate();
  say('end');
  say(`scrolled=${editor.scrollDOM.scrollTop}`);
  sayPercentiles('gap', gaps);
  sayPercentiles('delay', delays);
}

// Only the rows in sight are there.
function showRows(found) {
  const list = part('list');
  const first = Math.floor(list.scrollTop / ROW_HEIGHT);
  const rows = found.slice(first, first + Math.ceil(list.clientHeight / ROW_HEIGHT) + 1).map((text, index) => {
    const row = document.createElement('div');
    row.textContent = text;
    row.style.top = `${(first + index) * ROW_HEIGHT}px`;
    return row;
  });
  part('rows').style.height = `${found.length * ROW_HEIGHT}px`;
  part('rows').replaceChildren(...rows);
}

async function find() {
  const paths = (await readFile()).trimEnd().split('\n');
  const options = { casing: 'case-insensitive', fuzzy: 'v1', limit: MAX_FOUND, normalize: false };
  const finder = new Fzf(paths, options);
  const entry = part('entry');
  let found = paths.slice(0, MAX_FOUND);
  part('window').className = 'finder';
  entry.oninput = () => {
    found = entry.value ? finder.find(entry.value).map(one => one.item) : paths.slice(0, MAX_FOUND);
    part('list').scrollTop = 0;
    showRows(found);
  };
  part('list').onscroll = () => showRows(found);
  showRows(found);
  entry.focus();
}

const tasks = { window: showWindow, terminal: flood, open, scroll, find };
await tasks[task]();
if (task !== 'window' && task !== 'find')
  say('done');
