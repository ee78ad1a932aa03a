# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the files beside the code: desktop entry, metainfo, settings, icons, templates, completions, man pages, po.

Prints TAP. A checker that is not installed is a case of its own, marked as skipped with the name of the program.
Arguments: source folder, the merged desktop file, the merged metainfo file, the option screenshots-url."""

import gettext
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as tree

source, desktop, metainfo = (pathlib.Path(argument) for argument in sys.argv[1:4])
pictures_url = sys.argv[4]
data = source / "data"
ICON_ELEMENTS = {"svg", "path", "circle", "rect", "title"}


class Skip(Exception):
    pass


def run(*command, **options):
    """Runs a checker; its words are the failure."""
    if shutil.which(command[0]) is None:
        raise Skip(f"{command[0]} is not installed")
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=60, check=False, **options)
    return done.returncode, done.stdout.strip()


def complain(*command, quiet=False, **options):
    status, words = run(*command, **options)
    if status != 0 or (quiet and words):
        yield f"{' '.join(pathlib.Path(str(part)).name for part in command)}: {words or status}"


def desktop_entry():
    yield from complain("desktop-file-validate", "--no-hints", desktop, quiet=True)


def desktop_names():
    text = desktop.read_text(encoding="utf-8")
    icon = re.search(r"^Icon=(.*)$", text, re.M).group(1)
    if icon != desktop.name.removesuffix(".desktop"):
        yield f"the icon {icon} is not named after the application"
    for place in ("scalable/apps/%s.svg", "symbolic/apps/%s-symbolic.svg"):
        if not (data / "icons" / "hicolor" / (place % icon)).is_file():
            yield f"{place % icon} is missing"


def metainfo_valid():
    yield from complain("appstreamcli", "validate", "--pedantic", "--no-net", metainfo)


def metainfo_with_pictures(folder):
    """The metainfo as a build with the option screenshots-url has it."""
    text = (data / f"{metainfo.name}.in").read_text(encoding="utf-8")
    for name, value in (("BEGIN", ""), ("END", ""), ("URL", "https://pictures.example/enclave")):
        text = text.replace(f"@SCREENSHOTS_{name}@", value)
    path = pathlib.Path(folder) / metainfo.name
    path.write_text(text, encoding="utf-8")
    return path


def metainfo_pictures():
    with tempfile.TemporaryDirectory() as folder:
        path = metainfo_with_pictures(folder)
        yield from complain("appstreamcli", "validate", "--pedantic", "--no-net", path)
        shots = tree.parse(path).findall("screenshots/screenshot")
    if len(shots) < 3 or sum(shot.get("type") == "default" for shot in shots) != 1:
        yield f"{len(shots)} screenshots, or not one default"
    named = {shot.find("image").text.rpartition("/")[2] for shot in shots}
    for name in sorted({path.name for path in (data / "screenshots").glob("*.png")} ^ named):
        yield f"{name} is only {'in the metainfo' if name in named else 'in data/screenshots'}"
    for shot in shots:
        name = shot.find("image").text.rpartition("/")[2]
        picture = data / "screenshots" / name
        if not picture.is_file() or picture.read_bytes()[:8] != b"\x89PNG\r\n\x1a\n":
            yield f"{name} is not in data/screenshots"
        elif struct.unpack(">II", picture.read_bytes()[16:24]) != (int(shot.find("image").get("width")), int(shot.find("image").get("height"))):
            yield f"{name} has another size than the metainfo says"
        if not (shot.findtext("caption") or "").strip():
            yield f"{name} has no caption"


def metainfo_addresses():
    """A software centre asks every address in the metainfo: none that nobody publishes on."""
    words = " ".join(tree.parse(metainfo).getroot().itertext())
    for address in re.findall(r"https?://\S+", words):
        if not pictures_url or not address.startswith(f"{pictures_url}/"):
            yield f"the metainfo of this build names {address}"


def settings():
    yield from complain("glib-compile-schemas", "--strict", "--dry-run", data, quiet=True)


def icons():
    files = sorted((data / "icons").rglob("*.svg"))
    if len(files) < 10:
        yield f"only {len(files)} icons"
    for path in files:
        found = {element.tag.rpartition("}")[2] for element in tree.parse(path).iter()}
        if not found <= ICON_ELEMENTS:
            yield f"{path.name} uses {sorted(found - ICON_ELEMENTS)}"
        # GTK recolours fills only, so a stroke would keep its colour on every ground.
        if path.name.endswith("-symbolic.svg") and "stroke" in path.read_text(encoding="utf-8"):
            yield f"{path.name} has a stroke"


def icon_resources():
    listing = tree.parse(data / "dev.enclave.Enclave.gresource.xml")
    named = {element.text for element in listing.iter("file") if "/" in element.text}
    there = {str(path.relative_to(data)) for ending in ("svg", "png") for path in (data / "icons").rglob(f"*.{ending}")}
    for path in sorted(named ^ there):
        yield f"{path} is only {'in the resource' if path in named else 'in the folder'}"
    drawn = {element.get("alias") for element in listing.iter("file")} - {None}
    for path in sorted((data / "icons/actions").glob("*.svg")):
        if f"16x16/actions/{path.stem}.symbolic.png" not in drawn:
            yield f"{path.name} is not drawn when the program is built"


def icons_used():
    """Icons of our own that the code names must exist; a misspelt name shows as a blank square."""
    own = {path.stem for path in (data / "icons").rglob("*.svg")}
    for path in sorted((source / "src").rglob("*")):
        if path.suffix in (".c", ".ui"):
            for name in re.findall(r"[\">](enclave-[a-z-]+-symbolic)[\"<]", path.read_text(encoding="utf-8")):
                if name not in own:
                    yield f"{path.relative_to(source)} names the icon {name}, which is not there"


def templates_well_formed():
    for path in sorted((source / "src").rglob("*.ui")):
        yield from complain("xmllint", "--noout", path)


def resources_well_formed():
    for path in sorted(source.rglob("*.gresource.xml")):
        if "build" not in path.relative_to(source).parts[0]:
            yield from complain("xmllint", "--noout", path)


def templates_listed():
    for path in sorted((source / "src").rglob("*.ui")):
        listings = list(path.parent.glob("*.gresource.xml"))
        if not any(path.name in listing.read_text(encoding="utf-8") for listing in listings):
            yield f"{path.relative_to(source)} is in no gresource of its folder"


def completion_bash():
    for path in sorted((data / "completions").glob("*.bash")):
        yield from complain("bash", "-n", path, quiet=True)


def completion_bash_offers():
    """The completion is asked, not only parsed."""
    questions = {
        "enclavectl doc": "doctor", "enclavectl ask --mo": "--mode", "enclavectl ask --mode pl": "plan",
        "enclavectl --json policy ch": "check", "enclavectl policy pi": "pins", "enclavectl mcp ru": "run",
        "enclavectl tool call read": "read_file", "enclave --ver": "--version",
    }
    for question, wanted in questions.items():
        program = question.split(maxsplit=1)[0]
        script = (f'source "$1"; COMP_WORDS=({question}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); '
                  f'compopt () {{ :; }}; _{program}; printf "%s\\n" "${{COMPREPLY[@]}}"')
        _, words = run("bash", "-c", script, "bash", data / "completions" / f"{program}.bash")
        if words.split() != [wanted]:
            yield f"“{question}” offers {words.split()}, not {wanted}"


def commands_of_program():
    """The names in the table of enclavectl's commands."""
    names = set()
    for path in (source / "src/ctl").glob("*.c"):
        names |= set(re.findall(r'^  \.name = "([a-z-]+)",$', path.read_text(encoding="utf-8"), re.M))
    # For a test suite, not for people.
    return names - {"mcp-conformance"}


