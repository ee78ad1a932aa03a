# SPDX-License-Identifier: GPL-3.0-or-later
import unittest
from datetime import date

from ledger import (Cache, LedgerError, MovingAverage, Shop, add_months, flatten, format_amount, group_by, next_workday,
                    order_of, parse_amount, parse_range, slug, split_evenly)


def shop():
    result = Shop()
    result.add_item("Tea", 350, 10, ["hot"])
    result.add_item("Cake", 420, 3, ["sweet", "cold"])
    result.add_item("Water", 100, 50, ["cold"])
    return result


class Amounts(unittest.TestCase):
    def test_parse(self):
        self.assertEqual(parse_amount("1,234.50"), 123450)
        self.assertEqual(parse_amount("12"), 1200)
        self.assertEqual(parse_amount("-0.5"), -50)
        for bad in ("", "1,23", "1.234", "x", "1..2"):
            self.assertRaises(LedgerError, parse_amount, bad)

    def test_format(self):
        self.assertEqual(format_amount(123450), "1,234.50")
        self.assertEqual(format_amount(-5), "-0.05")
        self.assertEqual(format_amount(0), "0.00")

    def test_split(self):
        self.assertEqual(split_evenly(100, 3), [34, 33, 33])
        self.assertEqual(sum(split_evenly(1001, 7)), 1001)
        self.assertRaises(LedgerError, split_evenly, 1, 0)


class Orders(unittest.TestCase):
    def test_names(self):
        self.assertEqual(shop().find(" TEA ").price, 350)
        self.assertRaises(LedgerError, shop().find, "Milk")
        self.assertRaises(LedgerError, shop().add_item, "tea", 1)
        self.assertRaises(LedgerError, shop().add_item, "  ", 1)

    def test_tags(self):
        self.assertEqual(shop().with_tag("cold"), ["Cake", "Water"])

    def test_order(self):
        s = shop()
        self.assertEqual(s.order([("Tea", 2), ("Cake", 1)]), 1120)
        self.assertEqual((s.find("Tea").stock, s.find("Cake").stock, s.balance), (8, 2, 1120))
        self.assertEqual(s.order([("Water", 3)], discount_percent=10), 270)

    def test_all_or_nothing(self):
        s = shop()
        self.assertRaises(LedgerError, s.order, [("Tea", 1), ("Cake", 2), ("cake", 2)])
        self.assertEqual((s.find("Tea").stock, s.find("Cake").stock, s.balance, s.orders), (10, 3, 0, []))
        self.assertRaises(LedgerError, s.order, [("Tea", 0)])

    def test_cancel(self):
        s = shop()
        s.order([("Tea", 2), ("Water", 1)])
        self.assertEqual(s.cancel(0), 800)
        self.assertEqual((s.find("Tea").stock, s.find("Water").stock, s.balance, s.orders), (10, 50, 0, []))

    def test_best_sellers(self):
        s = shop()
        s.order([("Water", 5), ("Tea", 2)])
        s.order([("Cake", 2), ("Water", 1)])
        self.assertEqual(s.best_sellers(), ["Water", "Cake", "Tea"])
        self.assertEqual(s.best_sellers(1), ["Water"])

    def test_csv(self):
        text = shop().to_csv()
        self.assertEqual(text.splitlines()[2], "Cake,4.20,3,sweet cold")
        self.assertEqual(Shop.from_csv(text).to_csv(), text)


class Tools(unittest.TestCase):
    def test_average(self):
        average = MovingAverage(2)
        self.assertEqual([average.add(v) for v in (2, 4, 8)], [2, 3, 6])

    def test_cache(self):
        cache = Cache(2)
        cache.put("a", 1)
        cache.put("b", 2)
        self.assertEqual(cache.get("a"), 1)
        cache.put("c", 3)
        self.assertEqual((cache.get("a"), cache.get("b"), cache.get("c")), (1, None, 3))
        cache.put("a", 4)
        self.assertEqual((len(cache.entries), cache.get("a")), (2, 4))

    def test_days(self):
        self.assertEqual(next_workday(date(2024, 3, 1)), date(2024, 3, 4))
        self.assertEqual(next_workday(date(2024, 3, 4)), date(2024, 3, 5))
        self.assertEqual(add_months(date(2024, 1, 31), 1), date(2024, 2, 29))
        self.assertEqual(add_months(date(2023, 11, 30), 3), date(2024, 2, 29))
        self.assertEqual(add_months(date(2024, 5, 15), -5), date(2023, 12, 15))

    def test_range(self):
        self.assertEqual(parse_range("1-3,7, 9-9"), [1, 2, 3, 7, 9])

    def test_slug(self):
        self.assertEqual(slug("  Tea & Cake, 2 for 1! "), "tea-cake-2-for-1")

    def test_flatten(self):
        self.assertEqual(list(flatten([1, [2, (3, [4])], [], 5])), [1, 2, 3, 4, 5])

    def test_groups(self):
        rows = [{"a": 1, "b": 1}, {"a": 2, "b": 2}, {"a": 1, "b": 3}]
        self.assertEqual({k: len(v) for k, v in group_by(rows, "a").items()}, {1: 2, 2: 1})

    def test_order_of(self):
        self.assertEqual(order_of({"app": ["lib", "log"], "lib": ["base"], "log": []}), ["base", "lib", "log", "app"])
        self.assertRaises(LedgerError, order_of, {"a": ["b"], "b": ["a"]})


if __name__ == "__main__":
    unittest.main()
