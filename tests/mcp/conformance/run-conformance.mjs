#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Runs the public conformance suite against a client command and fails unless every scenario
// produced at least the expected number of passed checks (the suite itself exits 0 for a client
// that does nothing in scenario `initialize`, and its suite mode ignores the client's exit code).
//
//   run-conformance.mjs --suite-js PATH/TO/@modelcontextprotocol/conformance/dist/index.js \
//       [--only NAME] [--spec 2025-11-25|2026-07-28] [--out DIR] -- CLIENT COMMAND WORDS...
//   e.g. ... -- build/src/ctl/enclavectl mcp-conformance
// Needs Node >= 22, or Node 20 together with node20-fs-shim.mjs (picked up by itself).
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// [scenario, wire revision, passed checks that a complete client reaches (0.2.0-alpha.12)]
const PLAN = [
  ['initialize', '2025-11-25', 1],
  ['tools_call', '2025-11-25', 2],
  ['elicitation-sep1034-client-defaults', '2025-11-25', 5],
  ['sse-retry', '2025-11-25', 3],
  ['json-schema-2020-12-preservation', '2025-11-25', 9],
  ['tools_call', '2026-07-28', 2],
  ['request-metadata', '2026-07-28', 6],
  ['sep-2322-client-request-state', '2026-07-28', 5],
  ['http-standard-headers', '2026-07-28', 9],
  ['http-custom-headers', '2026-07-28', 18],
  ['http-invalid-tool-headers', '2026-07-28', 12],
  ['json-schema-ref-no-deref', '2026-07-28', 1],
  ['json-schema-2020-12-preservation', '2026-07-28', 9],
];
const a = process.argv.slice(2); const dd = a.indexOf('--');
const opt = (n) => { const i = a.indexOf(n); return i >= 0 && (dd < 0 || i < dd) ? a[i + 1] : undefined; };
// the suite starts the client through a shell and its own --timeout kills only that shell, so a hung
// client would hang the suite: coreutils `timeout` bounds the client itself
const suite = opt('--suite-js'); const client = dd >= 0 ? 'timeout -k 2 25 ' + a.slice(dd + 1).join(' ') : '';
if (!suite || !client) { console.error('usage: --suite-js FILE [--only NAME] [--spec REV] [--out DIR] -- CLIENT...'); process.exit(2); }
const shim = join(dirname(fileURLToPath(import.meta.url)), 'node20-fs-shim.mjs');
const pre = Number(process.versions.node.split('.')[0]) < 22 && existsSync(shim) ? ['--import', shim] : [];
const out = opt('--out'); if (out) mkdirSync(out, { recursive: true });
let passed = 0, failed = 0;
for (const [name, spec, need] of PLAN) {
  if (opt('--only') && opt('--only') !== name) continue;
  if (opt('--spec') && opt('--spec') !== spec) continue;
  const r = spawnSync(process.execPath, [...pre, suite, 'client', '--command', client, '--scenario', name, '--spec-version', spec, '--timeout', '30000'], { encoding: 'utf8', timeout: 60000 });
  const log = (r.stdout || '') + (r.stderr || ''); if (out) writeFileSync(join(out, `${name}.${spec}.log`), log);
  const m = /Passed: (\d+)\/(\d+), (\d+) failed, (\d+) warnings/.exec(log);
  const ok = r.status === 0 && m && Number(m[1]) >= need && m[1] === m[2];
  ok ? passed++ : failed++;
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name} @${spec}: ${m ? `${m[1]}/${m[2]} checks, ${m[4]} warnings` : 'no result line'} (want >= ${need}), exit ${r.status}`);
  if (!ok) for (const l of log.split('\n').filter((x) => /^\s+(- |Error|Warning)/.test(x)).slice(0, 8)) console.log('     ', l.trim());
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