def completion_complete():
    """Each shell knows each command."""
    for name in ("enclavectl.bash", "_enclavectl", "enclavectl.fish"):
        text = (data / "completions" / name).read_text(encoding="utf-8")
        for command in sorted(commands_of_program()):
            if not re.search(rf"(?<![a-z-]){command}(?![a-z-])", text):
                yield f"{name} does not know {command}"


def completion_fish_offers():
    """fish answers, not only parses."""
    with tempfile.TemporaryDirectory() as home:
        for question, wanted in (("enclavectl policy p", "pins"), ("enclavectl update v", "verify"), ("enclavectl ask --mode pl", "plan"),
                                 ("enclavectl mcp ru", "run")):
            _, words = run("fish", "--no-config", "-c", f'source {data / "completions" / "enclavectl.fish"}; complete -C "{question}"',
                           env=dict(os.environ, HOME=home))
            if wanted not in [line.split("\t")[0] for line in words.splitlines()]:
                yield f"“{question}” offers {words.split()}, not {wanted}"


def help_keys():
    """Keys that the help names are keys of the table, and pages are all in the program."""
    table = (source / "src/ui/widgets/enclave-action-table.c").read_text(encoding="utf-8")
    names = {"grave": "`", "question": "?", "slash": "/", "Return": "Enter", "comma": ",", "period": ".", "plus": "+", "minus": "-"}
    known = set()
    for keys in re.findall(r'^  \{ "[^"]+", "([^"]*)"', table, re.M):
        for key in keys.split():
            parts = [part.replace("Control", "Ctrl") for part in re.findall(r"<(\w+)>", key)]
            last = re.sub(r"<\w+>", "", key)
            known.add("+".join([*sorted(parts, key=["Ctrl", "Alt", "Shift"].index), names.get(last, last.upper() if len(last) == 1 else last)]))
    pages = sorted((data / "help").glob("*.md"))
    if len(pages) != 10:
        yield f"{len(pages)} pages of help"
    listed = {element.text for element in tree.parse(data / "help/enclave-help.gresource.xml").iter("file")}
    window = (source / "src/ui/help/enclave-help-window.c").read_text(encoding="utf-8")
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for key in re.findall(r"\*\*([^*]+)\*\*", text):
            if key not in known:
                yield f"{page.name} names {key}, which is no key of the program"
        if page.name not in listed or f'"{page.name}"' not in window:
            yield f"{page.name} is not in the program"


