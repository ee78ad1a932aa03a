// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const assert = require('node:assert');
const { Board, Router, ago, chunk, debounceQueue, deepEqual, escapeHtml, mapLimited, parseQuery, render } = require('./board.js');

const tests = {
  queue() {
    const queue = debounceQueue(3);
    queue.push({ key: 'a', n: 1 });
    queue.push({ key: 'b', n: 2 });
    queue.push({ key: 'a', n: 3 });
    assert.deepStrictEqual(queue.drain().map((e) => e.n), [2, 3]);
    assert.deepStrictEqual(queue.drain(), []);
    const short = debounceQueue(2);
    for (const key of ['a', 'b', 'c'])
      short.push({ key });
    assert.deepStrictEqual(short.drain().map((e) => e.key), ['b', 'c']);
  },
  notes() {
    const board = new Board();
    const events = [];
    const stop = board.onChange((kind, note) => events.push(`${kind} ${note.id}`));
    const id = board.add('  Buy tea ', 'green', ['home']);
    board.toggle(id);
    assert.strictEqual(board.get(id).done, true);
    assert.strictEqual(board.get(id).title, 'Buy tea');
    board.remove(id);
    stop();
    board.add('Other');
    assert.deepStrictEqual(events, ['add 1', 'change 1', 'remove 1']);
    assert.throws(() => board.get(id), /no note 1/);
    assert.throws(() => board.add('  '), /title/);
  },
  undo() {
    const board = new Board();
    const id = board.add('One');
    board.toggle(id);
    board.add('Two');
    assert.strictEqual(board.undo(), true);
    assert.deepStrictEqual([...board.notes.keys()], [1]);
    board.undo();
    assert.strictEqual(board.get(id).done, false);
    board.redo();
    assert.strictEqual(board.get(id).done, true);
    board.add('Three');
    assert.strictEqual(board.redo(), false);
    while (board.undo());
    assert.strictEqual(board.notes.size, 0);
  },
  search() {
    const board = new Board();
    board.add('Shopping', 'tea and cake');
    board.add('Tea time', 'at four');
    board.add('Work', 'cake shop');
    assert.deepStrictEqual(board.search('TEA'), ['Tea time', 'Shopping']);
    assert.deepStrictEqual(board.search('cake shop'), ['Shopping', 'Work']);
    assert.deepStrictEqual(board.search('tea shop'), ['Shopping']);
    assert.deepStrictEqual(board.search('  '), []);
  },
  tags() {
    const board = new Board();
    board.add('a', '', ['x', 'y']);
    board.add('b', '', ['x']);
    assert.deepStrictEqual(board.tagCounts(), { x: 2, y: 1 });
  },
  json() {
    const board = new Board();
    board.add('a', 'b', ['c']);
    const copy = Board.fromJSON(JSON.parse(JSON.stringify(board)));
    assert.deepStrictEqual(JSON.stringify(copy), JSON.stringify(board));
    assert.strictEqual(Board.fromJSON({ nextId: 1, notes: [{ id: 7, title: 'x', text: '', tags: [], done: false }] }).add('y'), 8);
  },
  html() {
    assert.strictEqual(escapeHtml('<a href="x">\'&</a>'), '&lt;a href=&quot;x&quot;&gt;&#39;&amp;&lt;/a&gt;');
    assert.strictEqual(render('Hi {{ user.name }}{{{mark}}}{{none}}', { user: { name: '<Ann>' }, mark: '<b>' }), 'Hi &lt;Ann&gt;<b>');
    assert.strictEqual(render('{{a.b.c}}|{{zero}}', { a: null, zero: 0 }), '|0');
  },
  router() {
    const router = new Router();
    router.add('/notes', () => 'all');
    router.add('/notes/:id', ({ id }, query) => `${id} ${query.q || ''}`);
    router.add('/a.b', () => 'dot');
    assert.strictEqual(router.match('/notes/'), 'all');
    assert.strictEqual(router.match('/notes/a%20b?q=x'), 'a b x');
    assert.strictEqual(router.match('/axb'), null);
    assert.strictEqual(router.match('/notes/1/2'), null);
  },
  query() {
    assert.deepStrictEqual(parseQuery('a=1&b=x+y&c=p%3Dq=r&d'), { a: '1', b: 'x y', c: 'p=q=r', d: '' });
    assert.deepStrictEqual(parseQuery(''), {});
  },
  equal() {
    assert.ok(deepEqual({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }));
    assert.ok(!deepEqual({ a: 1 }, { a: 1, b: 2 }) && !deepEqual([1], { 0: 1 }) && !deepEqual(null, {}));
    assert.ok(!deepEqual({ a: undefined }, { b: 1 }));
  },
  chunk() {
    assert.deepStrictEqual(chunk([1, 2, 3, 4, 5], 2), [[1, 2], [3, 4], [5]]);
    assert.deepStrictEqual(chunk([], 3), []);
  },
  ago() {
    assert.strictEqual(ago(0, 30000), 'just now');
    assert.strictEqual(ago(0, 60000), '1 minute ago');
    assert.strictEqual(ago(0, 7200000), '2 hours ago');
    assert.strictEqual(ago(0, 86400000 * 3 + 5), '3 days ago');
  },
  async limited() {
    let running = 0;
    let most = 0;
    const results = await mapLimited([1, 2, 3, 4, 5], 2, async (n) => {
      running++;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 2));
      running--;
      return n * n;
    });
    assert.deepStrictEqual(results, [1, 4, 9, 16, 25]);
    assert.strictEqual(most, 2);
    assert.deepStrictEqual(await mapLimited([], 2, async () => 1), []);
  },
};

(async () => {
  let failed = 0;
  for (const [name, test] of Object.entries(tests)) {
    try {
      await test();
    } catch (error) {
      failed++;
      console.log(`${name}: ${error.stack.split('\n').slice(0, 4).join('\n')}`);
    }
  }
  console.log(failed ? `${failed} tests failed` : 'all tests passed');
  process.exitCode = failed ? 1 : 0;
})();
