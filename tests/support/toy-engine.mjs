// toy-engine.mjs
//
// SPDX-License-Identifier: GPL-3.0-or-later
//
// node toy-engine.mjs MODULES MODEL TEMPLATE [short]: a small model on the processor behind /health, /v1/models, /props and a
// streaming /v1/chat/completions with text and tool calls. MODULES is the folder that install-toy-engine.sh has filled.
// Prints `http://127.0.0.1:PORT` once it answers and ends with its standard input; where TOY_SOCKET names a socket it listens there
// instead and goes on, as a server that is started does.
//
// The model has a million weights and was trained on bare requests and four tools: an agent's own front is beyond it. With
// `short` it is shown of each request what it knows: no system text, the first line of what the user says, those tools.

import http from "node:http";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [modules, modelPath, templatePath, short] = process.argv.slice(2);
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

  await sequence.clearHistory();
  const evaluation = sequence.evaluate(tokens, { temperature, grammarEvaluationState: () => state });
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
  yield { finish, usage: { prompt_tokens: tokens.length, completion_tokens: count, total_tokens: tokens.length + count } };
}

function sendJson(response, status, body) {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

async function chat(request, response) {
  const chunks = [];
  for await (const chunk of request)
    chunks.push(chunk);
  const body = parses(Buffer.concat(chunks).toString("utf8"));
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
        response.write(`data: ${JSON.stringify({ id: "toy", object: "chat.completion.chunk", choices: [], usage: event.usage })}\n\n`);
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

/* One conversation at a time: there is one sequence. */
let line = Promise.resolve();

const server = http.createServer((request, response) => {
  if (request.url === "/health")
    sendJson(response, 200, { status: "ok" });
  else if (request.url === "/v1/models")
    sendJson(response, 200, { object: "list", data: [{ id: "toy", object: "model", owned_by: "llamacpp", meta: { n_ctx_train: WINDOW } }] });
  else if (request.url === "/props")
    sendJson(response, 200, { default_generation_settings: { n_ctx: WINDOW } });
  else if (request.url === "/v1/chat/completions" && request.method === "POST")
    line = line.then(() => chat(request, response)).catch(() => response.destroy());
  else
    sendJson(response, 404, { error: { message: "no such path", type: "not_found_error" } });
});

if (process.env.TOY_SOCKET) {
  server.listen(process.env.TOY_SOCKET);
} else {
  server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
  process.stdin.on("end", () => process.exit(0)).resume();
}
