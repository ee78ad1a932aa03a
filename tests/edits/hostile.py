# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits that must change nothing: their place can't be known, or what they would do is not what was meant."""

import json

from replies import Group, blocks, diff, fence, prose, whole_file
from variants import all_groups, case, count, groups_of, insertion, is_telling, joined, text_lines


def refused(reply, files, **more):
    return case(reply, files, files, hostile=True, **more)


def one(commit):
    return commit.changes[0] if len(commit.changes) == 1 else None


def ambiguous(commit, random):
    """The changed lines alone, which stand at two places."""
    change = one(commit)
    groups = change and groups_of(change, context=0, unique=False)
    core = groups and groups[0].old()
    if not core or not any(map(is_telling, core)):
        return None
    both = insertion(commit, random, core)
    if not both or count(text_lines(both[0][change.path]), core) < 2:
        return None
    form = random.randrange(3)
    parts = {change.path: groups[:1]}
    if form == 2:
        arguments = {'path': change.path, 'old_text': '\n'.join(core), 'new_text': '\n'.join(groups[0].new())}
        return refused(json.dumps(arguments), both[0], channel='edit_file', diff=diff(parts))
    text = blocks(parts, random) if form == 0 else fence('diff', diff(parts, shift=random.choice([0, 7, 90])))
    return refused(prose(random, text), both[0], diff=diff(parts))


def wrong_file(commit, random):
    """The edit of one file under the name of another."""
    groups = all_groups(commit)
    if not groups or len(commit.changes) < 2:
        return None
    source, target = random.sample(commit.changes, 2)
    lines = text_lines(target.before)
    parts = groups[source.path][:1]
    if any(line in lines for line in parts[0].old() if is_telling(line)):
        return None
    text = random.choice([blocks({target.path: parts}, random), fence('diff', diff({target.path: parts}))])
    return refused(prose(random, text), commit.before(), diff=diff({target.path: parts}))


def missing_file(commit, random):
    groups = all_groups(commit)
    change = one(commit)
    if not groups or not change:
        return None
    path = 'no/such/' + change.path
    return refused(prose(random, blocks({path: groups[change.path]}, random)), commit.before(),
                   diff=diff({path: groups[change.path]}))


def invented_line(commit, random):
    """A line of the context is what the model thinks it is, not what it is."""
    groups = all_groups(commit)
    change = groups and one(commit)
    if not change:
        return None
    group = random.choice(groups[change.path])
    lines = [i for i, (kind, line) in enumerate(group.ops) if kind == ' ' and is_telling(line)]
    if not lines:
        return None
    i = random.choice(lines)
    kind, line = group.ops[i]
    letter = next(k for k, c in enumerate(line) if c.isalpha()) if any(c.isalpha() for c in line) else None
    if letter is None:
        return None
    group.ops[i] = (kind, line[:letter] + ('q' if line[letter] != 'q' else 'z') + line[letter:])
    text = random.choice([blocks(groups, random), fence('diff', diff(groups))])
    return refused(prose(random, text), commit.before(), diff=diff(groups))


def stale_place(commit, random):
    """The user changed the very lines since."""
    groups = all_groups(commit)
    change = groups and one(commit)
    if not change:
        return None
    lines = text_lines(change.before)
    first, end, _ = random.choice(change.changes)
    at = first if first < end else min(first, len(lines) - 1)
    if not is_telling(lines[at]):
        return None
    lines[at] += ' /* mine */'
    files = {change.path: joined(lines)}
    text = random.choice([blocks(groups, random), fence('diff', diff(groups))])
    return refused(prose(random, text), files, seen=commit.before(), diff=diff(groups))


def stale_whole(commit, random):
    """A whole file from a reading that is no longer true: it would take the user's change back."""
    change = one(commit)
    both = change and insertion(commit, random, [f'user line {random.random()}'])
    if not both or '```' in change.after.decode('utf-8'):
        return None
    if random.random() < 0.5:
        arguments = {'path': change.path, 'content': change.after.decode('utf-8')}
        return refused(json.dumps(arguments), both[0], seen=commit.before(), channel='write_file')
    return refused(prose(random, whole_file(change.path, change.after.decode('utf-8'), random)), both[0], seen=commit.before())


