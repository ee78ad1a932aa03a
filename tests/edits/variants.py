# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways in which a model writes an edit, and in which the file is not what it thinks. Each function takes a Commit and a
random source and returns the parts of a case, or None where the commit does not lend itself to it. The bytes that must come
out are made from the commit's two versions of the file, never by the applier."""

import json

from replies import Group, blocks, diff, fence, language_of, prose, whole_file

NEAR = 8        # lines between an edit and what a user changed meanwhile
SHORT_FILE = 200


class Commit:
    def __init__(self, project, commit, changes):
        self.project, self.commit = project, commit
        self.changes = [change for change in changes if change.before is not None]
        self.created = [change for change in changes if change.before is None]

    def before(self):
        return {change.path: change.before for change in self.changes}

    def after(self):
        return {change.path: change.after for change in self.changes}


def case(reply, files, expected, **more):
    result = {'reply': reply, 'files': files, 'expected': expected, 'seen': {}, 'channel': 'reply', 'fallback': None,
              'flag': False, 'hostile': False, 'diff': None}
    result.update(more)
    if result['hostile']:
        result['expected'] = files
    return result


def text_lines(data):
    return data.decode('utf-8').split('\n')[:-1] if data.endswith(b'\n') else data.decode('utf-8').split('\n')


def joined(lines):
    return ('\n'.join(lines) + '\n').encode('utf-8')


def is_telling(line):
    return sum(c.isalnum() for c in line) >= 4


def count(lines, part):
    return sum(lines[i:i + len(part)] == part for i in range(len(lines) - len(part) + 1)) if part else 0


def groups_of(change, context=3, unique=True):
    """The edit as a model would cut it: some lines around, and more until it stands once in the file."""
    lines = text_lines(change.before)
    edits = [(first, end, [line.decode('utf-8').rstrip('\n') for line in new]) for first, end, new in change.changes]
    while True:
        result = []
        for first, end, new in edits:
            start, stop = max(0, first - context), min(len(lines), end + context)
            if result and start <= result[-1].end:
                result[-1].extend(lines, first, end, new, stop)
            else:
                result.append(Group(lines, start, first, end, new, stop))
        if not unique or all(count(lines, group.old()) == 1 and any(map(is_telling, group.old())) for group in result):
            return result
        context += 2
        if context > 40:
            return None


def all_groups(commit, **options):
    result = {change.path: groups_of(change, **options) for change in commit.changes}
    return result if result and all(result.values()) else None


def damaged(commit, damage, context=3):
    """The groups with damage() done to each of their lines, and whether that changed an old one."""
    groups = all_groups(commit, context=context)
    if groups is None:
        return None, False
    hit = False
    for parts in groups.values():
        for group in parts:
            # Where no line of the file shows the damage, nobody could undo it.
            ops = group.ops
            if group.map(damage):
                hit = True
            else:
                group.ops = ops
    return groups, hit


# --- The edit as it should be ---


def exact_diff(commit, random):
    groups = all_groups(commit)
    return groups and case(prose(random, fence('diff', diff(groups))), commit.before(), commit.after(), diff=diff(groups))


def bare_diff(commit, random):
    groups = all_groups(commit)
    return groups and case(diff(groups), commit.before(), commit.after(), channel='apply_patch', diff=diff(groups))


def wrong_numbers(commit, random):
    groups = all_groups(commit)
    text = groups and diff(groups, shift=random.randint(3, 400), counts=random.choice([True, False]))
    return groups and case(prose(random, fence('diff', text)), commit.before(), commit.after(), diff=text)


def search_blocks(commit, random):
    groups = all_groups(commit, context=random.randint(1, 4))
    return groups and case(prose(random, blocks(groups, random)), commit.before(), commit.after(), diff=diff(groups))


