"""The tests of Django's that Coatcheck's engines don't pass, and why."""

# By a test's name: the engine, and the reason.
DIFFERENCES = {
    "test_extra_session_field": (
        "db",
        "it sets _auth_user_id by hand, which in Coatcheck only Session.Login does, "
        "and has create_model_instance, a method in Python, fill a column of its own",
    ),
    "test_clearsessions_command": ("file", "its SESSION_COOKIE_AGE is 0, and Coatcheck takes a second at least"),
    "test_non_default_cache": ("cache", "its cache is a LocMemCache, which is in the memory of the Python process"),
    "test_cache_set_failure_non_fatal": (
        "cached_db",
        "its cache is a class in Python; besides, Coatcheck refuses to save while the cache can't be reached, "
        "since others would go on reading the old session there",
    ),
    "test_actual_expiry": (
        "signed_cookies",
        "Django expects it to fail, since its engine heeds no expiry but SESSION_COOKIE_AGE; Coatcheck's does, and passes",
    ),
    "test_create_and_save_async": (
        "cache",
        "with DatabaseCache alone: the test asks the database in a coroutine, and fails with Django's own engine as well",
    ),
}
DIFFERENCES["test_cache_async_set_failure_non_fatal"] = DIFFERENCES["test_cache_set_failure_non_fatal"]


def report(kind, engine, result, own):
    """Prints how it went, and returns what went wrong without a reason."""
    wrong = {test: text for test, text in [*result.failures, *result.errors]}
    wrong.update({test: "passes, though it is marked as an expected failure" for test in result.unexpectedSuccesses})
    known = [test for test in wrong if not own and DIFFERENCES.get(name_of(test), ("",))[0] == engine]
    unexplained = [test for test in wrong if test not in known]
    skipped = len(result.skipped) + len(result.expectedFailures)
    counts = (result.testsRun, len(result.passed), skipped, len(known), len(unexplained))
    print("%s: %d tests, %d passed, %d skipped by Django, %d differ, %d fail" % (kind, *counts))
    for name in sorted({name_of(test) for test in known}):
        print("  differs: %s: %s" % (name, DIFFERENCES[name][1]))
    for test in unexplained:
        print("  fails: %s\n%s" % (test.id(), wrong[test]))
    return unexplained


def name_of(test):
    return test.id().rpartition(".")[2]
