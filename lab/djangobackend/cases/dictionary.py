"""A session is used like a dict."""

import math

from .base import Case

READING = {
    "get": lambda s: s.get("a"),
    "get of what is missing": lambda s: s.get("zzz"),
    "[]": lambda s: s["a"],
    "in": lambda s: "a" in s,
    "has_key": lambda s: s.has_key("a"),
    "keys": lambda s: s.keys(),
    "values": lambda s: s.values(),
    "items": lambda s: s.items(),
    "setdefault of what is there": lambda s: s.setdefault("a", 2),
    "pop of what is missing": lambda s: s.pop("zzz", None),
    "test_cookie_worked": lambda s: s.test_cookie_worked(),
    "get_expiry_age": lambda s: s.get_expiry_age(),
    "get_expiry_date": lambda s: s.get_expiry_date(),
    "get_expire_at_browser_close": lambda s: s.get_expire_at_browser_close(),
}

WRITING = {
    "[]=": lambda s: s.__setitem__("b", 2),
    "the same value again": lambda s: s.__setitem__("a", 1),
    "del": lambda s: s.__delitem__("a"),
    "pop": lambda s: s.pop("a"),
    "setdefault": lambda s: s.setdefault("b", 2),
    "update": lambda s: s.update({"b": 2}),
    "clear": lambda s: s.clear(),
    "set_test_cookie": lambda s: s.set_test_cookie(),
    "set_expiry": lambda s: s.set_expiry(60),
}


class DictionaryCases(Case):
    def setUp(self):
        super().setUp()
        self.session = self.backend()

    def test_new(self):
        self.assertFlags(self.session, False, False)
        self.assertIsNone(self.session.session_key)
        self.assertTrue(self.session.is_empty())

    def test_not_empty_with_a_value(self):
        self.session["a"] = 1
        self.assertFalse(self.session.is_empty())

    def test_not_empty_with_a_key(self):
        self.assertFalse(self.again(self.saved(a=1)).is_empty())

    def test_get(self):
        self.session["a"] = 1
        self.assertEqual(self.session["a"], 1)
        self.assertEqual(self.session.get("a"), 1)
        self.assertEqual(self.session.get("a", 2), 1)

    def test_get_missing(self):
        self.assertIsNone(self.session.get("a"))
        self.assertEqual(self.session.get("a", 5), 5)
        self.assertEqual(self.session.get("a", default=6), 6)
        with self.assertRaises(KeyError):
            self.session["a"]

    def test_set_again(self):
        self.session["a"] = 1
        self.session["a"] = "other"
        self.assertEqual(self.session["a"], "other")
        self.assertEqual(list(self.session.keys()), ["a"])

    def test_delete(self):
        self.session["a"] = 1
        del self.session["a"]
        self.assertNotIn("a", self.session)

    def test_delete_missing(self):
        with self.assertRaises(KeyError):
            del self.session["a"]
        self.assertFalse(self.session.modified)

    def test_contains(self):
        self.session["a"] = None
        self.assertIn("a", self.session)
        self.assertTrue(self.session.has_key("a"))
        self.assertNotIn("b", self.session)
        self.assertFalse(self.session.has_key("b"))

    def test_none_is_a_value(self):
        self.session["a"] = None
        self.assertIsNone(self.session["a"])
        self.assertIsNone(self.session.get("a", 1))
        self.assertIsNone(self.session.setdefault("a", 1))
        self.assertIsNone(self.session.pop("a", 1))
        self.assertNotIn("a", self.session)

    def test_pop(self):
        self.session.update({"a": [1], "b": 2})
        self.assertEqual(self.session.pop("a"), [1])
        self.assertEqual(list(self.session.items()), [("b", 2)])

    def test_pop_missing(self):
        self.assertEqual(self.session.pop("a", 7), 7)
        self.assertIsNone(self.session.pop("a", default=None))
        with self.assertRaises(KeyError):
            self.session.pop("a")
        self.assertFlags(self.session, True, False)

    def test_setdefault(self):
        self.assertEqual(self.session.setdefault("a", "first"), "first")
        self.assertEqual(self.session.setdefault("a", "second"), "first")
        self.assertEqual(self.session["a"], "first")

    def test_setdefault_list(self):
        self.session.setdefault("a", []).append(1)
        self.session.setdefault("a", []).append(2)
        self.assertEqual(self.session["a"], [1, 2])

    def test_update(self):
        self.session["a"] = 1
        self.session.update({"b": 2, "a": 3})
        self.assertEqual(dict(self.session.items()), {"a": 3, "b": 2})

    def test_update_with_pairs(self):
        self.session.update([("a", 1), ("b", 2)])
        self.assertEqual(dict(self.session.items()), {"a": 1, "b": 2})

    def test_update_with_nothing(self):
        self.session.update({})
        self.assertEqual(list(self.session.keys()), [])
        self.assertTrue(self.session.modified)

    def test_views(self):
        self.session.update({"x": 1, "a": 2, "m": 3})
        self.assertEqual(list(self.session.keys()), ["x", "a", "m"])
        self.assertEqual(list(self.session.values()), [1, 2, 3])
        self.assertEqual(list(self.session.items()), [("x", 1), ("a", 2), ("m", 3)])
        self.assertEqual(self.session.keys() & {"a", "q"}, {"a"})

    def test_views_of_nothing(self):
        self.assertEqual(list(self.session.keys()), [])
        self.assertEqual(list(self.session.values()), [])
        self.assertEqual(list(self.session.items()), [])

    def test_a_changed_key_keeps_its_place(self):
        self.session.update({"x": 1, "a": 2})
        self.session["x"] = 3
        self.assertEqual(list(self.session.keys()), ["x", "a"])

    def test_clear(self):
        self.session.update({"a": 1, "b": 2})
        self.session.clear()
        self.assertEqual(list(self.session.keys()), [])
        self.assertNotIn("a", self.session)
        self.session["c"] = 3
        self.assertEqual(list(self.session.items()), [("c", 3)])

    def test_flags_of_reading(self):
        for what, read in READING.items():
            with self.subTest(what):
                session = self.backend()
                session["a"] = 1
                self.reset(session)
                read(session)
                self.assertFlags(session, True, False)

    def test_flags_of_writing(self):
        for what, write in WRITING.items():
            with self.subTest(what):
                session = self.backend()
                session["a"] = 1
                self.reset(session)
                write(session)
                self.assertFlags(session, True, True)

    def test_flags_of_reading_one_that_is_saved(self):
        for what, read in READING.items():
            with self.subTest(what):
                session = self.again(self.saved(a=1))
                self.assertFlags(session, False, False)
                read(session)
                self.assertFlags(session, True, False)

    def test_modified_can_be_set(self):
        self.session.modified = True
        self.assertFlags(self.session, False, True)

    def test_change_of_a_nested_value(self):
        self.session["a"] = {}
        self.reset(self.session)
        self.session["a"]["b"] = "c"
        self.assertFalse(self.session.modified)
        self.assertEqual(self.session["a"], {"b": "c"})
        self.assertEqual(list(self.session.values()), [{"b": "c"}])

    def test_change_of_a_nested_value_is_saved(self):
        session = self.again(self.saved(a={"list": [1]}, b=1))
        session["a"]["list"].append(2)
        session.modified = True
        session.save()
        self.assertEqual(self.again(session)["a"], {"list": [1, 2]})

    def test_the_same_object_comes_back(self):
        mine = [1]
        self.session["a"] = mine
        self.assertIs(self.session["a"], mine)
        mine.append(2)
        self.assertEqual(self.session.get("a"), [1, 2])
        self.assertEqual(self.session.pop("a"), [1, 2])

    def test_another_object_after_another_value(self):
        self.session["a"] = first = [1]
        self.session["a"] = [2]
        first.append(3)
        self.assertEqual(self.session["a"], [2])

    def test_a_tuple_stays_one_until_it_is_read_again(self):
        self.session["a"] = (1, 2)
        self.assertEqual(self.session["a"], (1, 2))


