"""The async twins, which Django has since 5.1."""

from datetime import timedelta

from asgiref.sync import async_to_sync
from django.contrib.sessions.backends.base import UpdateError

from .base import Case


class AsyncCases(Case):
    def setUp(self):
        super().setUp()
        self.session = self.backend()

    @async_to_sync
    async def test_values(self):
        s = self.session
        await s.aset("a", 1)
        self.assertFlags(s, True, True)
        self.assertEqual(await s.aget("a"), 1)
        self.assertEqual(await s.aget("b", 2), 2)
        self.assertTrue(await s.ahas_key("a"))
        self.assertEqual(await s.asetdefault("a", 5), 1)
        self.assertEqual(await s.asetdefault("c", 5), 5)
        await s.aupdate({"d": [6]})
        self.assertEqual(await s.apop("c"), 5)
        self.assertEqual(await s.apop("c", 7), 7)
        with self.assertRaises(KeyError):
            await s.apop("c")
        self.assertEqual(list(await s.akeys()), ["a", "d"])
        self.assertEqual(list(await s.avalues()), [1, [6]])
        self.assertEqual(list(await s.aitems()), [("a", 1), ("d", [6])])

    @async_to_sync
    async def test_reading_does_not_mark(self):
        await self.session.aset("a", 1)
        self.reset(self.session)
        await self.session.aget("a")
        await self.session.aitems()
        await self.session.aget_expiry_age()
        self.assertFlags(self.session, True, False)

    @async_to_sync
    async def test_test_cookie(self):
        await self.session.aset_test_cookie()
        self.assertTrue(await self.session.atest_cookie_worked())
        await self.session.adelete_test_cookie()
        self.assertFalse(await self.session.atest_cookie_worked())

    @async_to_sync
    async def test_expiry(self):
        s, then = self.session, self.now()
        await s.aset_expiry(100)
        self.assertEqual(await s.aget_expiry_age(), 100)
        self.assertEqual(await s.aget_expiry_date(modification=then), then + timedelta(seconds=100))
        await s.aset_expiry(0)
        self.assertTrue(await s.aget_expire_at_browser_close())
        await s.aset_expiry(None)
        self.assertFalse(await s.aget_expire_at_browser_close())
        await s.aset_expiry(timedelta(hours=1))
        self.assertTrue(3570 <= await s.aget_expiry_age() <= 3600)

    @async_to_sync
    async def test_save_and_load(self):
        await self.session.aset("a", 1)
        await self.session.asave()
        again = self.again(self.session)
        self.assertEqual(await again.aload(), {"a": 1})
        self.assertEqual(await again.aget("a"), 1)


class AsyncStoreCases(Case):
    @async_to_sync
    async def test_create_and_delete(self):
        s = self.backend()
        await s.aset("a", 1)
        await s.acreate()
        self.assertTrue(await s.aexists(s.session_key))
        again = self.again(s)
        self.assertEqual(await again.aget("a"), 1)
        await again.adelete()
        self.assertFalse(await s.aexists(s.session_key))
        await s.aset("a", 2)
        with self.assertRaises(UpdateError):
            await s.asave()

    @async_to_sync
    async def test_flush(self):
        s = self.backend()
        await s.aset("a", 1)
        await s.asave()
        key = s.session_key
        await s.aflush()
        self.assertIsNone(s.session_key)
        self.assertFalse(await s.aexists(key))

    @async_to_sync
    async def test_cycle_key(self):
        s = self.backend()
        await s.aset("a", 1)
        await s.asave()
        key = s.session_key
        await s.acycle_key()
        self.assertNotEqual(s.session_key, key)
        self.assertFalse(await s.aexists(key))
        self.assertEqual(await self.again(s).aget("a"), 1)

    @async_to_sync
    async def test_clear_expired(self):
        s = self.backend()
        await s.aset("a", 1)
        await s.asave()
        await s.aclear_expired()
        self.assertTrue(await s.aexists(s.session_key))