def edit_tool(commit, random):
    groups = all_groups(commit, context=random.randint(1, 3))
    if groups is None or len(groups) != 1 or len(list(groups.values())[0]) != 1:
        return None
    path, (group,) = list(groups.items())[0]
    end = random.choice(['', '\n']) if group.old() and group.new() else '\n'
    if not all(any(map(str.strip, part)) for part in (group.old(), group.new())) or not group.new()[-1].strip() or \
            not group.old()[-1].strip():
        return None
    arguments = {'path': path, 'old_text': '\n'.join(group.old()) + end, 'new_text': '\n'.join(group.new()) + end}
    if text_lines(commit.changes[0].before).count(arguments['old_text']) > 1 or \
            commit.changes[0].before.decode('utf-8').count(arguments['old_text']) != 1:
        return None
    return case(json.dumps(arguments), commit.before(), commit.after(), channel='edit_file', diff=diff(groups))


def whole(commit, random):
    changes = [change for change in commit.changes if len(text_lines(change.after)) <= SHORT_FILE]
    if len(changes) != len(commit.changes) or not changes:
        return None
    if any('```' in change.after.decode('utf-8') for change in changes):
        return None
    text = '\n\n'.join(whole_file(change.path, change.after.decode('utf-8'), random) for change in changes)
    return case(prose(random, text, decoys=True), commit.before(), commit.after(), seen=commit.before(), diff=None)


def open_file(commit, random):
    """A block without a name is for the file that the user looks at."""
    if len(commit.changes) != 1 or len(text_lines(commit.changes[0].after)) > SHORT_FILE:
        return None
    change = commit.changes[0]
    if '```' in change.after.decode('utf-8') or not language_of(change.path):
        return None
    text = fence(language_of(change.path), change.after.decode('utf-8'))
    return case(prose(random, text, paths=False), commit.before(), commit.after(), seen=commit.before(), fallback=change.path)


def new_files(commit, random):
    created = [change for change in commit.created if '```' not in change.after.decode('utf-8')]
    groups = all_groups(commit) if commit.changes else {}
    if not created or groups is None or any(not change.after.endswith(b'\n') for change in created):
        return None
    text = '\n\n'.join([blocks(groups, random)] * bool(groups) +
                       [whole_file(change.path, change.after.decode('utf-8'), random) for change in created])
    expected = commit.after()
    expected.update({change.path: change.after for change in created})
    files = commit.before()
    files.update({change.path: None for change in created})
    return case(prose(random, text), files, expected)


# --- Not to the letter ---


def crlf(commit, random):
    groups = all_groups(commit)
    if groups is None or any(b'\r' in data for data in [*commit.before().values(), *commit.after().values()]):
        return None

    def dos(files):
        return {path: data.replace(b'\n', b'\r\n') for path, data in files.items()}

    text = random.choice([blocks(groups, random), fence('diff', diff(groups))])
    return case(prose(random, text), dos(commit.before()), dos(commit.after()), flag=True, diff=diff(groups))


def trailing_blanks(commit, random):
    groups, hit = damaged(commit, lambda line, kind: line + random.choice(['', ' ', '  ', '\t']) if kind != '+' else line)
    text = hit and random.choice([blocks(groups, random), fence('diff', diff(groups))])
    return hit and case(prose(random, text), commit.before(), commit.after(), flag=True, diff=diff(groups))


def moved_left(commit, random):
    """The piece at the left margin, as models write what they took out of a block."""
    groups = all_groups(commit, context=random.randint(1, 2))
    hit = False
    for parts in (groups or {}).values():
        for group in parts:
            margin = min((line[:len(line) - len(line.lstrip())] for _, line in group.ops if line.strip()), key=len, default='')
            if not margin or not all(line.startswith(margin) for _, line in group.ops if line.strip()):
                continue
            if any(line.strip() and line[len(margin):] != line.lstrip() for _, line in group.ops) or len(group.ops) > 1:
                hit = group.map(lambda line, kind, margin=margin: line[len(margin):] if line.strip() else line) or hit
    text = hit and random.choice([blocks(groups, random), fence('diff', diff(groups))])
    return hit and case(prose(random, text), commit.before(), commit.after(), flag=True, diff=diff(groups))


def moved_right(commit, random):
    margin = random.choice(['  ', '    ', '\t'])
    groups, hit = damaged(commit, lambda line, kind: margin + line if line.strip() else line)
    text = hit and random.choice([blocks(groups, random), fence('diff', diff(groups))])
    return hit and case(prose(random, text), commit.before(), commit.after(), flag=True, diff=diff(groups))