class ValueCases(Case):
    """What is saved comes back, with its type."""

    def keeps(self, **values):
        back = dict(self.again(self.saved(**values)).items())
        self.assertEqual(repr(back), repr(values))

    def test_true_and_false(self):
        self.keeps(a=True, b=False)

    def test_none(self):
        self.keeps(a=None)

    def test_integers(self):
        self.keeps(a=0, b=-1, c=2**53 + 1, d=2**63, e=-(2**200))

    def test_floats(self):
        self.keeps(a=1.0, b=-0.0, c=0.1, d=1e100, e=5e-324, f=123456789.125)

    def test_not_finite(self):
        back = self.again(self.saved(a=math.nan, b=math.inf, c=[-math.inf, math.nan]))
        self.assertTrue(math.isnan(back["a"]))
        self.assertEqual(back["b"], math.inf)
        self.assertEqual(back["c"][0], -math.inf)

    def test_text(self):
        self.keeps(a="", b="plain", c="zoë", d="\U0001f36a", e="\x00\x1f\x7f", f='"\\/', g="\u2028\ufeff", h="<&>'")

    def test_lists(self):
        self.keeps(a=[], b=[1, "x", None, [True, [2.5]]])

    def test_dicts(self):
        self.keeps(a={}, b={"z": 1, "a": {"m": [1, {"k": None}]}})

    def test_order(self):
        self.keeps(zebra=1, ant=2, bee={"y": 1, "b": 2})

    def test_names(self):
        names = ["", " ", "a b", "a.b", "Ä", "\U0001f36a", "__proto__", "self", "x" * 200, "_own", "key", "id"]
        session = self.backend()
        session.update({name: i for i, name in enumerate(names)})
        session.save()
        self.assertEqual(dict(self.again(session).items()), {name: i for i, name in enumerate(names)})

    def test_what_is_large(self):
        size = 100000 if self.kept else 500
        self.keeps(a="x" * size, b=list(range(size // 10)))


class JSONCases(Case):
    """Where nothing is pickled, for a cache."""

    def test_numbers_as_keys_become_text(self):
        session = self.saved(a={0: "x", 1.5: "y", True: "z"})
        self.assertEqual(self.again(session)["a"], {"0": "x", "1.5": "y", "true": "z"})

    def test_a_tuple_becomes_a_list(self):
        self.assertEqual(self.again(self.saved(a=(1, 2)))["a"], [1, 2])


class TestCookieCases(Case):
    def setUp(self):
        super().setUp()
        self.session = self.backend()

    def test_not_there_at_first(self):
        self.assertFalse(self.session.test_cookie_worked())

    def test_works_in_the_next_request(self):
        self.session.set_test_cookie()
        self.session.save()
        again = self.again(self.session)
        self.assertTrue(again.test_cookie_worked())
        again.delete_test_cookie()
        self.assertFalse(again.test_cookie_worked())

    def test_delete(self):
        self.session.set_test_cookie()
        self.reset(self.session)
        self.session.delete_test_cookie()
        self.assertFlags(self.session, True, True)
        self.assertEqual(list(self.session.keys()), [])

    def test_delete_what_is_not_there(self):
        with self.assertRaises(KeyError):
            self.session.delete_test_cookie()

    def test_it_is_a_value(self):
        self.session.set_test_cookie()
        self.assertEqual(list(self.session.items()), [("testcookie", "worked")])
        self.session["testcookie"] = "another"
        self.assertFalse(self.session.test_cookie_worked())
