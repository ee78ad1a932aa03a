# SPDX-License-Identifier: GPL-3.0-or-later
"""The editor of a window, as the journeys look at it."""


def editor_of(window):
    return window.find(role="text", name="Editor")


def wait_editor(window, text):
    """Until the one that is shown holds @text."""
    window.wait_for(lambda: window.text_of(editor_of(window)) == text,
                    what=f"the editor to hold {text[:200]!r}, not {window.text_of(editor_of(window))[:200]!r}")