# Not to be done by themselves: they need what was clicked, or stand for another name of what is in the table.
WITHOUT_A_ROW = {
    "app": {"new-window"},
    "chat": {"apply-block", "conversations", "edit-message", "edit-rule", "enter-address", "focus-approval", "focus-message", "go-on",
             "insert-text", "list-end", "list-start", "open-file", "redo-turn", "retry", "retry-servers", "review", "run-in-terminal",
             "show-rule", "stop", "take-tour", "undo-turn-of"},
    "editor": {"close", "indentation", "insert-snippet", "line-ends", "read-as", "show-tab", "step-back", "write-as"},
    "files": {"dismiss", "menu"},
    "review": {"undo-turn"},
    "terminal": {"new-of-profile", "restart"},
    "win": {"open-file", "open-link", "type-in-new-terminal", "undo-history", "undo-turn"},
}
ACTION_FILES = {"app": "enclave-application.c", "chat": "chat/*.c", "editor": "editor/*.c", "files": "files/*.c", "language": "language/*.c",
                "review": "review/*.c", "terminal": "terminal/*.c", "win": "enclave-window*.c"}


def actions_in_table():
    """What can be done stands in the table, from which all commands, the shortcuts and the choice of keys are made."""
    ui = source / "src/ui"
    table = (ui / "widgets/enclave-action-table.c").read_text(encoding="utf-8")
    for group, files in ACTION_FILES.items():
        rows = set(re.findall(rf'\{{ "{group}\.([a-z-]+)', table))
        text = "".join(path.read_text(encoding="utf-8") for path in sorted(ui.glob(files)))
        names = set(re.findall(r'\{ "([a-z-]+)", *(?:NULL, *)*(?:"false", *)?[a-z_]+_cb\b', text))
        names |= set(re.findall(rf'install_action \(widget_class, "{group}\.([a-z-]+)"', text))
        if not names:
            yield f"no action of {group} was found"
        apart = WITHOUT_A_ROW.get(group, set())
        for name in sorted(names - rows - apart):
            yield f"{group}.{name} is not in the table of actions"
        for name in sorted(apart - names | apart & rows):
            yield f"{group}.{name} needs no exception any more"


def completion_zsh():
    for path in sorted((data / "completions").glob("_*")):
        yield from complain("zsh", "-n", path, quiet=True)


def completion_fish():
    with tempfile.TemporaryDirectory() as home:
        for path in sorted((data / "completions").glob("*.fish")):
            yield from complain("fish", "-n", path, quiet=True, env=dict(os.environ, HOME=home))


def manual_pages():
    for path in sorted((data / "man").glob("*.[17]")):
        yield from complain("mandoc", "-T", "lint", "-W", "warning", path, quiet=True)


