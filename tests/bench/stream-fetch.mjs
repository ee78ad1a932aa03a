// stream-fetch.mjs
//
// SPDX-License-Identifier: GPL-3.0-or-later
//
// node stream-fetch.mjs ADDRESS: reads one streamed reply with fetch, as clients in JavaScript do: decode, split, parse, take the text.
// Prints the seconds of processor time that it took, events and characters.

const begun = process.cpuUsage();
const response = await fetch(`${process.argv[2]}/v1/chat/completions`, { method: "POST", body: "{}",
  headers: { "content-type": "application/json" } });
const decoder = new TextDecoder();
let rest = "";
let events = 0;
let length = 0;
for await (const chunk of response.body) {
  const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
  rest = lines.pop();
  for (const line of lines) {
    if (!line.startsWith("data: ") || line === "data: [DONE]")
      continue;
    const text = JSON.parse(line.slice(6)).choices?.[0]?.delta?.content;
    if (text) {
      events++;
      length += text.length;
    }
  }
}
const took = process.cpuUsage(begun);
console.log(`${((took.user + took.system) / 1e6).toFixed(6)} ${events} ${length}`);
