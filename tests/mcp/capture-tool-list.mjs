// SPDX-License-Identifier: GPL-3.0-or-later
// Prints what a stdio server answers to tools/list, a tool a line: node capture-tool-list.mjs COMMAND ARGUMENT…
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const child = spawn(process.argv[2], process.argv.slice(3), { stdio: ['pipe', 'pipe', 'ignore'] });
const waiting = new Map();
let last = 0;

function call(method, params) {
  const id = ++last;
  child.stdin.write(JSON.stringify({ jsonrpc: '2.0', id, method, params }) + '\n');
  return new Promise(resolve => waiting.set(id, resolve));
}

createInterface({ input: child.stdout }).on('line', line => {
  let message;
  try {
    message = JSON.parse(line);
  } catch {
    return;
  }
  waiting.get(message.id)?.(message.result);
});

const hello = await call('initialize', {
  protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'capture', version: '1' },
});
child.stdin.write(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }) + '\n');
const tools = [];
let cursor;
do {
  const page = await call('tools/list', cursor === undefined ? {} : { cursor });
  // What a call gives back is not for the model.
  for (const { outputSchema, ...tool } of page.tools)
    tools.push(tool);
  cursor = page.nextCursor;
} while (cursor !== undefined);
console.log(JSON.stringify({ server: hello.serverInfo, protocol: hello.protocolVersion }).slice(0, -1) + ', "tools": [\n'
  + tools.map(tool => JSON.stringify(tool)).join(',\n') + '\n]}');
child.kill();
process.exit(0);
