// toy-engine.mjs
//
// SPDX-License-Identifier: GPL-3.0-or-later
//
// node toy-engine.mjs MODULES MODEL TEMPLATE [short|whole] [MS]: a small model on the processor behind /health, /v1/models, /props,
// /slots, a streaming /v1/chat/completions with text and tool calls, and /infill. It has one slot and keeps what it has read, as
// far as the next request begins the same. MS: milliseconds it waits after each token, as a larger model does. MODULES is the
// folder that install-toy-engine.sh has filled.
// Prints `http://127.0.0.1:PORT` once it answers and ends with its standard input; where TOY_SOCKET names a socket it listens there
// instead and goes on, as a server that is started does.
//
// The model has a million weights and was trained on bare requests and four tools: an agent's own front is beyond it. With
// `short` it is shown of each request what it knows: no system text, the first line of what the user says, those tools.

import http from "node:http";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [modules, modelPath, templatePath, form, delay] = process.argv.slice(2);
const short = form === "short";
const tokenDelay = Number(delay) || 0;
const load = (file) => import(pathToFileURL(path.resolve(modules, "node_modules", file)).href);
const { getLlama, LlamaGrammarEvaluationState } = await load("node-llama-cpp/dist/index.js");
const { Template } = await load("@huggingface/jinja/dist/index.js");

const WINDOW = 8192;
const MAX_TOKENS = 160;
const OPEN_TAG = "<tool_call>";

const llama = await getLlama({ gpu: false, build: "never", logLevel: "error" });
const model = await llama.loadModel({ modelPath });
const context = await model.createContext({ contextSize: WINDOW, threads: 2 });
const sequence = context.getSequence();
const template = new Template(fs.readFileSync(templatePath, "utf8"));

const tool = (name, description, ...members) => ({ type: "function", function: { name, description, parameters: {
  type: "object", properties: Object.fromEntries(members.map((key) => [key, { type: "string" }])), required: members } } });
const KNOWN_TOOLS = [
  tool("read_file", "Read a file", "path"),
  tool("list_dir", "List a folder", "path"),
  tool("edit_file", "Replace text in a file", "path", "old_text", "new_text"),
  tool("run_command", "Run a command", "command"),
];

const shorten = (messages) => messages.filter(({ role }) => role !== "system")
  .map((message) => (message.role === "user" ? { ...message, content: message.content.split("\n")[0] } : message));

const asArray = (value) => (Array.isArray(value) ? value : []);

/** The grammar that calls of the declared tools have, in the words the model was trained on: as a server's own it forces names
 *  and shapes, not what stands in them. */
