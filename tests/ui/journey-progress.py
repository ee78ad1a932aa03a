# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person is told before the first word of a reply, while it is written, and after."""

import os
import pathlib
import re
import time

import chat
import desktop
import tap
from enclave_window import EnclaveWindow
from journey import project
from scripted_server import ScriptedServer, says
from tap import case

MODELS = [{"id": "qwen2.5-coder:14b", "context": 32768}]
QUESTION = "test_wraparound fails once the buffer is full. Find out why and fix it."
BUSY = {"json": [{"id": 0, "is_processing": True, "n_ctx": 32768, "next_token": [{"n_decoded": 40}]}]}
LOADING = {"status": 503, "json": {"error": {"code": 503, "type": "unavailable_error", "message": "Loading model"}}}
USAGE = {"json": {"choices": [], "usage": {"prompt_tokens": 8214, "completion_tokens": 60,
                                          "prompt_tokens_details": {"cached_tokens": 3120}},
                  "timings": {"predicted_per_second": 41.2, "prompt_per_second": 990.0}}}
SIGN_MS = 200


def reading(*, hold_ms=60000):
    return {"events": [{"progress": {"total": 8214, "cache": 3120, "processed": 3120}}, {"delay_ms": 300},
                       {"progress": {"total": 8214, "cache": 3120, "processed": 4100}}, {"delay_ms": 300},
                       {"progress": {"total": 8214, "cache": 3120, "processed": 5090}}, {"delay_ms": hold_ms},
                       {"text": "Read."}]}


def server_with(*replies, **script):
    return ScriptedServer(replies, listing=script.pop("listing", "llamacpp"), models=MODELS, **script)


def wait_model(window):
    window.find(role="label", name=re.compile("^qwen2.5-coder"), timeout=20)


@case("a sign of life right after Send, whatever the server does")
def first_sign():
    best = 60000
    with project() as folder, server_with({"hang": "head"}) as server, \
            EnclaveWindow(folder, settings=server.settings()) as window:
        wait_model(window)
        # the best of three: what other programs take from the machine is not the window's
        for _ in range(3):
            chat.write(window, "Hello")
            listed = window.find(role="list", name="Messages", showing=False)
            sent = time.monotonic()
            window.key("Return")
            while "Reading the prompt" not in window.all_text(listed):
                tap.check(time.monotonic() - sent < 5, "no sign of life")
            best = min(best, (time.monotonic() - sent) * 1000)
            window.press("Stop", role="push button")
            chat.wait_idle(window)
            window.press("New conversation", role="push button")
            window.wait_for(lambda: "Hello" not in window.all_text(listed), what="an empty conversation")
        tap.note(f"the first sign of life {best:.0f} ms after the key, the walk through the window included")
        tap.check(best < SIGN_MS, f"the first sign of life took {best:.0f} ms")


@case("how far the server has read, and at the end what it took")
def told():
    reply = reading(hold_ms=500)
    reply["events"].append(USAGE)
    with project() as folder, server_with(reply) as server, EnclaveWindow(folder, settings=server.settings()) as window:
        wait_model(window)
        chat.say(window, QUESTION)
        chat.wait_words(window, "Reading 8214 tokens")
        chat.wait_words(window, "5090 read, 3120 of them cached")
        tap.check(re.search(r"about \d+ s", chat.words(window)), chat.words(window))
        chat.wait_words(window, "41 tokens/s · 8214 tokens read, 3120 of them cached")


@case("the server writes to somebody else")
def other_request():
    with project() as folder, \
            server_with({"head_delay_ms": 3000, "events": [{"text": "Now."}]}, routes={"/slots": BUSY}) as server, \
            EnclaveWindow(folder, settings=server.settings()) as window:
        wait_model(window)
        chat.say(window, "Hello")
        chat.wait_words(window, "Waiting for another request")
        chat.wait_words(window, "Now.")
        tap.check("Waiting for" not in chat.words(window), chat.words(window))


