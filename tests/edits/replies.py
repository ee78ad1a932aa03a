# SPDX-License-Identifier: GPL-3.0-or-later
"""An edit in the words of a model."""

LANGUAGES = {'c': 'c', 'h': 'c', 'cc': 'cpp', 'cpp': 'cpp', 'py': 'python', 'rb': 'ruby', 'js': 'javascript', 'css': 'css',
             'ui': 'xml', 'xml': 'xml', 'html': 'html', 'build': 'meson', 'pl': 'perl', 'toml': 'toml', 'y': 'yacc'}


class Group:
    """Neighbouring changes with lines around them. ops: (kind, line), kind one of ' ', '-' and '+'."""

    def __init__(self, lines, start, first, end, new, stop):
        self.start, self.end = start, start
        self.ops = []
        self._append(lines, first, end, new, stop)

    def _append(self, lines, first, end, new, stop):
        self.ops += [(' ', line) for line in lines[self.end:first]]
        self.ops += [('-', line) for line in lines[first:end]] + [('+', line) for line in new]
        self.ops += [(' ', line) for line in lines[end:stop]]
        self.end = stop

    def extend(self, lines, first, end, new, stop):
        # The context that was given behind the last change may reach over this one.
        while self.end > first:
            self.ops.pop()
            self.end -= 1
        self._append(lines, first, end, new, stop)

    def old(self):
        return [line for kind, line in self.ops if kind != '+']

    def new(self):
        return [line for kind, line in self.ops if kind != '-']

    def edge(self, side, n):
        return [line for _, line in (self.ops[:n] if side == 0 else self.ops[-n:])]

    def map(self, damage):
        """Changes each line; says whether an old one became another."""
        changed = [(kind, damage(line, kind)) for kind, line in self.ops]
        hit = any(old != new and old[0] != '+' for old, new in zip(self.ops, changed))
        self.ops = changed
        return hit

    def change_blank_lines(self, random):
        result, hit = [], False
        for i, (kind, line) in enumerate(self.ops):
            near = [k for k, _ in self.ops[max(0, i - 1):i + 2]]
            free = kind == ' ' and not line.strip() and near == [' ', ' ', ' '] and 0 < i < len(self.ops) - 1 and \
                self.ops[i - 1][1].strip() and self.ops[i + 1][1].strip()
            if free and (not hit or random.random() < 0.5):
                hit = True
                result += random.choice([[], [(kind, line)] * 2])
            else:
                result.append((kind, line))
        self.ops = result
        return hit

    def joined_with(self, other, mark):
        result = Group.__new__(Group)
        result.start, result.end = self.start, other.end
        result.ops = self.ops + [(' ', mark)] + other.ops
        return result


def fence(language, text):
    marks = '```'
    while marks in text:
        marks += '`'
    return f'{marks}{language}\n{text}' + ('' if text.endswith('\n') else '\n') + marks


def language_of(path):
    return LANGUAGES.get(path.rsplit('.', 1)[-1], '')


def diff(groups, shift=0, counts=True):
    """A unified diff; its numbers are wrong by @shift, and without @counts all ranges say one line."""
    text = []
    for path, parts in groups.items():
        text += [f'--- a/{path}', f'+++ b/{path}']
        moved = 0
        for group in parts:
            n_old, n_new = len(group.old()), len(group.new())
            old = group.start + 1 - (n_old == 0) + shift
            text.append(f'@@ -{old},{n_old} +{old + moved},{n_new} @@' if counts else f'@@ -{old} +{old + moved} @@')
            text += [kind + line for kind, line in group.ops]
            moved += n_new - n_old
    return '\n'.join(text) + '\n'


def blocks(groups, random):
    """Search/replace blocks, each with its path, or the path once."""
    often, fenced = random.random() < 0.7, random.random() < 0.6
    text = []
    for path, parts in groups.items():
        for number, group in enumerate(parts):
            block = '\n'.join(['<<<<<<< SEARCH', *group.old(), '=======', *group.new(), '>>>>>>> REPLACE'])
            if fenced:
                block = fence(language_of(path), block)
            if often or number == 0:
                block = f'{path}\n{block}'
            text.append(block)
    return '\n\n'.join(text)


def whole_file(path, text, random):
    """A fenced file, named where models name it."""
    language = language_of(path)
    form = random.randrange(5)
    if form == 0:
        return f'{path}\n{fence(language, text)}'
    if form == 1:
        return f'**{path}**\n\n{fence(language, text)}'
    if form == 2:
        return f'### `{path}`\n{fence(language, text)}'
    if form == 3 and language:
        return fence(f'{language} {path}', text)
    return f'File: {path}\n{fence(language, text)}'


BEFORE = ['Sure! Here is the change you asked for.', 'I looked at the code; the check was missing.',
          'The problem is that the old code assumes `n > 0`, which is not always the case:',
          'Let me fix this step by step.\n\n1. First the function.\n2. Then its callers.', '']
AFTER = ['This keeps the rest as it was.', 'Let me know if you want tests as well!', 'Note: I have not run the build.',
         'After this change, run the tests again.', '']
SHELL = '```sh\nmake && make check\n```'


def prose(random, text, decoys=False, paths=True):
    """@text among words, and sometimes a command to run."""
    parts = [random.choice(BEFORE), text, random.choice(AFTER)]
    if decoys or (paths and random.random() < 0.3):
        parts.append('You can try it with:\n\n' + SHELL)
    return '\n\n'.join(part for part in parts if part) + '\n'
