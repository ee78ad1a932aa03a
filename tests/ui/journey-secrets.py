# SPDX-License-Identifier: GPL-3.0-or-later
"""A person pastes a token into a question."""

import chat
import desktop
import tap
from enclave_window import EnclaveWindow
from journey import project
from scripted_server import ScriptedServer, calls, says
from tap import case

TOKEN = "gh" + "p_w7Kd02mQzR4tYb91LxVnC83sPeHj56GaUf0T"
QUESTION = f"Why is {TOKEN} refused?"
ROW = "1 secret masked: github-token"


def sent(server):
    return str(server.requests()[-1]["messages"])


@case("masked by Return, sent as it is by one click")
def masked_and_as_it_is():
    with project() as folder, ScriptedServer([says("It has expired."), says("Yes, it has.")]) as server, \
            EnclaveWindow(folder, settings=server.settings(), size=(1280, 800)) as window:
        chat.write(window, QUESTION)
        window.find(role="label", name=ROW)
        window.screenshot(tap.picture_name(""))
        window.key("Return")
        chat.wait_words(window, "Why is [secret masked: github-token] refused?")
        chat.wait_words(window, "It has expired.")
        chat.wait_idle(window)
        tap.check(TOKEN not in sent(server), "the token was sent")
        tap.check(not window.exists(role="label", name=ROW), "the row stays")

        chat.write(window, QUESTION)
        window.press("Send as it is", role="push button")
        chat.wait_words(window, QUESTION)
        window.wait_for(lambda: TOKEN in sent(server), what="the token sent")


VALUE = "Xq7-canary-0123456789"


@case("what a person selects in a denied file stays here, and what is pasted from it is masked")
def denied_selection():
    with project(_dot_env=f"TOKEN={VALUE}\n") as folder, ScriptedServer([says("I see none.")]) as server, \
            EnclaveWindow(folder, folder / ".env", settings=server.settings(), size=(1280, 800)) as window:
        editor = window.find(role="text", name="Editor")
        window.wait_for(lambda: VALUE in window.text_of(editor), what="the file in the editor")
        window.key("ctrl+2", "ctrl+a", "ctrl+l")
        window.wait_text("The selection is not shared with the agent.")
        window.wait_text("builtin:dotenv")
        window.screenshot(tap.picture_name("-selection"))
        window.key("ctrl+2", "ctrl+a", "ctrl+c", "ctrl+4", "ctrl+v")
        window.wait_for(lambda: VALUE in window.text_of(chat.message(window)), what="the text pasted")
        window.find(role="label", name="1 value of a denied file masked: builtin:dotenv")
        tap.check(not window.exists(role="push button", name="Send as it is"), "a denied value can be sent by a click")
        window.screenshot(tap.picture_name("-pasted"))
        window.key("Return")
        chat.wait_words(window, "I see none.")
        tap.check(VALUE not in sent(server), "the value was sent")
        tap.contains(sent(server), "value of a denied file masked", "what was sent")


@case("a file and the output of a command, sent without their secrets, are sent again by one click")
def file_as_it_is():
    # A value that is no word: words that other files of the project hold are not taken for secret.
    value = "Zk3vQ9xLr7TpW2mBd8Hc"
    text = f"port 80\nkey {TOKEN}\nvalue {value}\n"
    with project(_dot_env=f"TOKEN={value}\n", settings_dot_txt=text) as folder, \
            ScriptedServer([says("It is masked."), says("Now I see it."), calls("run_command", command="cat settings.txt"),
                            says("Masked as well."), says("I see that, too.")]) as server, \
            EnclaveWindow(folder, settings=server.settings(), size=(1280, 800)) as window:
        chat.say(window, "What is in @settings.txt?")
        chat.wait_words(window, "It is masked.")
        chat.wait_idle(window)
        tap.check(TOKEN not in sent(server), "the token was sent")
        window.screenshot(tap.picture_name(""))
        window.press("Send as it is", role="push button")
        chat.wait_words(window, "Now I see it.")
        tap.contains(sent(server), TOKEN, "what was sent")
        tap.check(value not in sent(server), "a value of a denied file was sent")

        chat.say(window, "Run it")
        chat.wait_question(window, "cat settings.txt")
        chat.answer(window, "Allow")
        chat.wait_words(window, "Masked as well.")
        chat.wait_idle(window)
        tap.equal(sent(server).count(TOKEN), 1, "how often the token was sent")
        window.click(window.find_all(role="push button", name="Send as it is")[-1])
        chat.wait_words(window, "I see that, too.")
        tap.equal(sent(server).count(TOKEN), 2, "how often the token was sent")
        tap.check(value not in sent(server), "a value of a denied file was sent")


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