def manual_pages_named():
    for path in sorted((data / "man").glob("*.1")):
        text = path.read_text(encoding="utf-8")
        if f".TH {path.stem.upper()} 1" not in text or f".SH NAME\n{path.stem} \\- " not in text:
            yield f"{path.name} does not name itself"
        version = re.search(r"version: '([^']+)'", (source / "meson.build").read_text(encoding="utf-8")).group(1)
        if f'"Enclave {version}"' not in text:
            yield f"{path.name} is not of version {version}"


def versions():
    version = re.search(r"version: '([^']+)'", (source / "meson.build").read_text(encoding="utf-8")).group(1)
    newest = tree.parse(metainfo).find("releases/release").get("version")
    if newest != version:
        yield f"the newest release in the metainfo is {newest}, the version {version}"


def po_listed():
    for line in (source / "po" / "POTFILES.in").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#") and not (source / line).is_file():
            yield f"po/POTFILES.in names {line}, which is not there"


KEYWORDS = ("_", "N_", "C_:1c,2", "NC_:1c,2", "ngettext:1,2", "g_dngettext:2,3")


def extract(folder):
    """The template of all texts, and what is wrong with them."""
    template = pathlib.Path(folder) / "enclave.pot"
    return template, complain("xgettext", "--from-code=UTF-8", *(f"--keyword={word}" for word in KEYWORDS),
                              "--files-from=po/POTFILES.in", f"--output={template}", quiet=True, cwd=source)


def po_extracted():
    with tempfile.TemporaryDirectory() as folder:
        template, problems = extract(folder)
        yield from problems
        # A format that a macro goes on with is cut there: nobody can translate it. PRIu64 and its like are known.
        for cut in re.findall(r'^msgid "(.*(?<!%)%)"$', template.read_text(encoding="utf-8"), re.M):
            yield f"the text {cut!r} ends within a format"
        yield from complain("msgfmt", "--check-format", "--output-file=/dev/null", template)


def po_complete():
    """A text without its translation stands in the window in English, between others."""
    with tempfile.TemporaryDirectory() as folder:
        template, problems = extract(folder)
        yield from problems
        for path in sorted((source / "po").glob("*.po")):
            yield from complain("msgcmp", path, template)


def po_languages():
    listed = {line.strip() for line in (source / "po" / "LINGUAS").read_text(encoding="utf-8").splitlines()
              if line.strip() and not line.startswith("#")}
    there = {path.stem for path in (source / "po").glob("*.po")}
    for language in sorted(listed ^ there):
        yield f"{language} is only {'in LINGUAS' if language in listed else 'a file'}"
    for language in sorted(there):
        yield from complain("msgfmt", "--check", "--output-file=/dev/null", source / "po" / f"{language}.po")


def menu_labels(menu):
    """The labels that are shown together: those of sections, without those of menus within."""
    for part in menu:
        if part.tag == "section":
            yield from menu_labels(part)
        elif part.tag in ("item", "submenu"):
            yield from (attribute.text for attribute in part if attribute.tag == "attribute" and attribute.get("name") == "label")


def menu_letters():
    """Of two items with one letter the key only goes from one to the other."""
    translations = {"en": gettext.NullTranslations()}
    with tempfile.TemporaryDirectory() as folder:
        for path in sorted((source / "po").glob("*.po")):
            compiled = pathlib.Path(folder) / f"{path.stem}.mo"
            yield from complain("msgfmt", f"--output-file={compiled}", path)
            with compiled.open("rb") as file:
                translations[path.stem] = gettext.GNUTranslations(file)
    n_menus = 0
    for path in sorted((source / "src/ui").rglob("*.ui")):
        for menu in (part for part in tree.parse(path).iter() if part.tag in ("menu", "submenu")):
            n_menus += 1
            for language, translation in translations.items():
                taken = {}
                for label in map(translation.gettext, menu_labels(menu)):
                    for letter in re.findall("_(.)", label)[:1]:
                        first = taken.setdefault(letter.lower(), label)
                        if first is not label:
                            yield f"{path.name}, {language}: {first!r} and {label!r} have one letter"
    if n_menus < 4:
        yield f"only {n_menus} menus were found"


def shell_of(path):
    """The shell that a script asks for; what a terminal's shell reads asks for none, and is of the shell that it is named after."""
    if path.parent == data / "shell-integration":
        return path.stem
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    return "bash" if re.match(r"#!.*\bbash\b", first) else "sh"


