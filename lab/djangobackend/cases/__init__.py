"""What Django's documentation says of sessions, as tests.

Each class is for engines of some sort; test_sessions.py makes one of it for each engine,
both of Django's and of Coatcheck's, on each server.
"""
