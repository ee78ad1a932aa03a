# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts of a small shop: money, stock, orders, reports."""

import csv
import io
import re
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import date, timedelta


class LedgerError(Exception):
    """Something that the shop can't do."""


def parse_amount(text):
    """Cents out of '1,234.50', '12' or '-0.5'."""
    match = re.fullmatch(r"(-?)(\d{1,3}(?:,\d{3})*|\d+)(?:\.(\d{1,2}))?", text.strip())
    if not match:
        raise LedgerError(f"not an amount: {text!r}")
    sign, whole, cents = match.groups()
    value = int(whole.replace(",", "")) * 100 + int((cents or "0").ljust(2, "0"))
    return -value if sign else value


def format_amount(cents):
    """The other way round, with commas and two places."""
    sign = "-" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    return f"{sign}{whole:,}.{rest:02d}"


def split_evenly(cents, n):
    """Parts that differ by one cent at most and add up; the larger ones first."""
    if n < 1:
        raise LedgerError("nothing to split among")
    part, rest = divmod(cents, n)
    return [part + 1] * rest + [part] * (n - rest)


@dataclass
class Item:
    name: str
    price: int
    stock: int = 0
    tags: list = field(default_factory=list)


class Shop:
    def __init__(self):
        self.items = OrderedDict()
        self.orders = []
        self.balance = 0

    def add_item(self, name, price, stock=0, tags=()):
        key = name.strip().lower()
        if not key:
            raise LedgerError("an item needs a name")
        if key in self.items:
            raise LedgerError(f"there is a {name} already")
        self.items[key] = Item(name.strip(), price, stock, list(tags))
        return self.items[key]

    def find(self, name):
        try:
            return self.items[name.strip().lower()]
        except KeyError:
            raise LedgerError(f"there is no {name}") from None

    def with_tag(self, tag):
        return [item.name for item in self.items.values() if tag in item.tags]

    def order(self, lines, discount_percent=0):
        """lines: pairs of a name and a count. All or nothing."""
        wanted = OrderedDict()
        for name, count in lines:
            if count < 1:
                raise LedgerError(f"{count} of {name}")
            item = self.find(name)
            wanted[item.name] = wanted.get(item.name, 0) + count
        for name, count in wanted.items():
            if self.find(name).stock < count:
                raise LedgerError(f"only {self.find(name).stock} of {name}")
        total = 0
        for name, count in wanted.items():
            item = self.find(name)
            item.stock -= count
            total += item.price * count
        total -= total * discount_percent // 100
        self.balance += total
        self.orders.append({"lines": dict(wanted), "total": total})
        return total

    def cancel(self, index):
        """Takes the order back: stock and money."""
        order = self.orders.pop(index)
        for name, count in order["lines"].items():
            self.find(name).stock += count
        self.balance -= order["total"]
        return order["total"]

    def best_sellers(self, n=3):
        """Names by how many were sold; of equal ones the first in the alphabet."""
        sold = {}
        for order in self.orders:
            for name, count in order["lines"].items():
                sold[name] = sold.get(name, 0) + count
        return sorted(sold, key=lambda name: (-sold[name], name))[:n]

    def to_csv(self):
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["name", "price", "stock", "tags"])
        for item in self.items.values():
            writer.writerow([item.name, format_amount(item.price), item.stock, " ".join(item.tags)])
        return out.getvalue()

    @classmethod
    def from_csv(cls, text):
        shop = cls()
        for row in csv.DictReader(io.StringIO(text)):
            shop.add_item(row["name"], parse_amount(row["price"]), int(row["stock"]), row["tags"].split())
        return shop


class MovingAverage:
    """The mean of the last n values."""

    def __init__(self, n):
        self.values = deque(maxlen=n)

    def add(self, value):
        self.values.append(value)
        return sum(self.values) / len(self.values)


class Cache:
    """Forgets what was used longest ago."""

    def __init__(self, size):
        self.size = size
        self.entries = OrderedDict()

    def get(self, key, default=None):
        if key not in self.entries:
            return default
        self.entries.move_to_end(key)
        return self.entries[key]

    def put(self, key, value):
        self.entries[key] = value
        self.entries.move_to_end(key)
        while len(self.entries) > self.size:
            self.entries.popitem(last=False)


def next_workday(day):
    """The first day after it that is neither Saturday nor Sunday."""
    day += timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return day


def add_months(day, n):
    """The same day n months later, or the last of that month."""
    month = day.year * 12 + day.month - 1 + n
    year, month = divmod(month, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise LedgerError("no such month")


def parse_range(text):
    """Numbers out of '1-3,7': [1, 2, 3, 7]."""
    numbers = []
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if dash:
            numbers.extend(range(int(first), int(last) + 1))
        else:
            numbers.append(int(first))
    return numbers


def slug(title):
    """Lower case words with hyphens, for an address."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def flatten(nested):
    """The leaves of lists in lists, in order."""
    for entry in nested:
        if isinstance(entry, (list, tuple)):
            yield from flatten(entry)
        else:
            yield entry


def group_by(rows, key):
    groups = {}
    for row in rows:
        groups.setdefault(row[key], []).append(row)
    return groups


def order_of(needs):
    """Names such that each stands behind what it needs; of several that can come next, the first in the alphabet."""
    left = {name: set(others) for name, others in needs.items()}
    for others in needs.values():
        for other in others:
            left.setdefault(other, set())
    result = []
    while left:
        ready = sorted(name for name, others in left.items() if not others)
        if not ready:
            raise LedgerError("they need each other")
        name = ready[0]
        result.append(name)
        del left[name]
        for others in left.values():
            others.discard(name)
    return result