def shell_scripts():
    for path in sorted(source.rglob("*.sh")):
        if not path.relative_to(source).parts[0].startswith("build") and shell_of(path) == "sh":
            yield from complain("sh", "-n", path, quiet=True)


def bash_scripts():
    found = [path for path in sorted(source.rglob("*.sh"))
             if not path.relative_to(source).parts[0].startswith("build") and shell_of(path) == "bash"]
    if data / "shell-integration" / "bash.sh" not in found:
        yield "bash.sh of the shell integration is not looked at"
    for path in found:
        yield from complain("bash", "-n", path, quiet=True)


def integration(shell, *options):
    """What a terminal's shell reads parses in that shell."""
    def check():
        files = sorted((data / "shell-integration").glob(f"*.{shell}"))
        if not files:
            yield f"there is no file for {shell}"
        with tempfile.TemporaryDirectory() as home:
            for path in files:
                yield from complain(shell, *options, "-n", path, quiet=True, env=dict(os.environ, HOME=home))
    return check


def luminance(colour):
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    return sum(weight * (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4)
               for weight, part in zip((0.2126, 0.7152, 0.0722), parts))


def contrast(first, second):
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def code_colours():
    """Text of code can be read: 4.5:1, and 7:1 where high contrast is promised; the plain schemes have no colour of text at
    all, which a screen reader would end the window for."""
    schemes = sorted((data / "styles").glob("*.xml"))
    if len(schemes) != 6:
        yield f"{len(schemes)} schemes, not six"
    for scheme in schemes:
        styles = {style.get("name"): style for style in tree.parse(scheme).getroot().iter("style")}
        plain = "plain" in scheme.stem
        least = 7 if "contrast" in scheme.stem else 4.5
        page = styles["text"].get("background") if "text" in styles else None
        page = page or ("#000000" if "dark" in scheme.stem else "#ffffff")
        for name, style in styles.items():
            text = style.get("foreground")
            if text is None or name == "draw-spaces":
                continue
            if plain and ":" in name:
                yield f"{scheme.stem}: {name} has a colour"
            behind = style.get("background") or page
            if not plain and contrast(text, behind) < least:
                yield f"{scheme.stem}: {name} has {contrast(text, behind):.1f}:1"


checks = [
    ("the desktop entry is valid", desktop_entry),
    ("the desktop entry finds its icons", desktop_names),
    ("the metainfo is valid", metainfo_valid),
    ("the metainfo is valid with its pictures, which are there", metainfo_pictures),
    ("the metainfo names no address but that of its pictures", metainfo_addresses),
    ("the settings compile", settings),
    ("icons are plain shapes", icons),
    ("icons are all in the program", icon_resources),
    ("icons named in the code exist", icons_used),
    ("templates are well-formed", templates_well_formed),
    ("resource lists are well-formed", resources_well_formed),
    ("templates are in the program", templates_listed),
    ("completion of bash parses", completion_bash),
    ("completion of bash offers what it should", completion_bash_offers),
    ("completions know every command", completion_complete),
    ("completion of fish offers what it should", completion_fish_offers),
    ("help names keys that there are", help_keys),
    ("all that can be done is in the table of actions", actions_in_table),
    ("completion of zsh parses", completion_zsh),
    ("completion of fish parses", completion_fish),
    ("manual pages are correct", manual_pages),
    ("manual pages name themselves and the version", manual_pages_named),
    ("the newest release is this version", versions),
    ("files to translate exist", po_listed),
    ("text can be extracted and its formats hold", po_extracted),
    ("translations are complete in form", po_languages),
    ("translations say all that the program says", po_complete),
    ("items of a menu have letters of their own", menu_letters),
    ("shell scripts parse", shell_scripts),
    ("scripts of bash parse, and what a terminal's bash reads", bash_scripts),
    ("what a terminal's zsh reads parses", integration("zsh", "-f")),
    ("what a terminal's fish reads parses", integration("fish", "--no-config")),
    ("the colours of code can be read", code_colours),
]
print(f"1..{len(checks)}")
failed = False
for index, (title, check) in enumerate(checks, 1):
    try:
        problems = list(check())
    except Skip as reason:
        print(f"ok {index} - {title} # SKIP {reason}")
        continue
    for problem in problems:
        for line in problem.splitlines():
            print(f"# {line}")
    print(f"{'not ok' if problems else 'ok'} {index} - {title}", flush=True)
    failed |= bool(problems)
sys.exit(1 if failed else 0)