function makeGrammar(tools) {
  const literal = (text) => JSON.stringify(text);
  const rules = tools.map(({ function: { name, parameters } }, index) => {
    const members = asArray(parameters?.required).map((key) => {
      const type = parameters.properties?.[key]?.type;
      return `${literal(`${literal(key)}: `)} ${type === "integer" ? "integer" : type === "boolean" ? "boolean" : "string"}`;
    });
    return `tool${index} ::= ${literal(`{"name": ${literal(name)}, "arguments": {`)} ${members.join(' ", " ')} "}}"`;
  });
  const grammar = [
    `root ::= "\\n" (${tools.map((_, index) => `tool${index}`).join(" | ")}) "\\n"`,
    ...rules,
    'string ::= "\\"" ([^"\\\\\\x00-\\x1f] | "\\\\" ["\\\\nt])* "\\""',
    "integer ::= [0-9]+",
    'boolean ::= "true" | "false"',
  ].join("\n");
  return llama.createGrammar({ grammar });
}

function parses(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const slot = { id: 0, n_ctx: WINDOW, is_processing: false, next_token: [{ n_decoded: 0 }] };

/** Has the model read `tokens`, of which it may know the beginning, and gives what it writes behind them. */
async function* write(tokens, options, timings) {
  // The last one is read anew: what comes next is said of it.
  const known = sequence.contextTokens;
  const most = Math.min(known.length, tokens.length - 1);
  let cached = 0;
  while (cached < most && known[cached] === tokens[cached])
    cached++;
  if (cached < sequence.nextTokenIndex)
    await sequence.eraseContextTokenRanges([{ start: cached, end: sequence.nextTokenIndex }]);
  const begun = performance.now();
  let read = 0;
  try {
    for await (const token of sequence.evaluate(tokens.slice(cached), options)) {
      read ||= performance.now();
      timings.predicted_n++;
      slot.next_token[0].n_decoded++;
      if (tokenDelay > 0)
        await new Promise((resolve) => setTimeout(resolve, tokenDelay));
      yield token;
    }
  } finally {
    const end = performance.now();
    read ||= end;
    Object.assign(timings, { cache_n: cached, prompt_n: tokens.length - cached, prompt_ms: read - begun, predicted_ms: end - read,
      prompt_per_second: (tokens.length - cached) * 1000 / Math.max(read - begun, 0.001),
      predicted_per_second: timings.predicted_n * 1000 / Math.max(end - read, 0.001) });
  }
}

/** Text pieces, then the calls. Ends at the model's end, the limit or `stopped()`. */
async function* generate({ messages, tools, maxTokens, temperature, stopped }) {
  const prompt = template.render({ messages, tools: tools.length > 0 ? tools : null, add_generation_prompt: true });
  const tokens = model.tokenize(prompt, true);
  if (tokens.length + 16 > WINDOW) {
    const error = new Error(`the request (${tokens.length} tokens) exceeds the available context size (${WINDOW} tokens)`);
    error.window = { n_prompt_tokens: tokens.length, n_ctx: WINDOW };
    throw error;
  }

  const grammar = tools.length > 0 ? await makeGrammar(tools) : null;
  let state; // begins with the tag
  let seen = ""; // everything so far
  let sent = 0; // of it, as text
  let call = null;
  let count = 0;

  const timings = { predicted_n: 0 };
  const evaluation = write(tokens, { temperature, grammarEvaluationState: () => state }, timings);
  const generated = [];
  let finish = "stop"; // the model's end is the loop's
  for await (const token of evaluation) {
    if (stopped())
      return;
    generated.push(token);
    count++;
    seen = model.detokenize(generated, true);
    const tag = grammar != null ? seen.indexOf(OPEN_TAG) : -1;
    if (tag >= 0) {
      state ??= new LlamaGrammarEvaluationState({ model, grammar });
      call = parses(seen.slice(tag + OPEN_TAG.length));
      if (call != null) {
        finish = "tool_calls";
        break;
      }
    } else {
      // A character or a tag that may still be cut stays back.
      const safe = grammar != null ? Math.max(sent, seen.length - OPEN_TAG.length) : seen.length;
      if (safe > sent && !seen.endsWith("\ufffd")) {
        yield { text: seen.slice(sent, safe) };
        sent = safe;
      }
    }
    if (count >= maxTokens) {
      finish = "length";
      break;
    }
  }

  const end = grammar != null && seen.includes(OPEN_TAG) ? seen.indexOf(OPEN_TAG) : seen.length;
  if (end > sent && seen.slice(sent, end).trim() !== "")
    yield { text: seen.slice(sent, end) };
  if (call != null)
    yield { call };
  yield { finish, timings, usage: { prompt_tokens: tokens.length, completion_tokens: count, total_tokens: tokens.length + count,
    prompt_tokens_details: { cached_tokens: timings.cache_n } } };
}

function sendJson(response, status, body) {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

async function readBody(request) {
  const chunks = [];
  for await (const chunk of request)
    chunks.push(chunk);
  return parses(Buffer.concat(chunks).toString("utf8"));
}

async function infill(body, response) {
  const { prefix, suffix, middle } = model.tokens.infill;
  if (body == null || typeof body.input_prefix !== "string" || typeof body.input_suffix !== "string")
    return sendJson(response, 400, { error: { message: "\"input_prefix\" and \"input_suffix\" are required", type: "invalid_request_error" } });

  let closed = false;
  response.on("close", () => { closed = true; });
  const others = asArray(body.input_extra).map(({ text }) => `${text}\n`).join("");
  const tokens = [prefix, ...model.tokenize(others + body.input_prefix), suffix, ...model.tokenize(body.input_suffix), middle];
  const timings = { predicted_n: 0 };
  const generated = [];
  let sent = "";
  let stopType = "eos";
  response.writeHead(200, { "content-type": "text/event-stream" });
  const say = (object) => response.write(`data: ${JSON.stringify(object)}\n\n`);
  for await (const token of write(tokens, { temperature: 0 }, timings)) {
    if (closed)
      return;
    generated.push(token);
    const text = model.detokenize(generated);
    if (!text.endsWith("\ufffd")) {
      say({ content: text.slice(sent.length), stop: false });
      sent = text;
    }
    if (generated.length >= Math.min(Number(body.n_predict) || MAX_TOKENS, MAX_TOKENS)) {
      stopType = "limit";
      break;
    }
  }
  say({ content: "", stop: true, stop_type: stopType, timings });
  response.end();
}

async function chat(body, response) {
  if (body == null || !Array.isArray(body.messages))
    return sendJson(response, 400, { error: { message: "no request that can be read", type: "invalid_request_error" } });

  let closed = false;
  response.on("close", () => { closed = true; });
  const write = (delta, finish = null, more = {}) => {
    if (!response.headersSent)
      response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`data: ${JSON.stringify({ id: "toy", object: "chat.completion.chunk", model: "toy",
      choices: [{ index: 0, delta, finish_reason: finish }], ...more })}\n\n`);
  };

  try {
    const messages = body.messages.map((message) => ({ ...message, content: message.content ?? "" }));
    const tools = body.tool_choice === "none" ? [] : asArray(body.tools);
    for await (const event of generate({
      messages: short ? shorten(messages) : messages,
      tools: short && tools.length > 0 ? KNOWN_TOOLS : tools,
      maxTokens: Math.min(Number(body.max_tokens) || MAX_TOKENS, MAX_TOKENS),
      temperature: Number(body.temperature) || 0,
      stopped: () => closed,
    })) {
      if (event.text != null) {
        write({ role: "assistant", content: event.text });
      } else if (event.call != null) {
        write({ tool_calls: [{ index: 0, id: "toy-call", type: "function", function: { name: event.call.name, arguments: "" } }] });
        write({ tool_calls: [{ index: 0, function: { arguments: JSON.stringify(event.call.arguments ?? {}) } }] });
      } else {
        write({}, event.finish);
        response.write(`data: ${JSON.stringify({ id: "toy", object: "chat.completion.chunk", choices: [], usage: event.usage, timings: event.timings })}\n\n`);
      }
    }
    response.end("data: [DONE]\n\n");
  } catch (error) {
    const details = { message: error.message, type: error.window ? "exceed_context_size_error" : "server_error", ...error.window };
    if (response.headersSent)
      response.end(`data: ${JSON.stringify({ error: details })}\n\n`);
    else
      sendJson(response, error.window ? 400 : 500, { error: details });
  }
}

/* One request at a time: there is one sequence. Whoever has gone meanwhile has no turn. */
let line = Promise.resolve();
const take = (serve) => async (request, response) => {
  const body = await readBody(request);
  line = line.then(async () => {
    if (response.destroyed)
      return;
    Object.assign(slot, { is_processing: true, next_token: [{ n_decoded: 0 }] });
    await serve(body, response);
  }).catch(() => response.destroy()).finally(() => { slot.is_processing = false; });
};
const takeChat = take(chat);
const takeInfill = take(infill);

const server = http.createServer((request, response) => {
  if (request.url === "/health")
    sendJson(response, 200, { status: "ok" });
  else if (request.url === "/v1/models")
    sendJson(response, 200, { object: "list", data: [{ id: "toy", object: "model", owned_by: "llamacpp", meta: { n_ctx_train: WINDOW } }] });
  else if (request.url === "/props")
    sendJson(response, 200, { default_generation_settings: { n_ctx: WINDOW } });
  else if (request.url === "/slots")
    sendJson(response, 200, [slot]);
  else if (request.url === "/v1/chat/completions" && request.method === "POST")
    takeChat(request, response);
  else if (request.url === "/infill" && request.method === "POST")
    takeInfill(request, response);
  else
    sendJson(response, 404, { error: { message: "no such path", type: "not_found_error" } });
});

if (process.env.TOY_SOCKET) {
  server.listen(process.env.TOY_SOCKET);
} else {
  server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
  process.stdin.on("end", () => process.exit(0)).resume();
}
