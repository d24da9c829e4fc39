"""Random acts on two sessions, one of each side: both must answer alike."""

import random

from .base import Case

NAMES = ["a", "b", "c", "zoë", ""]


def value(r, depth=2):
    """What JSON gives back as it was."""
    if depth and r.random() < 0.3:
        many = [value(r, depth - 1) for _ in range(r.randrange(3))]
        return many if r.random() < 0.5 else {r.choice(NAMES) + str(i): v for i, v in enumerate(many)}
    return r.choice([None, True, False, 0, -1, 2**70, 1.0, -2.5, 1e300, "", "x", "\U0001f36a\x00é", r.random(), r.randrange(10**6)])


def own(entries):
    """Without the expiry, which Django has among the values."""
    return [entry for entry in entries if "_session_expiry" not in entry]


def nested(session, name):
    """Changes a list or dict where it is."""
    found = session.get(name)
    if isinstance(found, list):
        found.append(len(found))
    if isinstance(found, dict):
        found["n"] = len(found)


def delete(session):
    """Ends the session, and forgets what is in memory. Else Django's cycle_key brings it back."""
    session.delete()
    session.flush()


ACTS = [
    lambda r: (lambda s, n, v: s.__setitem__(n, v), r.choice(NAMES), value(r)),
    lambda r: (lambda s, n, v: s.update({n: v, "u": 1}), r.choice(NAMES), value(r)),
    lambda r: (lambda s, n: s.__delitem__(n), r.choice(NAMES)),
    lambda r: (lambda s, n: s[n], r.choice(NAMES)),
    lambda r: (lambda s, n: s.get(n, 9), r.choice(NAMES)),
    lambda r: (lambda s, n: s.pop(n), r.choice(NAMES)),
    lambda r: (lambda s, n: s.pop(n, None), r.choice(NAMES)),
    lambda r: (lambda s, n, v: s.setdefault(n, v), r.choice(NAMES), value(r)),
    lambda r: (lambda s, n: n in s, r.choice(NAMES)),
    lambda r: (nested, r.choice(NAMES)),
    lambda r: (lambda s: own(s.keys()),),
    lambda r: (lambda s: own(s.items()),),
    lambda r: (lambda s: own(s.load().items()),),
    lambda r: (lambda s: s.clear(),),
    lambda r: (lambda s: s.is_empty(),),
    lambda r: (lambda s, x: s.set_expiry(x), r.choice([None, 0, 60, 10**7])),
    lambda r: (lambda s: s.get_expiry_age(),),
    lambda r: (lambda s: s.get_expire_at_browser_close(),),
    lambda r: (lambda s: s.set_test_cookie(),),
    lambda r: (lambda s: s.test_cookie_worked(),),
    lambda r: (lambda s: s.delete_test_cookie(),),
    lambda r: (lambda s: s.save(),),
    lambda r: (lambda s: s.create(),),
    lambda r: (lambda s: s.cycle_key(),),
    lambda r: (lambda s: s.flush(),),
    lambda r: (delete,),
    lambda r: (lambda s: s.exists(s.session_key or "x" * 32),),
]


class RandomCases(Case):
    def outcome(self, session, act, args):
        try:
            result = act(session, *args)
        except KeyError as error:
            result = type(error)
        return repr(result), session.accessed, session.modified, session.session_key is None

    def test_random_acts(self):
        for seed in range(20):
            r = random.Random(seed)
            stores = [self.backend(), self.django_backend()]
            trail = []
            for _ in range(40):
                act, *args = r.choice(ACTS)(r)
                trail.append((act, args))
                ours, theirs = (self.outcome(s, act, args) for s in stores)
                self.assertEqual(ours, theirs, "seed %d, act %d: %s %s" % (seed, len(trail), act.__code__.co_firstlineno, args))
                if r.random() < 0.15:  # go on with other objects of the same sessions
                    stores = [self.backend(stores[0].session_key), self.django_backend(stores[1].session_key)]
