// SPDX-License-Identifier: GPL-3.0-or-later
//
// Lets @modelcontextprotocol/conformance start on Node 20: its bundle imports `globSync` from "fs"
// (Node >= 22 only), used by `tier-check` alone. Use:  node --import ./node20-fs-shim.mjs .../dist/index.js ...
import { register } from 'node:module';
const shim = 'data:text/javascript,' + encodeURIComponent(
  "export * from 'node:fs'; export { default } from 'node:fs'; export function globSync() { throw new Error('globSync needs Node 22'); }");
const hook = `
const SHIM = ${JSON.stringify(shim)};
export async function resolve(s, c, next) {
  if ((s === 'fs' || s === 'node:fs') && (c.parentURL || '').includes('/@modelcontextprotocol/conformance/dist/'))
    return { url: SHIM, shortCircuit: true };
  return next(s, c);
}`;
register('data:text/javascript,' + encodeURIComponent(hook));
