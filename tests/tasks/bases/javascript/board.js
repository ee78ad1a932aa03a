// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';

// The model behind a board of notes: notes, search, history, a tiny template and a router.

function debounceQueue(limit) {
  const entries = [];
  return {
    push(entry) {
      const at = entries.findIndex((other) => other.key === entry.key);
      if (at >= 0)
        entries.splice(at, 1);
      entries.push(entry);
      if (entries.length > limit)
        entries.shift();
    },
    drain() {
      return entries.splice(0, entries.length);
    },
  };
}

class Board {
  constructor() {
    this.notes = new Map();
    this.nextId = 1;
    this.listeners = new Set();
    this.past = [];
    this.future = [];
  }

  onChange(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  emit(kind, note) {
    for (const listener of [...this.listeners])
      listener(kind, note);
  }

  save() {
    this.past.push([...this.notes.values()].map((note) => ({ ...note, tags: [...note.tags] })));
    this.future = [];
  }

  add(title, text = '', tags = []) {
    if (!title.trim())
      throw new Error('a note needs a title');
    this.save();
    const note = { id: this.nextId++, title: title.trim(), text, tags: [...tags], done: false };
    this.notes.set(note.id, note);
    this.emit('add', note);
    return note.id;
  }

  get(id) {
    const note = this.notes.get(id);
    if (!note)
      throw new Error(`there is no note ${id}`);
    return note;
  }

  toggle(id) {
    const note = this.get(id);
    this.save();
    const changed = { ...note, done: !note.done };
    this.notes.set(id, changed);
    this.emit('change', changed);
  }

  remove(id) {
    const note = this.get(id);
    this.save();
    this.notes.delete(id);
    this.emit('remove', note);
  }

  undo() {
    if (this.past.length === 0)
      return false;
    this.future.push([...this.notes.values()]);
    this.restore(this.past.pop());
    return true;
  }

  redo() {
    if (this.future.length === 0)
      return false;
    this.past.push([...this.notes.values()]);
    this.restore(this.future.pop());
    return true;
  }

  restore(notes) {
    this.notes = new Map(notes.map((note) => [note.id, note]));
  }

  // Notes that hold all words, those with a word in the title first.
  search(query) {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0)
      return [];
    const found = [];
    for (const note of this.notes.values()) {
      const title = note.title.toLowerCase();
      const all = `${title} ${note.text.toLowerCase()}`;
      if (words.every((word) => all.includes(word)))
        found.push({ note, score: words.filter((word) => title.includes(word)).length });
    }
    return found.sort((a, b) => b.score - a.score || a.note.id - b.note.id).map((entry) => entry.note.title);
  }

  tagCounts() {
    const counts = {};
    for (const note of this.notes.values())
      for (const tag of note.tags)
        counts[tag] = (counts[tag] || 0) + 1;
    return counts;
  }

  toJSON() {
    return { nextId: this.nextId, notes: [...this.notes.values()] };
  }

  static fromJSON(data) {
    const board = new Board();
    board.restore(data.notes.map((note) => ({ ...note, tags: [...note.tags] })));
    board.nextId = Math.max(data.nextId, ...data.notes.map((note) => note.id + 1));
    return board;
  }
}

function escapeHtml(text) {
  const names = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (c) => names[c]);
}

// {{name}} is escaped, {{{name}}} is not; what is missing is empty. Dots lead into objects.
function render(template, values) {
  const find = (path) => path.split('.').reduce((at, key) => (at === undefined || at === null ? undefined : at[key]), values);
  return template.replace(/\{\{\{\s*([\w.]+)\s*\}\}\}|\{\{\s*([\w.]+)\s*\}\}/g, (whole, raw, name) => {
    const value = find(raw || name);
    if (value === undefined || value === null)
      return '';
    return raw ? String(value) : escapeHtml(String(value));
  });
}

class Router {
  constructor() {
    this.routes = [];
  }

  // "/notes/:id": what stands at :id is given as params.id.
  add(pattern, handler) {
    const names = [];
    const source = pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:(\w+)/g, (whole, name) => {
      names.push(name);
      return '([^/]+)';
    });
    this.routes.push({ expression: new RegExp(`^${source}/?$`), names, handler });
  }

  match(url) {
    const [path, query = ''] = url.split('?');
    for (const route of this.routes) {
      const found = route.expression.exec(path);
      if (!found)
        continue;
      const params = {};
      route.names.forEach((name, i) => {
        params[name] = decodeURIComponent(found[i + 1]);
      });
      return route.handler(params, parseQuery(query));
    }
    return null;
  }
}

function parseQuery(query) {
  const result = {};
  for (const part of query.split('&')) {
    if (!part)
      continue;
    const [key, ...rest] = part.split('=');
    result[decodeURIComponent(key)] = decodeURIComponent(rest.join('=').replace(/\+/g, ' '));
  }
  return result;
}

function deepEqual(a, b) {
  if (a === b)
    return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null)
    return false;
  if (Array.isArray(a) !== Array.isArray(b))
    return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && deepEqual(a[key], b[key]));
}

function chunk(list, size) {
  const parts = [];
  for (let i = 0; i < list.length; i += size)
    parts.push(list.slice(i, i + size));
  return parts;
}

// "3 hours ago" and the like; times in milliseconds.
function ago(then, now) {
  const units = [['day', 86400000], ['hour', 3600000], ['minute', 60000]];
  const passed = now - then;
  for (const [name, length] of units) {
    const n = Math.floor(passed / length);
    if (n >= 1)
      return `${n} ${name}${n === 1 ? '' : 's'} ago`;
  }
  return 'just now';
}

async function mapLimited(list, limit, work) {
  const results = new Array(list.length);
  let next = 0;
  async function run() {
    while (next < list.length) {
      const i = next++;
      results[i] = await work(list[i], i);
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, list.length) }, run));
  return results;
}

module.exports = { Board, Router, ago, chunk, debounceQueue, deepEqual, escapeHtml, mapLimited, parseQuery, render };