def placeless(commit, random):
    """New lines with a number and nothing around them."""
    change = one(commit)
    added = change and [new for _, _, new in change.changes if new]
    if not added:
        return None
    group = Group([], random.randint(1, 30), 0, 0, [line.decode('utf-8').rstrip('\n') for line in added[0]], 0)
    group.start = random.randint(1, 30)
    group.ops = [('+', line.decode('utf-8').rstrip('\n')) for line in added[0]]
    text = diff({change.path: [group]})
    return refused(prose(random, fence('diff', text)), commit.before(), diff=text)


def uneven(commit, random):
    """Indented in a way that no rule explains."""
    groups = all_groups(commit)
    change = groups and one(commit)
    if not change:
        return None
    for group in groups[change.path]:
        old = [i for i, (kind, line) in enumerate(group.ops) if kind != '+' and is_telling(line)]
        if len(old) < 3:
            return None
        for n, i in enumerate(old):
            kind, line = group.ops[i]
            text = line.lstrip()
            group.ops[i] = (kind, line[:len(line) - len(text)] + ' ' * (n % 3) + text)
    return refused(prose(random, blocks(groups, random)), commit.before(), diff=diff(groups))


def same_lines(commit, random):
    """Two blocks that change the same lines in two ways."""
    groups = all_groups(commit)
    change = groups and one(commit)
    removed = change and [n for n, (kind, line) in enumerate(groups[change.path][0].ops) if kind == '-' and is_telling(line)]
    if not removed:
        return None
    again = groups_of(change)[0]
    again.ops = [(kind, line + ' again') if kind == '+' else (kind, line) for kind, line in again.ops]
    if not any(kind == '+' for kind, _ in again.ops):
        return None
    parts = {change.path: [groups[change.path][0], again]}
    return refused(prose(random, fence('diff', diff(parts))), commit.before(), diff=diff(parts))


def cut_off(commit, random):
    """The reply ended in the middle of an edit."""
    groups = all_groups(commit)
    if not groups:
        return None
    text = blocks(groups, random)
    last = text.rindex('>>>>>>> REPLACE')
    start = text.rindex('=======')
    return refused('Here it is:\n\n' + text[:random.randint(start, last - 1)], commit.before(), diff=None)


def partial_removal(commit, random):
    """A diff that deletes a file and shows a part of it."""
    change = one(commit)
    if not change or len(text_lines(change.before)) < 20:
        return None
    lines = text_lines(change.before)
    shown = random.randint(3, 12)
    text = '\n'.join([f'--- a/{change.path}', '+++ /dev/null', f'@@ -1,{shown} +0,0 @@', *('-' + line for line in lines[:shown])])
    return refused(prose(random, fence('diff', text)), commit.before(), diff=text + '\n')


def lost_lines(commit, random):
    """A mark in the new text for lines that nothing tells."""
    groups = all_groups(commit)
    change = groups and one(commit)
    if not change or not change.path.endswith(('.c', '.h', '.js', '.cpp', '.css')):
        return None
    group = groups[change.path][0]
    old, new = group.old(), group.new()
    if len(new) < 3:
        return None
    mark = random.choice(['// ... existing code ...', '/* ... rest unchanged ... */', '    // ... remaining code here ...'])
    text = '\n'.join([change.path, '<<<<<<< SEARCH', *old, '=======', 'void unheard_of (void)', '{', mark, '}',
                      '>>>>>>> REPLACE'])
    return refused(prose(random, text), commit.before(), diff=None)


def unclear_elision(commit, random):
    """A whole file of which parts were left out, with nothing to tell which."""
    change = one(commit)
    if not change or not change.path.endswith(('.c', '.h', '.js', '.cpp', '.py', '.rb')):
        return None
    new = [line.decode('utf-8').rstrip('\n') for _, _, lines in change.changes for line in lines]
    if len(new) < 2 or any(line in text_lines(change.before) for line in (new[0], new[-1])) or \
            not is_telling(new[0]) or not is_telling(new[-1]):
        return None
    mark = '# ... existing code ...' if change.path.endswith(('.py', '.rb')) else '// ... existing code ...'
    text = '\n'.join([mark, *new, mark]) + '\n'
    if '```' in text:
        return None
    return refused(prose(random, whole_file(change.path, text, random)), commit.before(), seen=commit.before())


HOSTILE = [ambiguous, wrong_file, missing_file, invented_line, stale_place, stale_whole, placeless, uneven, same_lines, cut_off,
           partial_removal, lost_lines, unclear_elision]