@case("the model is being loaded, and then it answers")
def loading():
    with project() as folder, server_with(LOADING, LOADING, says("Here I am.")) as server, \
            EnclaveWindow(folder, settings=server.settings()) as window:
        wait_model(window)
        chat.say(window, "Hello")
        chat.wait_words(window, "Loading model")
        chat.wait_words(window, "Here I am.")
        tap.equal(len(server.requests()), 3, "requests")


@case("a thought whose opening tag the template has written is a thought")
def closed_only():
    events = [{"text": "The user wants a greeting.\n"}, {"text": "I greet.\n</th"}, {"text": "ink>\n\nGood morning."}]
    with project() as folder, server_with({"events": events, "pace_ms": 100}) as server, \
            EnclaveWindow(folder, settings=server.settings()) as window:
        wait_model(window)
        chat.say(window, "Hello")
        chat.wait_words(window, "Good morning.")
        chat.wait_idle(window)
        words = chat.words(window)
        tap.contains(words, "Thinking")
        tap.check("</think>" not in words and "I greet." not in words, words)


@case("reading ahead: after a model was chosen, once, and not when it is switched off")
def warm_up():
    for switch, wanted in (("true", 1), ("false", 0)):
        with project() as folder, \
                server_with({"events": [{"text": "x"}]}, says("Hello you."),
                            routes={"/slots": {"json": [{"id": 0, "is_processing": False}]}}) as server, \
                EnclaveWindow(folder, settings=server.settings(**{"warm-up": switch})) as window:
            wait_model(window)
            if wanted:
                window.wait_for(lambda: len(server.requests()) == 1, what="the front to be read ahead")
            time.sleep(3)
            tap.equal([request.get("max_tokens") for request in server.requests()], [1] * wanted, "requests")
            tap.check("x" not in chat.words(window).split() if window.exists(role="list", name="Messages") else True,
                      "what was read ahead shows")


@case("a21: the window is closed while the model writes, and both are free within a second")
def closed():
    flood = {"events": [{"flood": {"text": "word ", "count": 0, "per_second": 200}}]}
    with project() as folder, server_with(flood) as server, \
            EnclaveWindow(folder, settings=server.settings()) as window:
        wait_model(window)
        chat.say(window, "Talk")
        chat.wait_words(window, "word word")
        begun = time.monotonic()
        tap.equal(window.quit(), 0, "exit status")
        took = time.monotonic() - begun
        tap.note(f"closed in {took * 1000:.0f} ms")
        tap.check(took < 1.5, f"closing took {took:.1f} s")
        tap.check(any(entry.get("how") == "disconnected" for entry in server.log()), "the server writes on")


@case("pictures: reading, waiting, loading, writing, the end; light, dark and narrow")
def pictures():
    out = pathlib.Path(os.environ["ENCLAVE_TEST_OUTPUT"])
    out.mkdir(parents=True, exist_ok=True)
    writing = {"events": [{"text": "After the wrap `head` is smaller than `tail`. In `ring_length()` the subtraction then "
                                   "underflows, so that the buffer is taken for full.", "words": True}],
               "pace_ms": 30, "hang": "body"}
    end = {"events": [{"text": "After the wrap `head` is smaller than `tail`."}, USAGE]}
    states = [("reading", [reading()], {}, "5090 read"),
              ("waiting", [{"hang": "head"}], {"routes": {"/slots": BUSY}}, "Waiting for another request"),
              ("loading", [LOADING], {}, "Loading model"),
              ("writing", [writing], {}, "Writing ·"),
              ("end", [end], {}, "of them cached")]
    views = (("light", (1280, 800)), ("dark", (1280, 800)), ("light", (700, 600)))
    for style, size in views if tap.wants_all_pictures() else views[:1]:
        for name, replies, script, words in states:
            with project() as folder, server_with(*replies, **script) as server, \
                    EnclaveWindow(folder, size=size,
                                  settings=server.settings(**{"style-variant": f"'{style}'"})) as window:
                if size[0] > 1000:
                    wait_model(window)
                else:
                    time.sleep(2)
                chat.say(window, QUESTION)
                chat.wait_words(window, words)
                time.sleep(0.6)
                window.screenshot(out / f"progress-{name}-{style}{'' if size[0] > 1000 else '-narrow'}.png")


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