def blanks_for_tabs(commit, random):
    groups = all_groups(commit)
    mixed = False
    for parts in (groups or {}).values():
        for group in parts:
            for _, line in group.ops:
                indentation = line[:len(line) - len(line.lstrip())]
                if (not line.strip() and line) or ' \t' in indentation or ' ' * 8 in indentation:
                    return None
                mixed = mixed or ' ' in indentation
    # Where a file has both, a tab is eight columns.
    width = 8 if mixed else random.choice([4, 8])

    def expand(line, kind):
        return line[:len(line) - len(line.lstrip())].expandtabs(width) + line.lstrip() if line.strip() else line

    groups, hit = damaged(commit, expand)
    text = hit and random.choice([blocks(groups, random), fence('diff', diff(groups))])
    return hit and case(prose(random, text), commit.before(), commit.after(), flag=True, diff=diff(groups))


def tabs_for_blanks(commit, random):
    width = random.choice([4, 2])

    def unexpand(line, kind):
        blanks = len(line) - len(line.lstrip(' '))
        return '\t' * (blanks // width) + line[blanks - blanks % width:]

    groups = all_groups(commit)
    for parts in (groups or {}).values():
        for group in parts:
            if any('\t' in line[:len(line) - len(line.lstrip())] or (line and not line.strip()) for _, line in group.ops):
                return None
    groups, hit = damaged(commit, unexpand)
    text = hit and random.choice([blocks(groups, random), fence('diff', diff(groups))])
    return hit and case(prose(random, text), commit.before(), commit.after(), flag=True, diff=diff(groups))


def blank_lines(commit, random):
    """Blank lines of the context left out or doubled, away from what is added."""
    groups = all_groups(commit, context=6)
    hit = False
    for parts in (groups or {}).values():
        for group in parts:
            hit = group.change_blank_lines(random) or hit
    return hit and case(prose(random, blocks(groups, random)), commit.before(), commit.after(), flag=True, diff=diff(groups))


# --- The file is not what the model saw ---


def insertion(commit, random, lines):
    """The versions before and after with the same lines of a user in both, away from the edit. None where there is no room."""
    before, after = commit.before(), commit.after()
    for change in commit.changes:
        old = text_lines(change.before)
        free = [n for n in range(len(old) + 1) if all(n < first - NEAR or n > end + NEAR for first, end, _ in change.changes)]
        if not free or not change.before.endswith(b'\n') or not change.after.endswith(b'\n'):
            return None
        at = random.choice(free)
        moved = at + sum(len(new) - (end - first) for first, end, new in change.changes if end <= at)
        new = text_lines(change.after)
        before[change.path] = joined(old[:at] + lines + old[at:])
        after[change.path] = joined(new[:moved] + lines + new[moved:])
    return before, after


def shifted(commit, random):
    groups = all_groups(commit)
    both = groups and insertion(commit, random, [f'user line {n} {random.random()}' for n in range(random.randint(1, 60))])
    text = both and random.choice([fence('diff', diff(groups)), blocks(groups, random)])
    return both and case(prose(random, text), both[0], both[1], seen=commit.before(), diff=diff(groups))


def stale_elsewhere(commit, random):
    """The user changed another place since the model read the file: both changes are to be there."""
    groups = all_groups(commit, context=2)
    both = groups and insertion(commit, random, [f'/* changed meanwhile {random.random()} */'])
    return both and case(prose(random, blocks(groups, random)), both[0], both[1], seen=commit.before(), diff=diff(groups))


def duplicate(commit, random):
    """A copy of the changed lines elsewhere; what the model gives around them tells the right place."""
    if len(commit.changes) != 1:
        return None
    groups = groups_of(commit.changes[0], context=0, unique=False)
    core = groups[0].old()
    wide = groups_of(commit.changes[0])
    if not any(map(is_telling, core)) or wide is None:
        return None
    both = insertion(commit, random, core)
    if both is None:
        return None
    path = commit.changes[0].path
    lines = text_lines(both[0][path])
    if any(count(lines, group.old()) != 1 for group in wide) or count(lines, core) < 2:
        return None
    text = random.choice([fence('diff', diff({path: wide}, shift=random.choice([0, 40]))), blocks({path: wide}, random)])
    return case(prose(random, text), both[0], both[1], diff=diff({path: wide}))


# --- Lines left out ---


def elided_block(commit, random):
    """Two changes of one file in one block, with a mark for what lies between."""
    if len(commit.changes) != 1:
        return None
    groups = groups_of(commit.changes[0])
    if groups is None or len(groups) < 2:
        return None
    at = random.randrange(len(groups) - 1)
    mark = random.choice(MARKS[commit.changes[0].path.rsplit('.', 1)[-1] in HASHED])
    merged = groups[:at] + [groups[at].joined_with(groups[at + 1], mark)] + groups[at + 2:]
    path = commit.changes[0].path
    return case(prose(random, blocks({path: merged}, random)), commit.before(), commit.after(), flag=True,
                diff=diff({path: merged}))


HASHED = ('py', 'rb', 'sh', 'in', 'ac', 'am', 'build', 'pl', 'toml', 'cfg')
MARKS = {
    True: ['# ... existing code ...', '# ...', '    # ... rest unchanged ...', '# [... unchanged ...]'],
    False: ['// ... existing code ...', '/* ... */', '    // ...', '/* ... rest of the code is unchanged ... */'],
}


def elided_file(commit, random):
    """A whole file of which only the changed places are written."""
    if len(commit.changes) != 1:
        return None
    change = commit.changes[0]
    lines = text_lines(change.before)
    groups = groups_of(change, context=random.randint(3, 6))
    if groups is None or '```' in change.after.decode('utf-8') or not language_of(change.path):
        return None
    # As models do it: from one line that can be recognised to another.
    if any(line.strip() in (mark.strip() for mark in MARKS[True] + MARKS[False]) for line in lines):
        return None
    if any(group.ops[0][0] != ' ' or group.ops[-1][0] != ' ' for group in groups):
        return None
    if any(count(lines, group.edge(0, 3)) != 1 or count(lines, group.edge(-1, 3)) != 1 for group in groups):
        return None
    mark = random.choice(MARKS[change.path.rsplit('.', 1)[-1] in HASHED])
    parts = [] if groups[0].start == 0 else [mark]
    for group in groups:
        parts += group.new()
        if group.end < len(lines):
            parts.append(mark)
    return case(prose(random, whole_file(change.path, '\n'.join(parts) + '\n', random)), commit.before(), commit.after(),
                flag=True, seen=commit.before())


# --- Form of the file ---


def byte_order_mark(commit, random):
    groups = all_groups(commit)

    def marked(files):
        return {path: b'\xef\xbb\xbf' + data for path, data in files.items()}

    return groups and case(prose(random, blocks(groups, random)), marked(commit.before()), marked(commit.after()), diff=diff(groups))


def no_last_newline(commit, random):
    groups = all_groups(commit)
    if groups is None or any(data.endswith((b'\n\n', b'\r\n')) or not data.endswith(b'\n')
                             for data in [*commit.before().values(), *commit.after().values()]):
        return None

    def open_ended(files):
        return {path: data[:-1] for path, data in files.items()}

    return case(prose(random, blocks(groups, random)), open_ended(commit.before()), open_ended(commit.after()), diff=diff(groups))


def latin_1(commit, random):
    groups = all_groups(commit)
    line = '/* Größe, déjà vu, señal */'
    both = groups and all(data.isascii() for data in [*commit.before().values(), *commit.after().values()]) and \
        insertion(commit, random, [line])
    if not both:
        return None

    def encoded(files):
        return {path: data.decode('utf-8').encode('latin-1') for path, data in files.items()}

    return case(prose(random, blocks(groups, random)), encoded(both[0]), encoded(both[1]), diff=diff(groups))


WELL_MEANT = [exact_diff, bare_diff, wrong_numbers, search_blocks, edit_tool, whole, open_file, new_files, crlf, trailing_blanks,
              moved_left, moved_right, blanks_for_tabs, tabs_for_blanks, blank_lines, shifted, stale_elsewhere, duplicate,
              elided_block, elided_file, byte_order_mark, no_last_newline, latin_1]
